import { TypedDataEncoder } from 'ethers';
import { accountOf, labelOf, modelId, namespaceId, releaseId } from './ids.ts';
import { type Audit, keyOf, type Model, NOBODY, type Release, runKey, type State, ZERO } from './state.ts';

/** Where the question is asked. */
export interface Place {
  readonly chainId: bigint;
  readonly registry: string;
  /** Time of the block as of which is asked. */
  readonly time: number;
}

/** A getter reverts with this error. */
export class Refusal extends Error {
  readonly args: readonly unknown[];

  constructor(name: string, ...args: readonly unknown[]) {
    super(name);
    this.args = args;
  }
}

const ALL_ROLES = 31n;
const ADMIN = 16n;
const PER_SEGMENT = 1_024n;
const PER_PAGE = 512n;
const LOGGED = 0n;
const ROOT_ONLY = 1n;
const NO_AUDIT: Audit = { checked: 0n, ok: 0n, full: false, asOf: 0n, attestedAt: 0, goodAsOf: 0n };

const DOMAIN = { name: 'Ballast', version: '1' };
const STATEMENT = {
  Release: [
    { name: 'chainId', type: 'uint256' },
    { name: 'registry', type: 'address' },
    { name: 'namespace', type: 'string' },
    { name: 'model', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'manifestDigest', type: 'bytes32' },
    { name: 'chunkRoot', type: 'bytes32' },
    { name: 'chunkCount', type: 'uint64' },
    { name: 'bytes', type: 'uint64' },
    { name: 'issuedAt', type: 'uint64' },
    { name: 'expiresAt', type: 'uint64' },
  ],
};

/** The contract's getters, answered from what its events told. Each gives the values that the getter returns. */
export class Answers {
  readonly #state: State;
  readonly #place: Place;

  constructor(state: State, place: Place) {
    this.#state = state;
    this.#place = place;
  }

  authority = () => [this.#state.authority];
  paused = () => [this.#state.paused];
  successor = () => [this.#state.successor];
  namespaceId = (text: string) => [namespaceId(text)];
  modelId = (text: string, name: string) => [modelId(namespaceId(text), name)];
  releaseId = (model: string, version: string) => [releaseId(model, version)];

  commitmentMadeAt = (commitment: string) => [this.#state.commitments.get(commitment) ?? 0];

  namespaceInfo(id: string) {
    const record = this.#state.namespaces.get(id);
    if (record === undefined) return [[NOBODY, NOBODY, NOBODY, 0, 0]];
    return [[record.owner, record.pendingOwner, record.statementKey, record.epoch, record.models.length]];
  }

  namespaces(start: number, limit: number) {
    return [this.#state.listedNamespaces.slice(start, start + limit)];
  }

  modelInfo(id: string) {
    return [infoOf(this.#model(id))];
  }

  models(namespace: string, start: number, limit: number) {
    const names = (this.#state.namespaces.get(namespace)?.models ?? []).slice(start, start + limit);
    return [names, names.map((name) => infoOf(this.#model(modelId(namespace, name))))];
  }

  versions(model: string, start: number, limit: number) {
    const ids = this.#model(model).releases.slice(start, start + limit);
    return [ids.map((id) => this.#recordOf(this.#state.releases.get(id)!))];
  }

  channels(model: string, start: number, limit: number) {
    const rows = [...this.#model(model).channels].slice(start, start + limit);
    return [rows.map(([channel, { version, seq, changedBlock }]) => [channel, version, seq, changedBlock])];
  }

  resolve(model: string, label: string) {
    const { active, changedBlock, channels, namespace } = this.#model(model);
    const isVersion = /^0x3\d/.test(label);
    const channel = isVersion ? undefined : channels.get(label);
    if (!isVersion && channel === undefined) throw new Refusal('ChannelUnknown', model, label);
    const version = channel?.version ?? label;
    const release = this.#state.releases.get(releaseId(model, version));
    if (release === undefined) throw new Refusal('VersionUnknown', model, version);
    const unit = release.mode === LOGGED ? PER_SEGMENT : PER_PAGE;
    return [
      [
        this.#recordOf(release),
        active,
        channel?.seq ?? 0n,
        release.mode === ROOT_ONLY ? 0n : unitsOf(release.chunkCount, unit),
        Math.max(changedBlock, channel?.changedBlock ?? 0, release.changedBlock),
        this.#state.namespaces.get(namespace)?.statementKey ?? NOBODY,
        this.#state.successor,
      ],
    ];
  }

  grantOf(namespace: string, model: string, account: string) {
    const grant = this.#state.grants.get(keyOf(namespace, model, account));
    if (grant === undefined) return [[namespace, model, account, 0n, 0n, 0n]];
    const holds = grant.epoch === this.#epochOf(namespace);
    return [[namespace, model, account, holds ? grant.roles : 0n, grant.expiresAt, grant.seq]];
  }

  rolesOf(namespace: string, model: string, account: string): [bigint] {
    if (account === this.#ownerOf(namespace)) return [ALL_ROLES];
    return [this.#rolesIn(namespace, ZERO, account) | this.#rolesIn(namespace, model, account)];
  }

  mayAdminister(model: string, account: string) {
    const namespace = this.#state.models.get(model)?.namespace;
    if (namespace === undefined) return [false];
    return [(this.rolesOf(namespace, model, account)[0] & ADMIN) !== 0n];
  }

  nonces(signer: string, lane = 0) {
    return [this.#state.nonces.get(keyOf(signer, String(lane))) ?? BigInt(lane) << 64n];
  }

  segmentBlocks(roots: readonly string[], chunkCount: bigint) {
    return [placesOf(this.#state.segments, roots, chunkCount, PER_SEGMENT, 0)];
  }

  pageStores(roots: readonly string[], chunkCount: bigint) {
    return [placesOf(this.#state.pages, roots, chunkCount, PER_PAGE, NOBODY)];
  }

  attestedBy(release: string, auditors: readonly string[]) {
    return [
      auditors.map((auditor) => {
        const { checked, ok, full, asOf, attestedAt, goodAsOf } = this.#audit(release, auditor);
        return [checked, ok, full, asOf, attestedAt, goodAsOf];
      }),
    ];
  }

  lastGoodAudit(release: string, auditors: readonly string[]) {
    const [latest] = auditors
      .map((auditor) => ({ auditor, block: this.#audit(release, auditor).goodAsOf }))
      .filter(({ block }) => block > 0n)
      .sort((a, b) => Number(b.block - a.block));
    return [latest?.auditor ?? NOBODY, latest?.block ?? 0n];
  }

  statementHash(namespace: string, model: string, version: string, issuedAt: number, expiresAt: number) {
    const id = modelId(namespaceId(namespace), model);
    const label = labelOf(version);
    const release = this.#state.releases.get(releaseId(id, label));
    if (release === undefined) throw new Refusal('VersionUnknown', id, label);
    const { manifestDigest, chunkRoot, chunkCount, byteCount: bytes } = release;
    const { chainId, registry } = this.#place;
    const record = { manifestDigest, chunkRoot, chunkCount, bytes };
    const names = { chainId, registry, namespace, model, version };
    return [TypedDataEncoder.hash(DOMAIN, STATEMENT, { ...names, ...record, issuedAt, expiresAt })];
  }

  #model(id: string): Model {
    const model = this.#state.models.get(id);
    if (model === undefined) throw new Refusal('ModelUnknown', id);
    return model;
  }

  #epochOf(namespace: string): number {
    return this.#state.namespaces.get(namespace)?.epoch ?? 0;
  }

  #ownerOf(namespace: string): string {
    const owner = this.#state.namespaces.get(namespace)?.owner ?? NOBODY;
    return owner === NOBODY ? accountOf(namespace) : owner;
  }

  #rolesIn(namespace: string, model: string, account: string): bigint {
    const grant = this.#state.grants.get(keyOf(namespace, model, account));
    if (grant === undefined || grant.epoch !== this.#epochOf(namespace)) return 0n;
    return this.#place.time < grant.expiresAt ? grant.roles : 0n;
  }

  #audit(release: string, auditor: string): Audit {
    return this.#state.audits.get(keyOf(release, auditor)) ?? NO_AUDIT;
  }

  #recordOf(release: Release) {
    const { version, manifestDigest, chunkRoot, chunkCount, byteCount, publisher, publishedAt } = release;
    const home = release.homeChainId === 0n ? this.#place.chainId : release.homeChainId;
    const { mode, status, statusSeq, reason, base } = release;
    const bytes = [version, manifestDigest, chunkRoot, chunkCount, byteCount, publisher, publishedAt];
    return [...bytes, mode, status, statusSeq, reason, home, base];
  }
}

function infoOf({ namespace, active, releases, channels, changedBlock }: Model) {
  return [namespace, active, releases.length, channels.size, changedBlock];
}

function unitsOf(chunkCount: bigint, unit: bigint): bigint {
  return (chunkCount + unit - 1n) / unit;
}

/** Where each segment or page of a run lies; the last has what is left. */
function placesOf<T>(
  places: ReadonlyMap<string, T>,
  roots: readonly string[],
  chunkCount: bigint,
  unit: bigint,
  nowhere: T,
) {
  const expected = unitsOf(chunkCount, unit);
  if (BigInt(roots.length) !== expected) throw new Refusal('SegmentCountMismatch', expected, roots.length);
  const rest = chunkCount - (expected - 1n) * unit;
  return roots.map((root, i) => places.get(runKey(root, i === roots.length - 1 ? rest : unit)) ?? nowhere);
}
