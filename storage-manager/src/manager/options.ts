import type { JobOptions } from '../events.ts';
import type { ChunkerName, PublishQuote, RecordMode, RegistryTrust } from '../interfaces.ts';
import type { FormatPolicy } from '../policy/tree.ts';

/** Whose word a call wants. */
export interface TrustOptions {
  /**
   * `chain`: the configured chain must vouch, now; `local`: that, or the private chain. Default: what is configured, else
   * any rung of docs/trust.md.
   */
  readonly requireTrust?: RegistryTrust | undefined;
}

/** How to publish. */
export interface StoreOptions extends JobOptions, TrustOptions {
  /** For people; default: the model's name without its namespace. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** An SPDX expression. */
  readonly license?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Reference of the release that this one was made from. Default: none. */
  readonly base?: string | undefined;
  /** Store what a tar or tar.gz holds, paths as they stand in it, and not the archive itself (default false). */
  readonly unpack?: boolean | undefined;
  /** Path in the model of what a stream brings; needed unless it is unpacked. */
  readonly filename?: string | undefined;
  /** Warn where an `*.index.json` names shards that are not there, instead of refusing (default false). */
  readonly allowMissingShards?: boolean | undefined;
  /** Default: each file's kind decides. */
  readonly chunker?: ChunkerName | undefined;
  /** Moved to the new release, besides `latest`, which moves where the reference names no version. Default: none. */
  readonly channel?: string | undefined;
  /** Default: `logged` up to 64 GiB, `root` above. */
  readonly record?: RecordMode | undefined;
  /** Default `sample`: 300 random chunks of those that were stored before. */
  readonly readBack?: 'sample' | 'full' | undefined;
  /** Compute each file's own SHA-256 (default true). */
  readonly fileDigests?: boolean | undefined;
  /** Cut, hash and quote; write and send nothing (default false). */
  readonly dryRun?: boolean | undefined;
  /** Asked before anything is spent; false stops. Default: yes. The private chain costs nothing and never asks. */
  readonly confirm?: ((quote: PublishQuote) => Promise<boolean>) | undefined;
}

/** How to fetch. */
export interface RetrieveOptions extends JobOptions, TrustOptions {
  /**
   * Only files that match one of these patterns, and only their chunks travel. A pattern without `/` means files of
   * that name at any depth, one with `/` the path from the root, one that ends with `/` everything below; `*`, `?`,
   * `[a-z]` within a name, `**` for any folders. Default: every file.
   */
  readonly include?: readonly string[] | undefined;
  /** No file that matches one of these patterns, also where `include` matches it (default: none is left out). */
  readonly exclude?: readonly string[] | undefined;
  /** Of an archive: also leave the folder beside it, named without the ending (default false). */
  readonly extract?: boolean | undefined;
  /**
   * Replace an archive that stands, or in a folder that stands the files that the release names; other files stay
   * (default false: refused).
   */
  readonly force?: boolean | undefined;
  /** Also prove the publisher's SHA-256 of each file (default false; every chunk is always proven). */
  readonly checkFileDigests?: boolean | undefined;
  /**
   * Folders, or files, of earlier versions or other models alike: they are cut and hashed, and what the release has in
   * common with them does not travel (default: none; what the destination holds is used in any case).
   */
  readonly base?: readonly string[] | undefined;
  /** Bytes a second from all sources behind a network together, above 0, on average (default: no limit). */
  readonly limitRate?: number | undefined;
  /**
   * `inference`: refuse files that are not of a data format (docs/policy.md), unless the configuration allows theirs for
   * the model. Default `any`: bring all, and warn of those that run code.
   */
  readonly policy?: FormatPolicy['use'] | undefined;
}

/** What to list. */
export interface ListOptions extends JobOptions, TrustOptions {
  readonly namespace?: string | undefined;
  /** A row a release of any status, instead of a row a model (default false). */
  readonly all?: boolean | undefined;
}

/** How much to read back. */
export interface VerifyOptions extends JobOptions, TrustOptions {
  /** Read this many random chunks of each store; default: all. */
  readonly sample?: number | undefined;
  /** Read everything and prove the file digests too (default false). */
  readonly full?: boolean | undefined;
}

/** How to look. */
export interface InfoOptions extends JobOptions, TrustOptions {}

/** How much of a comparison to tell. */
export interface DiffOptions extends JobOptions, TrustOptions {
  /** List what is the same, too (default false; it is counted in any case). */
  readonly all?: boolean | undefined;
}
