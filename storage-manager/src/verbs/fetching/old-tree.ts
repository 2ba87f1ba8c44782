import { MissingError } from '../../errors.ts';
import { BARE } from '../../format/unixfs/wrapping.ts';
import { OpenFile } from '../../fs/open-file.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { CallOptions, ChunkSource } from '../../interfaces.ts';
import { chunksOf } from '../reading/file-chunks.ts';
import { type Candidate, readWrapped } from './plan.ts';
import type { TreeContent } from './tree-content.ts';

/**
 * The tree that a fetch is about to replace, as one more source: where a file of the release has its chunk, an older
 * version of the file may have it too. What it reads is proven like anything else.
 */
export class OldTree implements ChunkSource {
  readonly name = 'destination';
  readonly #content: TreeContent;
  readonly #candidates: readonly Candidate[];
  /** Digest → place in `#chunks`. */
  readonly #places = new DigestMap();
  readonly #chunks: { candidate: number; index: number; offset: number; length: number }[] = [];

  constructor(content: TreeContent, candidates: readonly Candidate[]) {
    this.#content = content;
    this.#candidates = candidates;
    candidates.forEach(({ file }, candidate) => {
      for (const { digest, index, offset, length } of chunksOf(file, this.#content)) {
        this.#places.set(digest, this.#chunks.push({ candidate, index, offset, length }) - 1);
      }
    });
  }

  async has(digests: readonly Digest[]): Promise<readonly boolean[]> {
    return digests.map((digest) => this.#places.has(digest));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    _options?: CallOptions,
  ): Promise<readonly number[]> {
    return Promise.all(digests.map((digest, place) => this.#readOne(digest, into[place] as Uint8Array)));
  }

  async #readOne(digest: Digest, into: Uint8Array): Promise<number> {
    const place = this.#places.get(digest);
    const chunk = place === undefined ? undefined : this.#chunks[place];
    if (chunk === undefined) throw absent(digest);
    // Whatever is wrong with an old file, it only means that another source has to do.
    const open = await OpenFile.open((this.#candidates[chunk.candidate] as Candidate).path).catch(() => null);
    if (open === null) throw absent(digest);
    let length: number | null;
    try {
      const [wrapping = BARE] = this.#content.wrappingsOf(chunk.index);
      length = await readWrapped(open, chunk, wrapping, into).catch(() => null);
    } finally {
      await open.done();
    }
    if (length === null) throw absent(digest);
    return length;
  }
}

function absent(digest: Digest): MissingError {
  return new MissingError('CHUNK_MISSING', {
    should: `chunk ${digest} must lie in the destination's present tree`,
    was: 'it does not',
    next: 'another source is asked',
  });
}
