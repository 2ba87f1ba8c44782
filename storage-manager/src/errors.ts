/**
 * Every error that Ballast raises on purpose. The class names the next action, the code names the cause, the exit
 * code is the class's. Each code stands in `docs/errors.md`; a test holds both lists equal.
 */

/** Class of an error → the exit code of the command line. */
export const EXIT_CODES = {
  usage: 2,
  missing: 3,
  corrupt: 4,
  unavailable: 5,
  trust: 6,
  policy: 7,
  resource: 8,
  transaction: 9,
  busy: 10,
  interrupted: 75,
} as const;

/** Class of an error: it says what to do next, and gives the exit code. */
export type ErrorKind = keyof typeof EXIT_CODES;

/** Of several failures the one that the exit code tells: what is wrong for ever before what may pass. */
export const GRAVEST: readonly ErrorKind[] = [
  'corrupt',
  'trust',
  'policy',
  'resource',
  'usage',
  'missing',
  'unavailable',
  'transaction',
  'busy',
  'interrupted',
];

/** The exit code where nothing was thrown but these were found; 0 where none was. */
export function exitOf(found: ReadonlySet<ErrorKind>): number {
  const gravest = GRAVEST.find((kind) => found.has(kind));
  return gravest === undefined ? 0 : EXIT_CODES[gravest];
}

/** Class → its codes. */
export const ERROR_CODES = {
  usage: [
    'ARGUMENT_INVALID',
    'CID_INVALID',
    'CONFIG_INVALID',
    'DIGEST_INVALID',
    'LOCK_INVALID',
    'NAMESPACE_UNKNOWN',
    'NOTHING_MATCHES',
    'REFERENCE_INVALID',
    'SOURCE_UNREADABLE',
  ],
  missing: ['CHUNK_MISSING', 'MODEL_MISSING', 'VERSION_MISSING'],
  corrupt: [
    'CHUNK_CORRUPT',
    'CONTENT_CORRUPT',
    'FILE_DIGEST_MISMATCH',
    'INDEX_CORRUPT',
    'MANIFEST_CORRUPT',
    'RELEASE_MISMATCH',
    'STORE_CORRUPT',
  ],
  unavailable: ['PROTECT_FAILED', 'SOURCES_EXHAUSTED', 'STORE_UNREACHABLE'],
  trust: [
    'CHAINS_DISAGREE',
    'CHAIN_MISMATCH',
    'CHAIN_ROLLBACK',
    'CHAIN_STALE',
    'CHAIN_UNREACHABLE',
    'CHANNEL_ROLLBACK',
    'CHANNEL_WITHDRAWN',
    'CONTRACT_MISMATCH',
    'LOCK_MISMATCH',
    'LOCK_MISSING',
    'MODEL_INACTIVE',
    'NOT_FINAL',
    'QUORUM_FAILED',
    'RELEASE_CHANGED',
    'RELEASE_REVOKED',
    'STATEMENT_REFUSED',
    'TRUST_INSUFFICIENT',
  ],
  policy: [
    'ARCHIVE_INVALID',
    'CONTENT_UNSUPPORTED',
    'COST_DECLINED',
    'DESTINATION_EXISTS',
    'FORMAT_REFUSED',
    'KEY_UNSAFE',
    'LIMIT_EXCEEDED',
    'PATH_UNSAFE',
    'SHARDS_MISSING',
  ],
  resource: [
    'CLOCK_WRONG',
    'DISK_FULL',
    'FILE_SYSTEM',
    'FORMAT_UNKNOWN',
    'PLATFORM_UNSUPPORTED',
    'WORKER_LOST',
  ],
  transaction: [
    'AUTHORIZATION_INVALID',
    'FUNDS_INSUFFICIENT',
    'NAMESPACE_TAKEN',
    'NOT_OWNER',
    'PRICE_RISEN',
    'REGISTRY_PAUSED',
    'STATE_CHANGED',
    'TRANSACTION_FAILED',
    'TRANSACTION_PENDING',
    'VERSION_EXISTS',
  ],
  busy: ['LOCKED', 'SOURCE_CHANGED'],
  interrupted: ['INTERRUPTED'],
} as const satisfies Record<ErrorKind, readonly string[]>;

/** The codes of one class. */
export type CodeOf<K extends ErrorKind> = (typeof ERROR_CODES)[K][number];
/** Any code; each has an entry in `docs/errors.md`. */
export type ErrorCode = CodeOf<ErrorKind>;

/** What an error tells a person. */
export interface ErrorParts {
  /** What should be, in lower case, with the id in it: `chunk 12 of m@1 must have digest ab…`. */
  readonly should: string;
  /** What was instead. */
  readonly was: string;
  /** What to do next, as a sentence or a command. Options are named as the command line names them: see docs/errors.md. */
  readonly next: string;
  /** What led here; with several failed attempts, all of them. */
  readonly cause?: unknown;
  readonly attempts?: readonly unknown[];
  /** Of an UnavailableError: how long whoever is asked wants to be left alone. */
  readonly retryAfterMs?: number | null;
}

/** Every error that Ballast raises on purpose. Its message is `<should>, but <was>`. */
export abstract class BallastError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: ErrorCode;
  /** What was instead of what should be: the part that a summary of several attempts repeats. */
  readonly was: string;
  /** What to do next, as a sentence or a command. */
  readonly next: string;
  /** Every failed attempt, in order, so that a fallback hides nothing. */
  readonly attempts: readonly unknown[];

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(`${parts.should}, but ${parts.was}`, 'cause' in parts ? { cause: parts.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.was = parts.was;
    this.next = parts.next;
    this.attempts = parts.attempts ?? [];
  }

  /** The exit code of the command line. */
  get exit(): number {
    return EXIT_CODES[this.kind];
  }
}

/** A class whose constructor takes only the codes of its kind. */
function errorClass<K extends ErrorKind>(kind: K) {
  return class extends BallastError {
    readonly kind = kind;
    constructor(code: CodeOf<K>, parts: ErrorParts) {
      super(code, parts);
    }
  };
}

/** The caller must say something else. */
export class UsageError extends errorClass('usage') {}

/** The next source may have it. */
export class MissingError extends errorClass('missing') {}

/** Never again this source for that block. */
export class CorruptError extends errorClass('corrupt') {}

/** Later, or another source. */
export class UnavailableError extends errorClass('unavailable') {
  /** How long whoever was asked wants to be left alone, at most 60 s; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(code: CodeOf<'unavailable'>, parts: ErrorParts) {
    super(code, parts);
    this.retryAfterMs = parts.retryAfterMs ?? null;
  }
}

/** Stop: what answered can't be believed. */
export class TrustError extends errorClass('trust') {}

/** Stop: a rule or a limit forbids it. */
export class PolicyError extends errorClass('policy') {}

/** Stop: this machine lacks something. */
export class ResourceError extends errorClass('resource') {}

/** The chain refused, or has not confirmed. */
export class TransactionError extends errorClass('transaction') {}

/** Somebody else holds it; try again. */
export class BusyError extends errorClass('busy') {}

/** Stopped on request; the same command finishes it. */
export class InterruptedError extends errorClass('interrupted') {}
