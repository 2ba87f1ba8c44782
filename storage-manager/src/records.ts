/** What a registry holds, answers and takes, as plain data; part of the seams in `interfaces.ts`, through which it is imported. */
import type { Digest } from './ids/digest.ts';
import type { DigestList } from './ids/digest-list.ts';
import type { Channel, ModelName, Version } from './ids/reference.ts';

/** What an account may do for the owner of a namespace (`IRoles.sol`). */
export type Role = 'publish' | 'deprecate' | 'yank' | 'repair' | 'admin';

/** `0x` and 40 lower-case hex digits. */
export type Address = string;

/** Deprecated: works everywhere. Yanked: by exact version only. Revoked: refused, for ever. */
export type ReleaseStatus = 'active' | 'deprecated' | 'yanked' | 'revoked';

/** Why a release was withdrawn or brought back, by the word of whoever did it; `none`: nothing is said. */
export type Reason =
  | 'none'
  | 'superseded'
  | 'defective'
  | 'security'
  | 'legal'
  | 'key-compromised'
  | 'lost'
  | 'corrected'
  | 'other';

/**
 * Where the digests of the chunks stand on chain: in its log, proven there (`logged`); nowhere, only their root (`root`);
 * in the code of contracts, where other contracts can read each (`code`, at most 65,536 chunks).
 */
export type RecordMode = 'logged' | 'root' | 'code';

/** The registry's record of one version. */
export interface Release {
  readonly model: ModelName;
  readonly version: Version;
  readonly manifest: Digest;
  readonly chunkRoot: Digest;
  readonly chunkCount: number;
  /** Sum of the file sizes. */
  readonly bytes: number;
  readonly mode: RecordMode;
  readonly status: ReleaseStatus;
  /** How often the status changed. */
  readonly statusSeq: number;
  /** Of the last change of status. */
  readonly reason: Reason;
  /** Id (EIP-155) of the chain whose registry decides about the release, where this one mirrors it; null: this one decides. */
  readonly homeChain: number | null;
  /** Id of the release that this one derives from, by the publisher's word: `0x` and 64 hex digits; null: none is named. */
  readonly base: string | null;
  /** `0x` and 40 lower-case hex digits. */
  readonly publisher: string;
  readonly publishedAt: Date;
}

/** What a release is for ever: whoever vouches for it names these. */
export type PinnedRelease = Pick<
  Release,
  'model' | 'version' | 'manifest' | 'chunkRoot' | 'chunkCount' | 'bytes'
>;

/** Where a channel points. */
export interface ChannelTarget {
  readonly channel: Channel;
  readonly version: Version;
  /** Rises by one with every move; a node refuses a lower one than it has seen. */
  readonly seq: number;
}

/** The registry's record of one model. */
export interface ModelRecord {
  readonly model: ModelName;
  readonly active: boolean;
  readonly versionCount: number;
  readonly channels: readonly ChannelTarget[];
}

/** Where in the chain's history an answer was read. */
export interface AsOf {
  readonly block: number;
  readonly time: Date;
}

/** How many endpoints of a chain gave the very same answer, at least, and how many are configured. */
export interface Quorum {
  readonly agreed: number;
  readonly asked: number;
}

/** What the registry answers to a reference. */
export interface Resolution {
  readonly release: Release;
  /** The model's own switch; a deactivated model resolves by exact version only. */
  readonly modelActive: boolean;
  /** The channel that led here; null for an exact version. */
  readonly channel: ChannelTarget | null;
  readonly asOf: AsOf;
  /** Null: nobody was asked by a network, as on the private chain. */
  readonly quorum: Quorum | null;
  /** What other endpoints said or failed to say, a line each, by scheme and host: `https://rpc.example answered eth_call differently`. */
  readonly dissent: readonly string[];
  /** Where in its home chain's history the status of a mirrored release was read; null: nobody asked there. */
  readonly homeAsOf: AsOf | null;
  /** Block of the last change of anything in this answer. */
  readonly changedBlock: number;
  /** The newest block that the chain, by the configured finality, will not take back. */
  readonly finalBlock: number;
  /** Segments (of mode `code`: pages) of the digests on chain; 0 where only the root is. */
  readonly segmentCount: number;
  /** Address whose statements vouch for the namespace; null: none. `0x` and 40 lower-case hex digits. */
  readonly statementKey: string | null;
  /** The registry that administrators announced to come after this one; null: none. Nobody follows it by himself. */
  readonly successor: string | null;
}

/** What a publisher wants recorded. */
export interface PublishRequest {
  readonly model: ModelName;
  readonly version: Version;
  readonly manifest: Digest;
  readonly chunkRoot: Digest;
  readonly digests: DigestList;
  readonly bytes: number;
  readonly mode: RecordMode;
  /** Each once; all moved to the version in the transaction that publishes it. */
  readonly channels: readonly Channel[];
  /** The release that this one was made from. Recorded where this registry has it, or where this is a mirror. */
  readonly base?: Pick<Release, 'model' | 'version' | 'manifest'> | null | undefined;
  /** Id of the chain whose registry decides about the release: this is a mirror. Default: this one decides. */
  readonly homeChain?: number | undefined;
}

/** What a publish will cost, before anything is spent; no transactions where all of it stands already. */
export interface PublishQuote {
  readonly transactions: number;
  readonly gas: bigint;
  /** `gas` at the present price, in wei. */
  readonly wei: bigint;
  /** Twice the present price of a unit of gas, in wei: who agrees to the quote agrees to no more. 0 where gas is free. */
  readonly maxFeePerGas: bigint;
  /** Chunks whose digests are on chain already and need no gas. */
  readonly chunksKnown: number;
}

/** What a publish has recorded and spent. */
export interface PublishReceipt {
  readonly release: Release;
  readonly transactions: number;
  readonly gasUsed: bigint;
}
