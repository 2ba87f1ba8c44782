import type { Manifest } from '../../format/manifest/encode.ts';
import type { TreeFile } from '../../fs/tree.ts';
import type { Digest } from '../../ids/digest.ts';
import type { SafePath } from '../../ids/path.ts';
import type { Channel, ModelName, Version } from '../../ids/reference.ts';
import type { ChunkerName, PublishQuote, RecordMode } from '../../interfaces.ts';

export interface PublishJob {
  /** Path of what the publisher named; it names the publication in the journal. */
  readonly origin: string;
  /** Its files in byte order of path, where they lie elsewhere: unpacked, received, behind links. Default: scanned. */
  readonly tree?: readonly TreeFile[] | undefined;
  /** What files must hash to; nothing is registered where one does not. Proven where file digests are computed. */
  readonly claims?: ReadonlyMap<SafePath, Digest> | undefined;
  readonly model: ModelName;
  /** `null`: the next whole number, or the version that holds this very content already. */
  readonly version: Version | null;
  /** Each once; all moved to the release in the transaction that publishes it. */
  readonly channels: readonly Channel[];
  readonly meta: Manifest['meta'];
  /** The release that this one was made from. */
  readonly base?: Manifest['base'] | undefined;
  /** Warn of shards that an index names and the tree lacks, instead of refusing (default false). */
  readonly allowMissingShards?: boolean | undefined;
  /** For every file; by default each file's kind decides. */
  readonly chunker?: ChunkerName | undefined;
  /** Default: `logged` up to 64 segments, `root` above. */
  readonly record?: RecordMode | undefined;
  /** Default `sample`; storing what is published already reads everything, for then repair is the purpose. */
  readonly readBack?: 'sample' | 'full' | undefined;
  /** Compute each file's own SHA-256 (default true). */
  readonly fileDigests?: boolean | undefined;
  /** Cut, hash and quote; write and send nothing. */
  readonly dryRun?: boolean | undefined;
  /** Asked before anything is spent; false stops the publish, true agrees to at most twice the quoted price of gas. */
  readonly confirm?: ((quote: PublishQuote) => Promise<boolean>) | undefined;
}

export interface Published {
  readonly model: ModelName;
  readonly version: Version;
  readonly manifest: Digest;
  readonly content: Digest | null;
  readonly chunkRoot: Digest;
  readonly files: number;
  readonly chunks: number;
  readonly bytes: number;
  /** Distinct chunks that a required store did not have. */
  readonly newChunks: number;
  readonly newBytes: number;
  /** Blocks that lay wrong in a store and were replaced. */
  readonly healed: number;
  readonly stores: readonly string[];
  readonly transactions: number;
  readonly gasUsed: bigint;
  /** What the publish was to cost: no transaction where release and channels stood already. */
  readonly quote: PublishQuote;
  /** False after a dry run. */
  readonly published: boolean;
}
