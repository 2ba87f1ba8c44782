import type { ChunkList } from '../../format/chunk-list.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { FileChunks } from '../../format/unixfs/file.ts';
import { BARE, type Wrapping } from '../../format/unixfs/wrapping.ts';
import type { Digest } from '../../ids/digest.ts';
import type { ModelName, Version } from '../../ids/reference.ts';
import type { AsOf, ChunkerName, Quorum, TrustLevel } from '../../interfaces.ts';

export interface TreeFile extends FileChunks {
  /** The publisher's claim; null where there is none. */
  readonly sha256: Digest | null;
  /** How it was cut; unknown below a CID. */
  readonly chunker?: ChunkerName | undefined;
}

/** What a fetch brings, whoever vouches for it: files, and one list of chunks of which each file has a range. */
export interface TreeContent {
  /** For people: `acme/tiny@1`, `/ipfs/bafy…`. */
  readonly name: string;
  /** Of the block that describes the tree. */
  readonly digest: Digest;
  /** In byte order of path; the wanted ones alone, where not all are. */
  readonly files: readonly TreeFile[];
  /** All of them, where not all are wanted. */
  readonly whole?: readonly TreeFile[];
  /** Sum of the file sizes. */
  readonly bytes: number;
  /** Every file of the tree is wanted. */
  readonly complete: boolean;
  /** Digests of the blocks, and the bytes of a file in each. */
  readonly chunks: ChunkList;
  /** How those bytes may lie in the block of chunk `index`. */
  wrappingsOf(index: number): readonly Wrapping[];
}

/** What is fetched, and who vouches for it. */
export interface Provenance {
  /** The CID that was named; else that of the manifest which the registry names. */
  readonly cid: string;
  readonly trust: TrustLevel;
  /** The newest block of the chain that their word knows of; null where a CID was named. */
  readonly asOf: AsOf | null;
  /** Endpoints that agreed; null where none was asked. */
  readonly quorum: Quorum | null;
  /** Id of the chain whose registry decides about the release, where the one asked mirrors it; else null. */
  readonly homeChain: number | null;
  /** Where that chain said how it stands; null where it was not asked. */
  readonly homeAsOf: AsOf | null;
}

/** The tree of a release. */
export interface ReleaseTree extends Provenance {
  readonly model: ModelName;
  readonly version: Version;
  readonly tree: TreeContent;
}

/** The tree behind a CID. */
export interface CidTree extends Provenance {
  readonly tree: TreeContent;
  /** The CID is that of one file, without a folder around it. */
  readonly single: boolean;
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
