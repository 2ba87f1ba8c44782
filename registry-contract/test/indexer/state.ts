/** What the registry says, as far as its events tell; built by `rules.ts`, read by `answers.ts`. Ids and addresses are hex. */
export interface State {
  readonly namespaces: Map<string, Namespace>;
  /** In the order of their first release, as text. */
  readonly listedNamespaces: string[];
  readonly models: Map<string, Model>;
  readonly releases: Map<string, Release>;
  readonly grants: Map<string, Grant>;
  /** Block of the log of each segment, by `runKey`. */
  readonly segments: Map<string, number>;
  /** Packed digests of each segment, by `runKey`. */
  readonly digests: Map<string, string>;
  /** Contract that holds each page, by `runKey`. */
  readonly pages: Map<string, string>;
  readonly audits: Map<string, Audit>;
  /** Block time of each unused commitment to a label. */
  readonly commitments: Map<string, number>;
  readonly metadata: Map<string, string>;
  /** The next number of each lane of each signer; none: zero. */
  readonly nonces: Map<string, bigint>;
  authority: string;
  paused: boolean;
  successor: string;
}

export interface Namespace {
  owner: string;
  pendingOwner: string;
  statementKey: string;
  epoch: number;
  /** Names of models, in the order of their first release. */
  readonly models: string[];
}

export interface Model {
  readonly namespace: string;
  readonly name: string;
  active: boolean;
  changedBlock: number;
  /** Ids of releases in order. */
  readonly releases: string[];
  readonly channels: Map<string, Channel>;
}

export interface Channel {
  readonly version: string;
  readonly seq: bigint;
  readonly changedBlock: number;
}

export interface Release {
  readonly version: string;
  readonly manifestDigest: string;
  readonly chunkRoot: string;
  readonly chunkCount: bigint;
  readonly byteCount: bigint;
  readonly publisher: string;
  readonly publishedAt: number;
  readonly mode: bigint;
  readonly homeChainId: bigint;
  readonly base: string;
  readonly segmentRoots: readonly string[];
  status: bigint;
  statusSeq: bigint;
  reason: bigint;
  changedBlock: number;
}

export interface Grant {
  readonly roles: bigint;
  readonly epoch: number;
  readonly expiresAt: bigint;
  readonly seq: bigint;
}

export interface Audit {
  readonly checked: bigint;
  readonly ok: bigint;
  readonly full: boolean;
  readonly asOf: bigint;
  readonly attestedAt: number;
  readonly goodAsOf: bigint;
}

export const NOBODY = `0x${'0'.repeat(40)}`;
export const ZERO = `0x${'0'.repeat(64)}`;

export function emptyState(): State {
  return {
    namespaces: new Map(),
    listedNamespaces: [],
    models: new Map(),
    releases: new Map(),
    grants: new Map(),
    segments: new Map(),
    digests: new Map(),
    pages: new Map(),
    audits: new Map(),
    commitments: new Map(),
    metadata: new Map(),
    nonces: new Map(),
    authority: NOBODY,
    paused: false,
    successor: NOBODY,
  };
}

/** The key of a segment or page: the same root over another count is another. */
export const runKey = (root: string, count: bigint): string => `${count} ${root}`;

/** The key of what several ids name together. */
export const keyOf = (...ids: readonly string[]): string => ids.join(' ');
