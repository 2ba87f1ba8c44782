import { sha256, toBeHex } from 'ethers';
import { labelOf, namespaceId, releaseId } from './ids.ts';
import { bySelfOrSigned } from './signed.ts';
import { keyOf, NOBODY, type Release, ZERO } from './state.ts';
import {
  accounts,
  channels,
  commitments,
  contents,
  labels,
  type ModelName,
  models,
  names,
  namespaces,
  releases,
  scopesOf,
  versions,
} from './universe.ts';
import {
  type Action,
  byAuthority,
  type Move,
  mostly,
  move,
  nonceOf,
  ownerOf,
  seqOf,
  type World,
} from './world.ts';

/** A contract that anvil brings: the factory of deterministic deployments. */
const SOME_CONTRACT = '0x4e59b44847b379578588920cA78FbF26c0B4956C';

const LOGGED = 0;
const ROOT_ONLY = 1;
const CODE = 2;

/** In seconds. */
const MONTH = 30 * 24 * 60 * 60;
const FOR_EVER = 2n ** 64n - 1n;

const digestOf = ({ random }: World): string => sha256(toBeHex(random.below(1e6), 4));

const someNamespace = ({ random }: World): string => namespaceId(random.pick(namespaces));

/** A model that exists, where there is one. */
function someModel({ random, state }: World): ModelName {
  const existing = models.filter(({ id }) => state.models.has(id));
  return random.pick(existing.length > 0 && random.chance(90) ? existing : models);
}

function ownerOfModel(world: World, { namespace }: ModelName): string {
  return mostly(world, ownerOf(world, namespaceId(namespace)));
}

/** A release that exists, where the model has one. */
function someVersion({ random, state }: World, model: ModelName): readonly [string, Release | undefined] {
  const ids = state.models.get(model.id)?.releases ?? [];
  const release = ids.length > 0 && random.chance(95) ? state.releases.get(random.pick(ids)) : undefined;
  return [release?.version ?? labelOf(random.pick(versions)), release];
}

/** Each thing that can be done, with how often it is tried. */
const actions: Readonly<Record<string, readonly [weight: number, action: Action]>> = {
  commit: [
    4,
    (world) => {
      const { owner, commitment } = world.random.pick(commitments);
      return move(world, owner, 'commitNamespace', [commitment]);
    },
  ],
  register: [
    6,
    (world) => {
      const open = commitments.filter(({ commitment }) => world.state.commitments.has(commitment));
      const { label, owner } = world.random.pick(open.length > 0 ? open : commitments);
      return move(world, owner, 'registerNamespace', [label, ZERO]);
    },
  ],
  reserve: [
    2,
    (world) => {
      const holder = world.random.pick([...accounts, world.registry, NOBODY]);
      return move(world, byAuthority(world), 'reserveNamespace', [world.random.pick(labels), holder]);
    },
  ],
  transfer: [
    3,
    (world) => {
      const namespace = someNamespace(world);
      const to = world.random.pick([...accounts, NOBODY]);
      return move(world, mostly(world, ownerOf(world, namespace)), 'transferNamespace', [namespace, to]);
    },
  ],
  accept: [
    4,
    (world) => {
      const open = [...world.state.namespaces].filter(([, { pendingOwner }]) => pendingOwner !== NOBODY);
      const [namespace, record] = open.length > 0 ? world.random.pick(open) : [someNamespace(world)];
      return move(world, mostly(world, record?.pendingOwner ?? NOBODY), 'acceptNamespace', [namespace]);
    },
  ],
  setStatementKey: [
    3,
    (world) => {
      const namespace = someNamespace(world);
      const key = world.random.pick([...accounts, NOBODY]);
      return move(world, mostly(world, ownerOf(world, namespace)), 'setStatementKey', [namespace, key]);
    },
  ],
  grant: [
    12,
    (world) => {
      const text = world.random.pick(namespaces);
      const namespace = namespaceId(text);
      const model = world.random.pick(scopesOf(text));
      const account = world.random.pick(accounts);
      const seq = seqOf(world, world.state.grants.get(keyOf(namespace, model, account))?.seq ?? 0n);
      const roles = world.random.below(world.random.chance(97) ? 32 : 64);
      const expiresAt = world.random.pick([
        FOR_EVER,
        world.time + 60 * world.random.below(5),
        world.time + MONTH,
      ]);
      const value = { namespace, model, account, roles, expiresAt, seq };
      return bySelfOrSigned(world, mostly(world, ownerOf(world, namespace)), 'grant', value);
    },
  ],
  dropGrants: [
    1,
    (world) => {
      const namespace = someNamespace(world);
      return move(world, mostly(world, ownerOf(world, namespace)), 'dropGrants', [namespace]);
    },
  ],
  createModel: [
    8,
    (world) => {
      const namespace = world.random.pick(namespaces);
      const owner = mostly(world, ownerOf(world, namespaceId(namespace)));
      return move(world, owner, 'createModel', [namespace, world.random.pick(names)]);
    },
  ],
  setModelActive: [
    4,
    (world) => {
      const model = someModel(world);
      const active = !(world.state.models.get(model.id)?.active ?? true);
      const args = [model.id, active, world.random.below(9), digestOf(world)];
      return move(world, ownerOfModel(world, model), 'setModelActive', args);
    },
  ],
  setMetadata: [
    3,
    (world) => {
      const model = someModel(world);
      const [version] = someVersion(world, model);
      const args = [
        model.id,
        world.random.pick([ZERO, version]),
        labelOf('license'),
        `MIT ${digestOf(world)}`,
      ];
      return move(world, ownerOfModel(world, model), 'setMetadata', args);
    },
  ],
  recordSegment: [3, (world) => record(world, 'recordSegment')],
  republishSegment: [3, (world) => record(world, 'republishSegment')],
  recordPage: [3, (world) => record(world, 'recordPage')],
  publish: [25, publish],
  setStatus: [
    14,
    (world) => {
      const model = someModel(world);
      const [version, release] = someVersion(world, model);
      const from = release?.status ?? 0n;
      const to = world.random.pick([0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
      const change = { model: model.id, version, from, to, seq: seqOf(world, release?.statusSeq ?? 0n) };
      const value = { ...change, reason: world.random.below(9), reportDigest: digestOf(world) };
      return bySelfOrSigned(world, ownerOfModel(world, model), 'setStatus', value);
    },
  ],
  setChannel: [
    14,
    (world) => {
      const model = someModel(world);
      const [version] = someVersion(world, model);
      const channel = labelOf(world.random.pick(channels));
      const seq = seqOf(world, world.state.models.get(model.id)?.channels.get(channel)?.seq ?? 0n);
      const value = { model: model.id, channel, version, seq };
      return bySelfOrSigned(world, ownerOfModel(world, model), 'setChannel', value);
    },
  ],
  attest: [8, (world) => bySelfOrSigned(world, world.random.pick(accounts), 'attest', finding(world))],
  attestBatch: [
    4,
    (world) => move(world, world.random.pick(accounts), 'attestBatch', [[finding(world), finding(world)]]),
  ],
  cancelNonce: [
    2,
    (world) => {
      const account = world.random.pick(accounts);
      return move(world, account, 'cancelNonce', [nonceOf(world, account)]);
    },
  ],
  pause: [1, (world) => move(world, byAuthority(world), 'pause', [])],
  unpause: [6, (world) => move(world, byAuthority(world), 'unpause', [])],
  announceSuccessor: [1, (world) => move(world, byAuthority(world), 'announceSuccessor', [SOME_CONTRACT])],
};

const tickets = Object.values(actions).flatMap(([weight, action]) => Array(weight).fill(action) as Action[]);

/** An action by its weight. */
export function draw(world: World): Move | Promise<Move> {
  return world.random.pick(tickets)(world);
}

/** Each action in its turn, so that every one is tried. */
export function inTurn(world: World, turn: number): Move | Promise<Move> {
  const all = Object.values(actions);
  return all[turn % all.length]![1](world);
}

function record(world: World, name: 'recordSegment' | 'republishSegment' | 'recordPage') {
  const { segments, pages } = world.random.pick(contents);
  const { packed } = world.random.pick(name === 'recordPage' ? pages : segments);
  return move(world, world.random.pick(accounts), name, [packed]);
}

function finding(world: World) {
  const { random, state, block } = world;
  const ids = [...state.releases.keys()];
  const release = ids.length > 0 ? random.pick(ids) : random.pick(releases);
  const count = Number(state.releases.get(release)?.chunkCount ?? 1n);
  const full = random.chance(30);
  const checked = full ? count : 1 + random.below(count);
  const ok = random.chance(50) ? checked : random.below(checked + 1);
  return { release, checked, ok, full, asOf: block - random.below(4), reportDigest: digestOf(world) };
}

/** A version in any mode, in the same transaction with the digests that it needs. */
async function publish(world: World): Promise<Move> {
  const { random, state } = world;
  const model = someModel(world);
  const content = random.pick(contents);
  const mode = random.pick([LOGGED, LOGGED, ROOT_ONLY, CODE]);
  const runs = mode === ROOT_ONLY ? [] : mode === CODE ? content.pages : content.segments;
  const value = {
    namespace: model.namespace,
    name: model.name,
    version: random.pick(versions),
    manifestDigest: digestOf(world),
    chunkRoot: content.chunkRoot,
    chunkCount: content.chunkCount,
    byteCount: random.below(2 ** 31),
    mode,
    homeChainId: random.pick([0n, 0n, world.chainId, 10n]),
    base: random.pick([
      ZERO,
      ZERO,
      releaseId(model.id, labelOf(random.pick(versions))),
      ...state.releases.keys(),
    ]),
    segmentRoots: runs.map(({ root }) => root),
  };
  const { from, data } = await bySelfOrSigned(world, ownerOfModel(world, model), 'publish', value);
  const recorder = mode === CODE ? 'recordPage' : 'recordSegment';
  const calls = runs.map(({ packed }) => move(world, from, recorder, [packed]).data);
  return move(world, from, 'multicall', [[...calls, data]]);
}
