import type { Result } from 'ethers/abi';
import type { EventFilter, RegistryEvent } from '../../history-events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { ModelName, Version } from '../../ids/reference.ts';
import { decodeEvent, eventTopic } from './contract.ts';
import { modelId, namespaceId, releaseId } from './ids.ts';
import type { ContractLog, Topics } from './logs.ts';
import {
  believe,
  REASONS,
  readChannelKey,
  readClaim,
  readDigest,
  readMember,
  readNumber,
  readOptional,
  readVersion,
  STATUSES,
} from './records.ts';
import { FOREVER, NO_ID, rolesOf } from './structs.ts';

/** Whom an event is about, for what its topics say by ids alone. */
interface Names extends EventFilter {
  /** Release id → its version. */
  readonly versions: ReadonlyMap<string, Version>;
  /** Model id → its name, of those whose grants are told. */
  readonly models: ReadonlyMap<string, ModelName>;
}

type Reading = (args: Result, names: Names) => RegistryEvent | null;

/** Event of the contract → what it says. Null: it is about another model of the namespace. */
const READINGS: Readonly<Record<string, Reading>> = {
  ModelCreated: (_, { model }) => model && { kind: 'model-created', model },
  ReleasePublished: ({ release, publisher, publication }, { versions }) => ({
    kind: 'published',
    version: versions.get(release)!,
    manifest: readDigest(publication.manifestDigest),
    chunks: readNumber(publication.chunkCount),
    bytes: readClaim(publication.byteCount),
    publisher: lower(publisher),
  }),
  StatusChanged: ({ release, status, seq, reason, reportDigest }, { versions }) => ({
    kind: 'status',
    version: versions.get(release)!,
    status: readMember(STATUSES, status),
    seq: readNumber(seq),
    reason: readMember(REASONS, reason),
    report: readReport(reportDigest),
  }),
  ChannelMoved: ({ channel, version, seq }) => ({
    kind: 'channel',
    channel: readChannelKey(channel),
    version: readVersion(version),
    seq: readNumber(seq),
  }),
  ReleaseAttested: ({ release, auditor, attestation }, { versions }) => ({
    kind: 'attested',
    version: versions.get(release)!,
    auditor: lower(auditor),
    checked: readNumber(attestation.checked),
    ok: readNumber(attestation.ok),
    full: attestation.full === true,
    asOf: readNumber(attestation.asOf),
    report: readReport(attestation.reportDigest),
  }),
  ModelActivityChanged: ({ active, reason, reportDigest }) => ({
    kind: 'activity',
    active: active === true,
    reason: readMember(REASONS, reason),
    report: readReport(reportDigest),
  }),
  MetadataChanged: ({ version, key, value }) => ({
    kind: 'metadata',
    version: version === NO_ID ? null : readVersion(version),
    key: readChannelKey(key),
    value: String(value),
  }),
  NamespaceRegistered: ({ owner }) => ({ kind: 'registered', owner: lower(owner) }),
  NamespaceReserved: ({ holder }) => ({ kind: 'reserved', holder: readOptional(holder) }),
  NamespaceTransferStarted: ({ owner, pendingOwner }) => ({
    kind: 'offered',
    owner: lower(owner),
    to: readOptional(pendingOwner),
  }),
  NamespaceTransferred: ({ previousOwner, owner }) => ({
    kind: 'transferred',
    from: readOptional(previousOwner),
    owner: lower(owner),
  }),
  StatementKeyChanged: ({ key }) => ({ kind: 'statement-key', key: readOptional(key) }),
  GrantsDropped: () => ({ kind: 'grants-dropped' }),
  RolesGranted: ({ model: id, account, roles, expiresAt, seq }, { models }) => {
    const model = models.get(id) ?? null;
    if (model === null && id !== NO_ID) return null;
    return {
      kind: 'granted',
      model,
      account: lower(account),
      roles: rolesOf(Number(roles)),
      expiresAt: readExpiry(expiresAt),
      seq: readNumber(seq),
    };
  },
};

/** What to ask a node for: every event whose first topic is one of these ids. */
export function topicsOf({ namespace, model, releases }: EventFilter): Topics {
  const namespaceTopic = namespaceId(namespace).padEnd(NO_ID.length, '0');
  const modelTopics =
    model === null ? [] : [modelId(model), ...releases.map((each) => releaseId(model, each))];
  return [Object.keys(READINGS).map(eventTopic), [namespaceTopic, ...modelTopics]];
}

/**
 * What logs that match those topics say, in their order.
 * @throws TrustError `CONTRACT_MISMATCH` where a node gives what the contract can't write
 */
export function readEvents<T extends ContractLog>(
  logs: readonly T[],
  filter: EventFilter,
): { log: T; event: RegistryEvent }[] {
  const { model, releases, granted = model === null ? [] : [model] } = filter;
  const models = new Map(granted.map((each) => [modelId(each), each]));
  const versions = new Map(model === null ? [] : releases.map((each) => [releaseId(model, each), each]));
  return logs.flatMap((log) => {
    const event = believe(() => {
      const { name, args } = decodeEvent(log.topics, log.data);
      return READINGS[name]!(args, { ...filter, versions, models });
    });
    return event === null ? [] : [{ log, event }];
  });
}

/** Null: for ever. */
export function readExpiry(seconds: bigint): Date | null {
  return seconds === FOREVER ? null : new Date(Math.min(Number(seconds) * 1000, LAST_TIME));
}

/** No `Date` is later (ECMA-262, Time Values). */
const LAST_TIME = 8.64e15;

function lower(address: unknown): string {
  return String(address).toLowerCase();
}

function readReport(word: string): Digest | null {
  return word === NO_ID ? null : readDigest(word);
}
