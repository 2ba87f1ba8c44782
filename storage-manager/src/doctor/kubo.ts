import { randomBytes } from 'node:crypto';
import { UnavailableError } from '../errors.ts';
import { digestOf } from '../ids/digest.ts';
import { DigestMap } from '../ids/digest-map.ts';
import { KiB, MiB } from '../limits.ts';
import { blockCorrupt } from '../stores/block-errors.ts';
import { type KuboClients, type KuboOptions, kuboClients } from '../stores/kubo/clients.ts';
import { readFromKubo } from '../stores/kubo/read.ts';
import { removeBlock } from '../stores/kubo/remove.ts';
import { callRpc, kuboError } from '../stores/kubo/rpc.ts';
import { KuboSession } from '../stores/kubo/session.ts';
import { type Check, check, type Finding, fail, late, ok, skipped, warn } from './check.ts';
import { sizeText } from './size-text.ts';

/** Below the deadline of a check, so that the reason is told and not the deadline. */
const DEADLINES = { connectMs: 4_000, headersMs: 6_000, idleMs: 6_000, totalMs: 8_000 };

/** Blocks keyed by their multihash came with 0.12, `?format=raw` of the gateway with 0.13. */
const NEEDED = [0, 13] as const;
const TESTED = [0, 41] as const;

/** Share of StorageMax from which on Kubo collects (its StorageGCWatermark), where it collects at all. */
const FULL = 0.9;

/** The node that a publish writes to: its version, peers, room, and a block that goes in and comes out. */
export async function checkKubo(options: KuboOptions, signal?: AbortSignal): Promise<Check[]> {
  const clients = kuboClients({ ...options, deadlines: DEADLINES });
  const next = 'see that the node runs and is not too busy to answer';
  const limits = { signal, late: late('STORE_UNREACHABLE', clients.rpc.endpoint.origin, next) };
  try {
    const version = await check('kubo', limits, (stop) => versionFinding(clients, stop));
    if (version.status === 'fail')
      return [version, ...skipped(['kubo peers', 'kubo room', 'kubo blocks'], 'the node must answer first')];
    const rest = await Promise.all([
      check('kubo peers', limits, (stop) => peersFinding(clients, stop)),
      check('kubo room', limits, (stop) => roomFinding(clients, stop)),
      check('kubo blocks', limits, (stop) => roundTrip(clients, stop)),
    ]);
    return [version, ...rest];
  } finally {
    const { rpc, imports, gateway } = clients;
    await Promise.all([rpc.close(), imports.close(), gateway?.close()]);
  }
}

async function versionFinding(clients: KuboClients, signal: AbortSignal): Promise<Finding> {
  const answer = await ask(clients, 'version', 'its version', signal).catch((error: unknown) => {
    if (error instanceof UnavailableError) return error;
    throw error;
  });
  if (answer instanceof UnavailableError)
    return fail(
      answer.code,
      answer.message,
      'start it (`ipfs daemon`), or set BALLAST_KUBO_API or the "ipfs" block to where its RPC listens',
    );
  const { Version } = answer;
  const [major = 0, minor = 0] = String(Version).split('.').map(Number.parseFloat);
  const below = ([needed, least]: readonly [number, number]) =>
    major < needed || (major === needed && minor < least);
  const detail = `version ${Version} at ${clients.rpc.endpoint.origin}`;
  if (below(NEEDED))
    return fail(
      'PLATFORM_UNSUPPORTED',
      detail,
      `use Kubo ${NEEDED.join('.')} or newer, best ${TESTED.join('.')}`,
    );
  return below(TESTED)
    ? warn(detail, `Ballast is tested with ${TESTED.join('.')}; use that where something fails`)
    : ok(detail);
}

async function peersFinding(clients: KuboClients, signal: AbortSignal): Promise<Finding> {
  const next = 'nobody else can fetch from it: check its network (`ipfs swarm peers`), unless that is meant';
  const what = 'its peers';
  let count = 0;
  const failure = await callRpc(
    clients.rpc,
    { call: 'swarm/peers', what, maxBytes: 8 * MiB },
    ({ Peers }) => {
      count = Array.isArray(Peers) ? Peers.length : 0;
    },
    { signal },
  );
  if (failure?.includes('online mode')) return warn('it runs offline', next);
  if (failure !== null) throw kuboError(clients.rpc.endpoint, what, failure);
  return count === 0 ? warn('it has no peers', next) : ok(`${count} peers`);
}

async function roomFinding(clients: KuboClients, signal: AbortSignal): Promise<Finding> {
  const { RepoSize, StorageMax } = await ask(clients, 'repo/stat', 'the size of its repository', signal, {
    'size-only': 'true',
  });
  const [used, most] = [Number(RepoSize), Number(StorageMax)];
  const detail = `${sizeText(used)} of StorageMax ${sizeText(most)} used`;
  if (used < most * FULL) return ok(detail);
  return warn(
    detail,
    'raise Datastore.StorageMax: a daemon with --enable-gc deletes what is not pinned, a publish that runs included',
  );
}

/** Writes as a publish does and reads as a fetch does. The block is random, so that nobody else can have it. */
async function roundTrip(clients: KuboClients, signal: AbortSignal): Promise<Finding> {
  const bytes = randomBytes(32);
  const digest = digestOf(bytes);
  const way = clients.gateway === null ? 'the RPC' : `the gateway ${clients.gateway.endpoint.origin}`;
  const session = new KuboSession(clients.imports, new DigestMap());
  try {
    await session.write([{ digest, bytes }], { signal });
    await session.seal({ signal });
  } finally {
    await session.abort();
  }
  try {
    const into = new Uint8Array(KiB);
    const length = await readFromKubo(clients, digest, into, { signal });
    const actual = digestOf(into.subarray(0, length));
    if (actual !== digest) throw blockCorrupt(clients.name, digest, `it reads back as ${actual}`);
    return ok(`a test block went in by the RPC, came back by ${way}, and was removed`);
  } catch (error) {
    signal.throwIfAborted();
    if (clients.gateway === null) throw error;
    return fail(
      'STORE_UNREACHABLE',
      error instanceof UnavailableError
        ? error.message
        : `${way} does not serve what the node at ${clients.rpc.endpoint.origin} holds`,
      'set ipfs.gateway to that of the same node, or remove it to read by the RPC',
    );
  } finally {
    // With a deadline of its own: what has gone in comes out, also after an interrupt.
    await removeBlock(clients.rpc, digest, {}).catch(() => null);
  }
}

/** The one line of a call's answer. */
async function ask(
  { rpc }: KuboClients,
  call: string,
  what: string,
  signal: AbortSignal,
  query?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  let answer: Readonly<Record<string, unknown>> = {};
  const failure = await callRpc(
    rpc,
    { call, what, maxBytes: 64 * KiB, ...(query && { query }) },
    (line) => {
      answer = line;
    },
    { signal },
  );
  if (failure !== null) throw kuboError(rpc.endpoint, what, failure);
  return answer;
}
