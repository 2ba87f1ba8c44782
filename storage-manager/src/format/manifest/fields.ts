import type { Digest } from '../../ids/digest.ts';
import type { SafePath } from '../../ids/path.ts';
import type { ModelName, Version } from '../../ids/reference.ts';
import type { ChunkerName } from '../../interfaces.ts';

export const MANIFEST_FORMAT = 'ballast/1';

/** One file of the tree. */
export interface ManifestFile {
  readonly path: SafePath;
  readonly size: number;
  readonly chunker: ChunkerName;
  /** Its chunks are number `first` to before `first + count` of the release. */
  readonly first: number;
  readonly count: number;
  /** The publisher's claim; null where it was not computed. The chunk list proves the bytes without it. */
  readonly sha256: Digest | null;
}

/** What a release is: the one block whose digest the registry records. */
export interface Manifest {
  readonly model: ModelName;
  readonly version: Version;
  /** In byte order of path. */
  readonly files: readonly ManifestFile[];
  readonly chunks: {
    readonly count: number;
    /** Sum of the chunks' sizes as stored; a chunk that occurs twice counts twice. */
    readonly storedBytes: number;
    readonly root: Digest;
    readonly index: readonly Digest[];
  };
  /** Sum of the file sizes. */
  readonly bytes: number;
  /** Empty: every chunk is stored as it is. */
  readonly codecs: readonly string[];
  /** UnixFS root of the tree; null where a directory outgrows one block. */
  readonly content: Digest | null;
  /** The release that this one was made from. Not a link in IPLD: a pin must not reach into another release. */
  readonly base: { readonly model: ModelName; readonly version: Version; readonly manifest: Digest } | null;
  readonly meta: {
    readonly name: string;
    readonly description: string;
    /** SPDX expression. */
    readonly license: string | null;
    readonly tags: readonly string[];
  };
}
