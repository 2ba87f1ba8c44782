import type { Result } from 'ethers';
import { labelOf } from './ids.ts';
import { keyOf, type Model, type Namespace, NOBODY, runKey, type State } from './state.ts';

/** One event of the registry. */
export interface Entry {
  readonly name: string;
  readonly args: Result;
  readonly block: number;
  /** Of the block, in seconds since 1970. */
  readonly time: number;
}

/** What each event changes. */
export const rules: Readonly<Record<string, (state: State, args: Result, at: Entry) => void>> = {
  NamespaceCommitted(state, { commitment }, { time }) {
    state.commitments.set(commitment, time);
  },
  NamespaceRegistered(state, { namespace, owner, commitment }) {
    state.commitments.delete(commitment);
    namespaceOf(state, namespace).owner = owner;
  },
  NamespaceReserved(state, { namespace, holder }) {
    namespaceOf(state, namespace).pendingOwner = holder;
  },
  NamespaceTransferStarted(state, { namespace, pendingOwner }) {
    namespaceOf(state, namespace).pendingOwner = pendingOwner;
  },
  NamespaceTransferred(state, { namespace, owner }) {
    const record = namespaceOf(state, namespace);
    record.owner = owner;
    record.pendingOwner = NOBODY;
    record.statementKey = NOBODY;
    record.epoch++;
  },
  StatementKeyChanged(state, { namespace, key }) {
    namespaceOf(state, namespace).statementKey = key;
  },
  RolesGranted(state, { namespace, model, account, roles, expiresAt, seq }) {
    const { epoch } = namespaceOf(state, namespace);
    state.grants.set(keyOf(namespace, model, account), { roles, epoch, expiresAt, seq });
  },
  GrantsDropped(state, { namespace, epoch }) {
    namespaceOf(state, namespace).epoch = Number(epoch);
  },
  ModelCreated(state, { model, namespace, name }) {
    state.models.set(model, {
      namespace,
      name,
      active: true,
      changedBlock: 0,
      releases: [],
      channels: new Map(),
    });
  },
  ModelActivityChanged(state, { model, active }, { block }) {
    Object.assign(modelOf(state, model), { active, changedBlock: block });
  },
  MetadataChanged(state, { model, version, key, value }) {
    state.metadata.set(keyOf(model, version, key), value);
  },
  SegmentRecorded(state, { root, count, digests }, { block }) {
    state.segments.set(runKey(root, count), block);
    state.digests.set(runKey(root, count), digests);
  },
  PageRecorded(state, { root, count, store }) {
    state.pages.set(runKey(root, count), store);
  },
  ReleasePublished(state, { release, model, publisher, publication }, { block, time }) {
    const { namespace, name, releases } = modelOf(state, model);
    const parent = namespaceOf(state, namespace);
    if (releases.length === 0) {
      if (parent.models.length === 0) state.listedNamespaces.push(publication.namespace);
      parent.models.push(name);
    }
    releases.push(release);
    state.releases.set(release, {
      version: labelOf(publication.version),
      manifestDigest: publication.manifestDigest,
      chunkRoot: publication.chunkRoot,
      chunkCount: publication.chunkCount,
      byteCount: publication.byteCount,
      publisher,
      publishedAt: time,
      mode: publication.mode,
      homeChainId: publication.homeChainId,
      base: publication.base,
      segmentRoots: [...publication.segmentRoots],
      status: 0n,
      statusSeq: 0n,
      reason: 0n,
      changedBlock: block,
    });
  },
  StatusChanged(state, { release, status, seq, reason }, { block }) {
    const record = state.releases.get(release)!;
    Object.assign(record, { status, statusSeq: seq, reason, changedBlock: block });
  },
  ChannelMoved(state, { model, channel, version, seq }, { block }) {
    modelOf(state, model).channels.set(channel, { version, seq, changedBlock: block });
  },
  ReleaseAttested(state, { release, auditor, attestation }, { time }) {
    const { checked, ok, full, asOf } = attestation;
    const key = keyOf(release, auditor);
    const goodAsOf = checked === ok ? asOf : (state.audits.get(key)?.goodAsOf ?? 0n);
    state.audits.set(key, { checked, ok, full, asOf, attestedAt: time, goodAsOf });
  },
  NonceUsed(state, { signer, nonce }) {
    state.nonces.set(keyOf(signer, String(nonce >> 64n)), nonce + 1n);
  },
  AuthoritySet(state, { authority }) {
    state.authority = authority;
  },
  Paused(state) {
    state.paused = true;
  },
  Unpaused(state) {
    state.paused = false;
  },
  SuccessorAnnounced(state, { successor }) {
    state.successor = successor;
  },
};

export function apply(state: State, entry: Entry): void {
  const rule = rules[entry.name];
  if (rule === undefined) throw new Error(`no rule for the event ${entry.name} in block ${entry.block}`);
  rule(state, entry.args, entry);
}

function namespaceOf(state: State, id: string): Namespace {
  let record = state.namespaces.get(id);
  if (record === undefined) {
    record = { owner: NOBODY, pendingOwner: NOBODY, statementKey: NOBODY, epoch: 0, models: [] };
    state.namespaces.set(id, record);
  }
  return record;
}

function modelOf(state: State, id: string): Model {
  const model = state.models.get(id);
  if (model === undefined) throw new Error(`an event tells of the model ${id}, and none of its creation`);
  return model;
}
