import { MissingError } from '../../errors.ts';
import type { ManifestFile } from '../../format/manifest.ts';
import type { TreeFile } from '../../fs/tree.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';
import type { DigestMap } from '../../ids/digest-map.ts';
import { OpenFile } from '../open-file.ts';
import { sourceChanged } from './cuts.ts';
import type { Draft, VersionBlocks } from './draft.ts';

/** Where the right bytes of each block of a draft come from: the publisher's files, or the draft itself. */
export class Origin {
  readonly #tree: readonly TreeFile[];
  readonly #draft: Draft;
  readonly #first: DigestMap;

  /** @param tree in the order of the draft's files @param first digest → first index of a chunk */
  constructor(tree: readonly TreeFile[], draft: Draft, first: DigestMap) {
    this.#tree = tree;
    this.#draft = draft;
    this.#first = first;
  }

  /** Bytes that hash to `digest`. Reads one chunk of a file, or walks the metadata: for repairs, not for the loop. */
  async bytes(digest: Digest, version: VersionBlocks): Promise<Uint8Array> {
    const index = this.#first.get(digest);
    if (index !== undefined) return this.#chunk(index, digest);
    for (const blocks of [version.blocks, this.#draft.index(), this.#draft.nodes]) {
      for (const block of blocks) if (block.digest === digest) return block.bytes;
    }
    throw new MissingError('CHUNK_MISSING', {
      should: `block ${digest} must belong to the release`,
      was: 'neither its chunks nor its metadata have it',
      next: 'report this as a defect of Ballast',
    });
  }

  async #chunk(index: number, digest: Digest): Promise<Uint8Array> {
    const { chunks, files } = this.#draft;
    const place = fileOf(files, index);
    const file = files[place] as ManifestFile;
    const source = this.#tree[place] as TreeFile;
    let offset = 0;
    for (let before = file.first; before < index; before += 1) offset += chunks.sizeAt(before);
    const bytes = new Uint8Array(chunks.sizeAt(index));
    const open = await OpenFile.open(source.absolute, 'r');
    try {
      await open.read(bytes, offset);
    } finally {
      await open.done();
    }
    if (digestOf(bytes) !== digest) throw sourceChanged(source);
    return bytes;
  }
}

/** The place of the file that holds chunk `index`; files lie in the order of their chunks. */
export function fileOf(files: readonly ManifestFile[], index: number): number {
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
