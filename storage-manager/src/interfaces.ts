/**
 * The seams of the engine, on one page. Verbs know these and nothing behind them; behaviour is added by wrapping.
 * Every call that waits takes a `signal` and rejects soon after it is aborted. What reads, keeps or records for others has a
 * suite (`testing/suites/`), which every implementation runs against the real thing.
 */
import type { Digest } from './ids/digest.ts';
import type { DigestList } from './ids/digest-list.ts';
import type { LabelSelector, ModelName, Namespace } from './ids/reference.ts';
import type {
  Address,
  AsOf,
  ModelRecord,
  PinnedRelease,
  PublishQuote,
  PublishReceipt,
  PublishRequest,
  Quorum,
  Release,
  ReleaseStatus,
  Resolution,
} from './records.ts';

export type * from './records.ts';

/** What every call that waits takes. */
export interface CallOptions {
  /** Aborted: the call rejects soon, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

// ── Bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A whole block under its digest. `bytes` may lie in shared memory and is the caller's again once the call ends. */
export interface Block {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** Reads blocks (chunks and metadata alike) by digest. What it returns is unproven until somebody hashes it. */
export interface ChunkSource {
  /** Short and unique in one configuration: `local`, `kubo`. */
  readonly name: string;

  /** For each digest, in order, whether a read should succeed. At most 8,192 digests a call. */
  has(digests: readonly Digest[], options?: CallOptions): Promise<readonly boolean[]>;

  /**
   * Reads each block into the buffer of the same place and returns the lengths.
   * @throws MissingError `CHUNK_MISSING`; CorruptError `CHUNK_CORRUPT` when a block outgrows its buffer;
   *   UnavailableError `STORE_UNREACHABLE`. After an error the buffers' contents are undefined.
   */
  read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options?: CallOptions,
  ): Promise<readonly number[]>;
}

/**
 * One publisher's writing into a store. It ends with the first `seal` that succeeds, or with `abort`. A failed seal may
 * be tried again or must be aborted; `abort` after a seal does nothing.
 */
export interface WriteSession {
  /** Whether the store held the block when the session began, or the session wrote it. */
  has(digest: Digest): boolean;

  /** Takes whole blocks whose digests the caller has computed, held ones again; then the bytes are the caller's again. */
  write(blocks: readonly Block[], options?: CallOptions): Promise<void>;

  /** Makes all written blocks durable, and only then findable. @throws ResourceError `DISK_FULL` */
  seal(options?: CallOptions): Promise<void>;

  /** Gives up what is not sealed. Never throws. */
  abort(): Promise<void>;
}

/** Also writes, and promises to keep a release. */
export interface ChunkStore extends ChunkSource {
  /** IPFS stores also carry the UnixFS nodes of `content`. */
  readonly carriesUnixFs: boolean;

  /** The store checks each block's hash before it says yes, so that a sample of the new blocks is read back, not all. */
  readonly provesWrites: boolean;

  open(options?: CallOptions): Promise<WriteSession>;

  /** Bytes that its disk still has room for; left out where nobody can say. */
  freeBytes?(): Promise<number>;

  /**
   * Promises not to collect the release: puts the manifest and everything it names under one root.
   * @param blocks digests of every block of the release, the manifest among them
   * @returns the digests that are absent: none means that the promise stands; else write them and ask again
   */
  protect(manifest: Digest, blocks: DigestList, options?: CallOptions): Promise<readonly Digest[]>;
}

/** Can put right bytes where wrong ones lie under the same digest. */
export interface RepairableStore extends ChunkStore {
  /** Replaces the block, then reads it back. @param bytes hash to `digest` */
  replace(digest: Digest, bytes: Uint8Array, options?: CallOptions): Promise<void>;
}

/**
 * Keeps copies, and may forget each at any time. Many processes use one at once. Of the errors of a call, those that tell
 * of the machine (ResourceError, BusyError) mean that the cache is of no use now; a job goes on without it.
 */
export interface ChunkCache extends ChunkSource {
  /**
   * Asks for the right to bring a block, so that one process alone brings it. Ask the cache for the block again before it
   * is brought: it may have come meanwhile.
   * @returns null: somebody who lives has it
   */
  claim(digest: Digest, options?: CallOptions): Promise<CacheClaim | null>;

  /** Removes what lies under the digest: it was found wrong. */
  forget(digest: Digest): Promise<void>;
}

/** The right to bring one block. It ends with `keep` or `release`, and with the process. */
export interface CacheClaim {
  /** @param bytes hash to the digest @param leave so many bytes stay free, beside a reserve; else `DISK_FULL` */
  keep(bytes: Uint8Array, leave: number): Promise<void>;
  release(): Promise<void>;
}

// ── Cutting ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** How a span is cut: every 1 MiB from its own start, or where the Gear hash says. */
export type CutRule = 'fixed' | 'gear';

/** Part of a file; the spans of a file follow each other without gap from 0 to its size. */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly rule: CutRule;
}

/** What a chunker may ask of a file. */
export interface RandomAccess {
  readonly path: string;
  readonly size: number;
  /** Exactly `length` bytes; the range lies inside the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** How a file is cut (`docs/spec.md`); recorded in the manifest. */
export type ChunkerName = 'tensor-1m' | 'cdc-1m' | 'fixed-1m';

/** Splits a file into spans. Same name and same bytes give the same cuts for ever. */
export interface Chunker {
  readonly name: ChunkerName;
  /** `null`: not a file for this chunker (a broken header); the caller takes `cdc-1m` and warns. */
  spans(file: RandomAccess): Promise<readonly Span[] | null>;
}

// ── Registry ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Who vouches: the configured chain, the private one, a statement key, a lock file, the caller of a CID (docs/trust.md). */
export type TrustLevel = 'chain' | 'local' | 'statement' | 'lock' | 'cid';
/** What a registry vouches with. */
export type RegistryTrust = 'chain' | 'local';

/** How to resolve. */
export interface ResolveOptions extends CallOptions {
  /** Also where the chain stands still; then nothing of it is final (default: `CHAIN_STALE`). */
  readonly stale?: boolean | undefined;
}

/** Every read throws TrustError where it can't be believed: one of `CHAIN_…`, `CONTRACT_MISMATCH`, `QUORUM_FAILED`. */
export interface RegistryReader {
  /** Unique for chain and contract (`eip155:1/0x…`, `embedded:0x…`); the journal's rows are bound to it. */
  readonly id: string;
  readonly trust: RegistryTrust;
  /** EIP-155. */
  readonly chainId: number;
  /** Of the registry's contract. */
  readonly contract: Address;

  /** Hash of the chain's first block, `0x` and 64 hex digits: two chains may have one id. */
  genesis(options?: CallOptions): Promise<string>;

  /** The name as the chain knows it: `local/…` becomes `0x<own address>/…`; others stay. */
  canonical(model: ModelName, options?: CallOptions): Promise<ModelName>;

  /**
   * The release behind a canonical model and a version or channel, whatever its status: judging is the caller's.
   * @throws MissingError `MODEL_MISSING`, `VERSION_MISSING`
   */
  resolve(model: ModelName, selector: LabelSelector, options?: ResolveOptions): Promise<Resolution>;

  /** The model's own record, with its first 100 channels; null where it was never created. */
  model(model: ModelName, options?: CallOptions): Promise<ModelRecord | null>;

  /** Models, namespace after namespace, each in the order of creation. */
  list(
    filter: { readonly namespace?: Namespace | undefined },
    options?: CallOptions,
  ): AsyncIterable<ModelRecord>;

  /** Releases of a model in the order of their publication. */
  history(model: ModelName, options?: CallOptions): AsyncIterable<Release>;
}

/** How to publish. */
export interface PublishOptions extends CallOptions {
  /** The most that a unit of gas may cost, in wei: that of the quote which was agreed to. Default: no bound. */
  readonly maxFeePerGas?: bigint | undefined;
}

/** Where signed transactions are kept before they are sent, so that a rerun sends the same ones and never two. */
export interface TransactionLog {
  /** `0x` hex of each signed transaction, oldest first. */
  all(options?: CallOptions): Promise<readonly string[]>;
  /** Resolves once it is durable. */
  append(signedTransaction: string, options?: CallOptions): Promise<void>;
}

/** Also writes. */
export interface Registry extends RegistryReader {
  quote(request: PublishRequest, options?: CallOptions): Promise<PublishQuote>;

  /**
   * Records what is missing and publishes; returns once the receipt has the configured confirmations.
   * Publishing the very same release again sends nothing and succeeds.
   * @throws TransactionError `VERSION_EXISTS` (another manifest has the version), `FUNDS_INSUFFICIENT`, `NOT_OWNER`,
   *   `PRICE_RISEN`, `REGISTRY_PAUSED`, `TRANSACTION_FAILED`, `TRANSACTION_PENDING`
   */
  publish(request: PublishRequest, log: TransactionLog, options?: PublishOptions): Promise<PublishReceipt>;
}

// ── Trust ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A release that was asked for, and on whose word. */
export interface TrustedRelease {
  readonly release: PinnedRelease;
  readonly trust: Exclude<TrustLevel, 'cid'>;
  /** The newest block of the chain that this word knows of. */
  readonly asOf: AsOf;
  /** Null: no network was asked. */
  readonly quorum: Quorum | null;
  /** As of that block; null: nobody here has ever heard. */
  readonly status: ReleaseStatus | null;
  /** What the registry answered; null where it was out of reach. */
  readonly resolution: Resolution | null;
}

/** The same on the word of the registry, now. */
export interface ChainRelease extends TrustedRelease {
  readonly trust: RegistryTrust;
  readonly resolution: Resolution;
}

/** How a release is asked for. */
export type AskTrust<R> = (model: ModelName, selector: LabelSelector, options?: CallOptions) => Promise<R>;

/** Decides whether a release may be used, by the registry alone. */
export interface ChainTrust {
  /**
   * A release of any status, to be looked at and not to be used.
   * @throws TrustError `CHANNEL_ROLLBACK`, `RELEASE_CHANGED`; what the registry throws
   */
  readonly look: AskTrust<ChainRelease>;

  /**
   * @throws TrustError `RELEASE_REVOKED`, `CHANNEL_WITHDRAWN` (yanked or revoked behind a channel), `MODEL_INACTIVE`,
   *   `NOT_FINAL`; what `look` throws
   */
  readonly resolve: AskTrust<ChainRelease>;
}

/** The same by the registry, below it by what vouches while that is out of reach, and within what is locked. */
export interface Trust {
  /** The registry alone, and no lock: for whoever changes or locks what it says. */
  readonly chain: ChainTrust;

  /**
   * A release of any status, to be looked at and not to be used.
   * @throws TrustError `CHAIN_UNREACHABLE` where nothing else vouches, `LOCK_MISMATCH`, `LOCK_MISSING`,
   *   `TRUST_INSUFFICIENT`; what `ChainTrust.look` throws
   */
  readonly look: AskTrust<TrustedRelease>;

  /** @throws as `look`; what `ChainTrust.resolve` throws */
  readonly resolve: AskTrust<TrustedRelease>;
}
