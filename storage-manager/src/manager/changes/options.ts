import type { JobOptions } from '../../events.ts';
import type { PublishQuote, Reason } from '../../interfaces.ts';

/** How to change something in the registry. */
export interface ChangeOptions extends JobOptions {
  /** Quote, and send nothing (default false). */
  readonly dryRun?: boolean | undefined;
  /**
   * Asked before anything is spent, and before a revocation, whose release it is told; false stops. Default: yes. Where
   * gas is free it asks nothing else.
   */
  readonly confirm?: ((quote: PublishQuote, revoked?: string) => Promise<boolean>) | undefined;
  /**
   * An account, such as a Safe, that is to make the call itself: nothing is signed or sent, and the document's `call` is
   * what it has to send. Default: the configured key's, which sends.
   */
  readonly caller?: string | undefined;
}

/** The same, for what somebody else may send. */
export interface SignableOptions extends ChangeOptions {
  /** Sign it and send nothing: the document's `authorization` is for somebody else to send (default false). */
  readonly signOnly?: boolean | undefined;
  /** How long the signature may be used, in seconds. Default: one day. */
  readonly validSeconds?: number | undefined;
}

/** How to state what the chain says of a release. */
export interface StatementOptions extends JobOptions {
  /** Where it is written, as `ballast/1/<namespace>/<name>/<version>.json` below it. */
  readonly folder: string;
  /** Default: in 30 days; at most in 90. */
  readonly expiresAt?: Date | undefined;
}

/** Why something is withdrawn or brought back. */
export interface Reasons {
  /** Default: `none`. */
  readonly reason?: Reason | undefined;
  /** SHA-256 of what explains it, 64 hex digits. Default: nothing does. */
  readonly reportDigest?: string | undefined;
}

/** What an auditor found in the stores. */
export interface Findings {
  /** Chunks that were read back. */
  readonly checked: number;
  /** Those of them that were right. */
  readonly ok: number;
  /** Block at which the audit began. Default: the newest. */
  readonly asOf?: number | undefined;
  /** SHA-256 of the report, 64 hex digits. Default: there is none. */
  readonly reportDigest?: string | undefined;
}
