/** What `Releases` and `Namespaces` resolve with: plain data, as all documents of the manager. */
import type { Reason, ReleaseStatus } from '../../interfaces.ts';
import type { SignedAuthorization } from './authorization.ts';
import type { SentChange } from './documents.ts';

/** What became of a change that may be signed for somebody else to send. */
export interface SignableChange extends SentChange {
  /** What was signed with `signOnly`; null otherwise, and where it was so already. */
  readonly authorization: SignedAuthorization | null;
}

/** What became of a change of status. */
export interface ChangedStatus extends SignableChange {
  readonly model: string;
  readonly version: string;
  /** What the release is now, or would be. */
  readonly status: ReleaseStatus;
  /** What it was until then. */
  readonly before: ReleaseStatus;
  readonly reason: Reason;
  /** SHA-256, 64 hex digits. */
  readonly reportDigest: string | null;
  /** Those that lead to the release. Where it is yanked or revoked they end in an error until they are moved. */
  readonly channels: readonly string[];
}

/** What became of a move of a channel. */
export interface MovedChannel extends SignableChange {
  readonly model: string;
  readonly channel: string;
  readonly version: string;
}

/** What became of an attestation. */
export interface AttestedRelease extends SignableChange {
  readonly model: string;
  readonly version: string;
  readonly checked: number;
  readonly ok: number;
  /** Whether every chunk of the release was checked. */
  readonly full: boolean;
  /** Block at which the audit began. */
  readonly asOf: number;
  readonly reportDigest: string | null;
}

/** What became of a change of activity. */
export interface ChangedActivity extends SentChange {
  readonly model: string;
  readonly active: boolean;
  readonly reason: Reason;
  readonly reportDigest: string | null;
}

/** What became of an action that somebody has signed: it was sent, or cancelled. */
export interface SubmittedAction extends SentChange {
  readonly action: SignedAuthorization['action'];
  readonly signer: string;
}

/** What became of a change of a namespace. */
export interface ChangedNamespace extends SentChange {
  /** As it was named. */
  readonly namespace: string;
}

/** A namespace that was registered, or accepted. */
export interface OwnedNamespace extends ChangedNamespace {
  readonly owner: string | null;
}

/** A namespace that was offered. */
export interface OfferedNamespace extends ChangedNamespace {
  /** Who may accept it; null: nobody. */
  readonly pendingOwner: string | null;
}

/** A namespace whose statement key was set. */
export interface VouchedNamespace extends ChangedNamespace {
  readonly statementKey: string | null;
}

/** What became of a grant. */
export interface ChangedGrant extends SignableChange {
  /** The namespace, or the one model of it, as it was named. */
  readonly where: string;
  readonly account: string;
  /** What the account may do there now; none: nothing. */
  readonly roles: readonly string[];
  /** ISO 8601; null: until it is taken away. */
  readonly expiresAt: string | null;
}
