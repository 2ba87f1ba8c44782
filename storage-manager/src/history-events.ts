/** What a registry tells of the past, by its events. `IChunkedModelRegistry.sol` is their manual. */
import type { Digest } from './ids/digest.ts';
import type { Channel, ModelName, Namespace, Version } from './ids/reference.ts';
import type { Address, Reason, ReleaseStatus, Role } from './records.ts';

/** What happened, in the contract's order and words. */
export type RegistryEvent =
  | { readonly kind: 'model-created'; readonly model: ModelName }
  | {
      readonly kind: 'published';
      readonly version: Version;
      readonly manifest: Digest;
      readonly chunks: number;
      readonly bytes: number;
      readonly publisher: Address;
    }
  | {
      readonly kind: 'status';
      readonly version: Version;
      readonly status: ReleaseStatus;
      readonly seq: number;
      readonly reason: Reason;
      readonly report: Digest | null;
    }
  | { readonly kind: 'channel'; readonly channel: Channel; readonly version: Version; readonly seq: number }
  | {
      readonly kind: 'attested';
      readonly version: Version;
      readonly auditor: Address;
      readonly checked: number;
      readonly ok: number;
      readonly full: boolean;
      readonly asOf: number;
      readonly report: Digest | null;
    }
  | {
      readonly kind: 'activity';
      readonly active: boolean;
      readonly reason: Reason;
      readonly report: Digest | null;
    }
  | {
      readonly kind: 'metadata';
      readonly version: Version | null;
      readonly key: Channel;
      readonly value: string;
    }
  | { readonly kind: 'registered'; readonly owner: Address }
  | { readonly kind: 'reserved'; readonly holder: Address | null }
  | { readonly kind: 'offered'; readonly owner: Address; readonly to: Address | null }
  | { readonly kind: 'transferred'; readonly from: Address | null; readonly owner: Address }
  | { readonly kind: 'statement-key'; readonly key: Address | null }
  | { readonly kind: 'grants-dropped' }
  | {
      readonly kind: 'granted';
      /** Null: for all models of the namespace. */
      readonly model: ModelName | null;
      readonly account: Address;
      readonly roles: readonly Role[];
      readonly expiresAt: Date | null;
      readonly seq: number;
    };

/** An event and where it stands. */
export interface PlacedEvent {
  readonly block: number;
  readonly time: Date;
  /** Hash, `0x` and 64 hex digits. */
  readonly transaction: string;
  readonly event: RegistryEvent;
}

/** Whose events: a namespace's, and one model's of it with these releases. */
export interface EventFilter {
  readonly namespace: Namespace;
  readonly model: ModelName | null;
  readonly releases: readonly Version[];
  /** Models whose grants are told; default: `model` alone. */
  readonly granted?: readonly ModelName[] | undefined;
  /** First block to look in; default: the one in which the contract was deployed. */
  readonly fromBlock?: number | undefined;
}
