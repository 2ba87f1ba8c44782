import type { ChunkList } from '../../format/chunk-list.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { FileChunks } from '../../format/unixfs/file.ts';
import { BARE, type Wrapping } from '../../format/unixfs/wrapping.ts';
import type { Digest } from '../../ids/digest.ts';

export interface TreeFile extends FileChunks {
  /** The publisher's claim; null where there is none. */
  readonly sha256: Digest | null;
}

/** What a fetch brings, whoever vouches for it: files, and one list of chunks of which each file has a range. */
export interface TreeContent {
  /** For people: `acme/tiny@1`, `/ipfs/bafy…`. */
  readonly name: string;
  /** Of the block that describes the tree. */
  readonly digest: Digest;
  /** In byte order of path; the wanted ones alone, where not all are. */
  readonly files: readonly TreeFile[];
  /** Sum of the file sizes. */
  readonly bytes: number;
  /** Every file of the tree is wanted. */
  readonly complete: boolean;
  /** Digests of the blocks, and the bytes of a file in each. */
  readonly chunks: ChunkList;
  /** How those bytes may lie in the block of chunk `index`. */
  wrappingsOf(index: number): readonly Wrapping[];
}

const BARE_ONLY = [BARE];

export function treeOfRelease({ digest, manifest, chunks }: ReleaseContent): TreeContent {
  const { model, version, files, bytes } = manifest;
  return {
    name: `${model}@${version}`,
    digest,
    files,
    bytes,
    complete: true,
    chunks,
    wrappingsOf: () => BARE_ONLY,
  };
}
