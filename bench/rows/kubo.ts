import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findKubo, type KuboNode, startKubo } from '../../storage-manager/src/testing/nodes/kubo.ts';
import { type Command, measure } from '../measure.ts';
import { changedBy5Percent, plainModel, writeModel } from '../models.ts';
import { type Context, cpuPerGigabyte, figureRow, peaks, type Row, ratioRow, voidRow } from '../results.ts';
import { compared, fetchBack, rounds, type Steps, settle, storeAnew } from '../runner.ts';
import { ballast, synced } from '../tools.ts';

const ADD = ['add', '-Q', '-r', '--chunker=size-1048576', '--raw-leaves', '--cid-version=1'];

interface Trees {
  readonly base: string;
  /** The next version: a twentieth of it is new. */
  readonly next: string;
  /** One byte. */
  readonly tiny: string;
  readonly out: string;
}

interface Daemon {
  readonly node: KuboNode;
  readonly pid: number;
  /** For the state of whoever calls it. */
  readonly folder: string;
}

/** Publish into and fetch from a real Kubo, beside its own `add` and `get`; each run has a daemon of its own. */
export async function kuboRows({ folder, bytes, rounds: count }: Context): Promise<Row[]> {
  const binary = findKubo();
  if (binary === null) return [voidRow('publish and fetch with Kubo', 'ipfs is not installed: set KUBO_BIN')];
  const [base, next, tiny] = [
    join(folder, 'kubo-base'),
    join(folder, 'kubo-next'),
    join(folder, 'kubo-tiny'),
  ];
  const trees = { base, next, tiny, out: join(folder, 'kubo-out') };
  const size = await writeModel(base, plainModel(bytes));
  await writeModel(next, changedBy5Percent(bytes));
  await mkdir(tiny);
  await writeFile(join(tiny, 'a.txt'), 'a');
  const withDaemon = (work: (daemon: Daemon) => Promise<Steps>) => async () => {
    const node = await startKubo(binary);
    try {
      return await work({ node, pid: await daemonOf(node.repo), folder });
    } finally {
      await node.close();
    }
  };
  const taken = await rounds(count, {
    ipfs: withDaemon((daemon) => addAndGet(binary, daemon, trees)),
    ballast: withDaemon((daemon) => storeAndFetch(daemon, trees)),
    plain: withDaemon((daemon) => storePlain(daemon, trees)),
  });
  for (const tree of [base, next, tiny]) await rm(tree, { recursive: true });
  const [add, store] = [taken('ipfs', 'add'), taken('ballast', 'store')];
  const costs = [
    ['ballast', 'store'],
    ['ballast', 'fetch'],
    ['ipfs', 'add'],
    ['ipfs', 'get'],
  ] as const;
  return [
    ratioRow('Kubo: publish / ipfs add', store, add, 1.4, 'ipfs add'),
    ratioRow('Kubo: publish, no file digests / ipfs add', taken('plain', 'store'), add, 1.25, 'ipfs add'),
    ratioRow(
      'Kubo: publish of a version that changes 5 % / ipfs add of the first',
      taken('ballast', 'next'),
      add,
      0.3,
      'ipfs add',
    ),
    ratioRow(
      'Kubo: the same / ipfs add of that version',
      taken('ballast', 'next'),
      taken('ipfs', 'next'),
      null,
      'ipfs add',
    ),
    ratioRow(
      'Kubo: publish of one byte / ipfs add',
      taken('ballast', 'tiny'),
      taken('ipfs', 'tiny'),
      null,
      'ipfs add',
    ),
    ratioRow(
      'Kubo: fetch / ipfs get + sync',
      taken('ballast', 'fetch'),
      taken('ipfs', 'get'),
      0.9,
      'ipfs get',
    ),
    ...costs.map(([tool, step]) => {
      const [name, samples] = [`CPU: Kubo, ${step}, with the daemon`, taken(tool, step)];
      if (typeof samples === 'string') return voidRow(name, samples);
      return figureRow(name, cpuPerGigabyte(samples, size), (value) => `${value.toFixed(2)} CPU-s/GB`, null);
    }),
    ...['store', 'fetch'].map((step) => {
      const [name, samples] = [`memory: Kubo, ${step}, without the daemon`, taken('ballast', step)];
      if (typeof samples === 'string') return voidRow(name, samples, 192);
      return figureRow(name, peaks(samples), (value) => `${value.toFixed(0)} MiB`, 192);
    }),
  ];
}

async function addAndGet(
  binary: string,
  { node, pid, folder }: Daemon,
  { base, next, tiny, out }: Trees,
): Promise<Steps> {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, IPFS_PATH: node.repo };
  const ipfs = (...args: string[]): Command => ({ argv: [binary, ...args], env, servers: [pid] });
  const add = async (tree: string) => {
    await settle();
    return measure(ipfs(...ADD, tree));
  };
  const getBack = async (tree: string) => {
    const cid = (await node.ipfs(...ADD, '--only-hash', tree)).trim();
    return compared(tree, out, [ipfs('get', '-o', out, cid), synced(out, env)]);
  };
  const steps = {
    add: await add(base),
    get: await getBack(base),
    next: await add(next),
    tiny: await add(tiny),
  };
  for (const tree of [next, base]) await getBack(tree);
  return steps;
}

async function storeAndFetch(daemon: Daemon, { base, next, tiny, out }: Trees): Promise<Steps> {
  const tool = onNode(daemon, []);
  const store = async (tree: string) => {
    await settle();
    return measure(tool.store(tree));
  };
  const steps = {
    store: await storeAnew(tool, base),
    fetch: await fetchBack(tool, base, out),
    next: await store(next),
    tiny: await store(tiny),
  };
  for (const [at, tree] of [base, next, tiny].entries()) await fetchBack(tool, tree, out, at + 1);
  return steps;
}

async function storePlain(daemon: Daemon, { base, out }: Trees): Promise<Steps> {
  const tool = onNode(daemon, ['--no-file-digests']);
  const store = await storeAnew(tool, base);
  await fetchBack(tool, base, out);
  return { store };
}

function onNode({ node, pid, folder }: Daemon, flags: readonly string[]) {
  return ballast(join(folder, 'kubo-state'), {
    storeFlags: ['--store', 'kubo', ...flags],
    fetchFlags: ['--from', 'kubo'],
    variables: { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway },
    servers: [pid],
  });
}

/** The process that serves this repository: its environment names it. */
async function daemonOf(repo: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const variables = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    if (/^\d+$/.test(entry) && variables.split('\0').includes(`IPFS_PATH=${repo}`)) return Number(entry);
  }
  throw new Error(`no process serves ${repo}`);
}
