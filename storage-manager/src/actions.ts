/**
 * What changes in a registry besides publishing: the seam of the verbs in `verbs/changing/`, on one page. `IChunkedModelRegistry.sol` says who may do what.
 */
import type { JobOptions } from './events.ts';
import type { EventFilter, PlacedEvent } from './history-events.ts';
import type { Digest } from './ids/digest.ts';
import type { Channel, ModelName, Namespace, Version } from './ids/reference.ts';
import type {
  CallOptions,
  PublishOptions,
  PublishQuote,
  Reason,
  ReleaseStatus,
  TransactionLog,
} from './interfaces.ts';
import type { Address, PinnedRelease, Role } from './records.ts';

/** From the status and sequence that its author saw, so that nothing happens that he did not mean. */
export interface StatusAction {
  readonly kind: 'status';
  readonly model: ModelName;
  readonly version: Version;
  readonly from: ReleaseStatus;
  readonly to: ReleaseStatus;
  /** How often the status changed before. */
  readonly seq: number;
  readonly reason: Reason;
  /** SHA-256 of what explains the change. */
  readonly report: Digest | null;
}

export interface ChannelAction {
  readonly kind: 'channel';
  readonly model: ModelName;
  readonly channel: Channel;
  readonly version: Version;
  /** How often the channel was set before; 0: it does not exist. */
  readonly seq: number;
}

/** What an auditor found. */
export interface AttestAction {
  readonly kind: 'attest';
  readonly model: ModelName;
  readonly version: Version;
  /** Chunks that were read back, and those of them that were right. */
  readonly checked: number;
  readonly ok: number;
  readonly full: boolean;
  /** Block at which the audit began; higher than that of the auditor's last one. */
  readonly asOf: number;
  readonly report: Digest | null;
}

/** Replaces whatever the account might do before. */
export interface GrantAction {
  readonly kind: 'grant';
  readonly namespace: Namespace;
  /** Null: all models of the namespace. */
  readonly model: ModelName | null;
  readonly account: Address;
  /** None: all are taken away. */
  readonly roles: readonly Role[];
  /** Null: it holds for ever. */
  readonly expiresAt: Date | null;
  /** How often this grant was changed before. */
  readonly seq: number;
}

/** Whether channels of a model resolve. */
export interface ActivityAction {
  readonly kind: 'activity';
  readonly model: ModelName;
  readonly active: boolean;
  readonly reason: Reason;
  readonly report: Digest | null;
}

/** A text about a model or one of its versions; it lives in events alone. */
export interface MetadataAction {
  readonly kind: 'metadata';
  readonly model: ModelName;
  readonly version: Version | null;
  readonly key: Channel;
  readonly value: string;
}

export type NamespaceAction =
  /** Promises to register a label that nobody else can read from it. */
  | { readonly kind: 'commit'; readonly label: Namespace; readonly salt: Digest }
  | { readonly kind: 'register'; readonly label: Namespace; readonly salt: Digest }
  /** Null calls an open offer off. */
  | { readonly kind: 'offer'; readonly namespace: Namespace; readonly to: Address | null }
  | { readonly kind: 'accept'; readonly namespace: Namespace }
  /** Takes all roles of all accounts away, for all models. */
  | { readonly kind: 'drop-grants'; readonly namespace: Namespace }
  | { readonly kind: 'statement-key'; readonly namespace: Namespace; readonly key: Address | null };

/** What one account may sign and another send. */
export type SignableAction = StatusAction | ChannelAction | AttestAction | GrantAction;

export type RegistryAction =
  | SignableAction
  | ActivityAction
  | MetadataAction
  | NamespaceAction
  | CancelAction;

/** Makes a signature of the sender's worth nothing. */
export interface CancelAction {
  readonly kind: 'cancel';
  readonly authorized: AuthorizedAction;
}

/** An action with the signature of whoever wants it (EIP-712); anybody may send it, once, until its deadline. */
export interface AuthorizedAction {
  readonly kind: 'authorized';
  readonly chainId: number;
  readonly registry: Address;
  readonly action: SignableAction;
  readonly authorization: {
    readonly signer: Address;
    readonly nonce: bigint;
    /** Last second since 1970 in which it may be used. */
    readonly deadline: number;
    /** `0x` hex. */
    readonly signature: string;
  };
}

/** What a statement key vouches for: that this registry of this chain records the release so. */
export interface StatementTerms {
  /** EIP-155. */
  readonly chainId: number;
  readonly registry: Address;
  readonly release: PinnedRelease;
  /** Seconds since 1970, as `expiresAt`. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** With the signature of the key: `0x` and 65 bytes of hex, its `s` the lower of the two that would do (EIP-2). */
export interface Statement extends StatementTerms {
  readonly signature: string;
}

/** A transaction for somebody else to send; its value is 0. */
export interface PreparedCall {
  readonly chainId: number;
  readonly from: Address;
  readonly to: Address;
  /** `0x` hex. */
  readonly data: string;
}

/** What the registry holds of a namespace. */
export interface NamespaceRecord {
  /** Null: nobody registered the label. An address's own namespace is owned by it. */
  readonly owner: Address | null;
  /** To whom it is offered; without an owner: for whom administrators keep it. */
  readonly pending: Address | null;
  /** Signs release statements. */
  readonly statementKey: Address | null;
  readonly modelCount: number;
}

/** What one account may do, expired or not. */
export interface GrantRecord {
  readonly roles: readonly Role[];
  readonly expiresAt: Date | null;
  readonly seq: number;
}

/** What was sent, and when the chain executed it. */
export interface ActionReceipt {
  readonly transactions: number;
  readonly gasUsed: bigint;
  /** Block of the last transaction; 0: none was sent. */
  readonly block: number;
}

/** Changes a registry beside publishing. Reads throw as those of `RegistryReader`. */
export interface RegistryActions {
  /** Whoever acts here; null without a key. */
  readonly address: Address | null;

  namespace(namespace: Namespace, options?: CallOptions): Promise<NamespaceRecord>;

  /** @param model null: the grant for all models of the namespace */
  grant(
    namespace: Namespace,
    model: ModelName | null,
    account: Address,
    options?: CallOptions,
  ): Promise<GrantRecord>;

  /**
   * Seconds until a label can be registered that was committed to with this salt, by the chain's clock; null: it was not
   * committed to, or more than a day ago.
   * @throws TransactionError `NAMESPACE_TAKEN`, `REGISTRY_PAUSED`
   */
  readyIn(label: Namespace, salt: Digest, options?: CallOptions): Promise<number | null>;

  /** In the order of the chain. A node may leave events out: nothing is to be decided by them. */
  events(filter: EventFilter, options?: JobOptions): Promise<readonly PlacedEvent[]>;

  /**
   * What an action will cost. Refused already where the registry would refuse it.
   * @throws TransactionError `NOT_OWNER`, `STATE_CHANGED`, `NAMESPACE_TAKEN`, `REGISTRY_PAUSED`,
   *   `AUTHORIZATION_INVALID`, `TRANSACTION_FAILED`
   */
  quote(action: RegistryAction | AuthorizedAction, options?: CallOptions): Promise<PublishQuote>;

  /**
   * Sends an action and waits for its confirmations. Signed bytes are in the log before they are sent.
   * @throws TransactionError as `quote`, and `FUNDS_INSUFFICIENT`, `PRICE_RISEN`, `TRANSACTION_PENDING`
   */
  perform(
    action: RegistryAction | AuthorizedAction,
    log: TransactionLog,
    options?: PublishOptions & JobOptions,
  ): Promise<ActionReceipt>;

  /** Sees to it that what an earlier run signed is executed. */
  settle(log: TransactionLog, options?: JobOptions): Promise<ActionReceipt>;

  /** The same for an account whose key is elsewhere: it quotes and prepares; whatever needs a key is refused. */
  as(account: Address): RegistryActions;

  /** The transaction that an action is, for whoever acts here to send by other means. */
  prepare(action: RegistryAction | AuthorizedAction): PreparedCall;

  /** Signs an action for somebody else to send. @param deadline last second since 1970 in which it may be used */
  sign(action: SignableAction, deadline: number): AuthorizedAction;

  /** Signs a statement about a release of this registry. @param times seconds since 1970 */
  signStatement(release: PinnedRelease, times: Pick<StatementTerms, 'issuedAt' | 'expiresAt'>): Statement;
}
