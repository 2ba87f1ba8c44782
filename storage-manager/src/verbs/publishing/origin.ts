import { MissingError } from '../../errors.ts';
import type { ManifestFile } from '../../format/manifest/encode.ts';
import { sourceChanged } from '../../fs/errors.ts';
import { OpenFile } from '../../fs/open-file.ts';
import type { TreeFile } from '../../fs/tree.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';
import type { DigestMap } from '../../ids/digest-map.ts';
import type { Block } from '../../interfaces.ts';
import type { Draft, VersionBlocks } from './draft.ts';

/** Where the right bytes of each block of a draft come from: the publisher's files, or the draft itself. */
export class Origin {
  readonly #tree: readonly TreeFile[];
  readonly #draft: Draft;
  readonly #indexes: DigestMap;
  /** Of each chunk in its file; made when the first is asked for. */
  #offsets: Float64Array | null = null;

  /** @param tree in the order of the draft's files @param indexes digest → an index at which that chunk stands */
  constructor(tree: readonly TreeFile[], draft: Draft, indexes: DigestMap) {
    this.#tree = tree;
    this.#draft = draft;
    this.#indexes = indexes;
  }

  /** The blocks of these digests, in any order; the metadata is walked once. */
  async *blocks(digests: readonly Digest[], version: VersionBlocks): AsyncIterable<Block> {
    const metadata = new Set(digests.filter((digest) => !this.#indexes.has(digest)));
    for (const blocks of metadata.size > 0 ? [version.blocks, this.#draft.index(), this.#draft.nodes] : []) {
      for (const block of blocks) if (metadata.delete(block.digest)) yield block;
    }
    for (const digest of metadata) throw foreign(digest);
    for (const digest of digests) {
      const index = this.#indexes.get(digest);
      if (index !== undefined) yield { digest, bytes: await this.#chunk(index, digest) };
    }
  }

  async bytes(digest: Digest, version: VersionBlocks): Promise<Uint8Array> {
    for await (const block of this.blocks([digest], version)) return block.bytes;
    throw foreign(digest);
  }

  async #chunk(index: number, digest: Digest): Promise<Uint8Array> {
    const source = this.#tree[fileOf(this.#draft.files, index)] as TreeFile;
    this.#offsets ??= offsetsOf(this.#draft);
    const bytes = new Uint8Array(this.#draft.chunks.sizeAt(index));
    const open = await OpenFile.open(source.absolute, { follow: true });
    try {
      await open.read(bytes, this.#offsets[index] as number);
    } finally {
      await open.done();
    }
    if (digestOf(bytes) !== digest) throw sourceChanged(source.path, 'stored');
    return bytes;
  }
}

function offsetsOf({ chunks, files }: Draft): Float64Array {
  const offsets = new Float64Array(chunks.count);
  for (const { first, count } of files) {
    for (let index = first + 1; index < first + count; index += 1) {
      offsets[index] = (offsets[index - 1] as number) + chunks.sizeAt(index - 1);
    }
  }
  return offsets;
}

/** The place of the file that holds chunk `index`; files lie in the order of their chunks. */
function fileOf(files: readonly ManifestFile[], index: number): number {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((files[middle] as ManifestFile).first <= index) low = middle;
    else high = middle - 1;
  }
  // Empty files share their `first` with the file after them; the last of equals has the chunk.
  return low;
}

function foreign(digest: Digest): MissingError {
  return new MissingError('CHUNK_MISSING', {
    should: `block ${digest} must belong to the release`,
    was: 'neither its chunks nor its metadata have it',
    next: 'report this as a defect of Ballast',
  });
}
