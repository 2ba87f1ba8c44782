import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findKubo, type KuboNode, startKubo } from '../../storage-manager/src/testing/kubo-node.ts';
import { type Command, measure, type Sample } from '../measure.ts';
import { changedBy5Percent, plainModel, writeModel } from '../models.ts';
import { type Context, cpuPerGigabyte, figureRow, peaks, type Row, ratioRow, voidRow } from '../results.ts';
import { fetchBack, sameBytes, settle, together } from '../runner.ts';
import { ballast, synced } from '../tools.ts';

const ADD = ['add', '-Q', '-r', '--chunker=size-1048576', '--raw-leaves', '--cid-version=1'];

interface Taken {
  readonly add: Sample[];
  readonly get: Sample[];
  readonly addNext: Sample[];
  readonly store: Sample[];
  readonly fetch: Sample[];
  readonly storeNext: Sample[];
  readonly plain: Sample[];
}

interface Trees {
  readonly base: string;
  /** The next version: a twentieth of it is new. */
  readonly next: string;
  readonly out: string;
}

/** Publish into and fetch from a real Kubo, beside its own `add` and `get`; each run has a daemon of its own. */
export async function kuboRows({ folder, bytes, rounds }: Context): Promise<Row[]> {
  const binary = findKubo();
  if (binary === null) return [voidRow('publish and fetch with Kubo', 'no ipfs found: set KUBO_BIN')];
  const trees = {
    base: join(folder, 'kubo-base'),
    next: join(folder, 'kubo-next'),
    out: join(folder, 'kubo-out'),
  };
  const size = await writeModel(trees.base, plainModel(bytes));
  await writeModel(trees.next, changedBy5Percent(bytes));
  const taken: Taken = { add: [], get: [], addNext: [], store: [], fetch: [], storeNext: [], plain: [] };
  for (let round = 0; round < rounds; round += 1) {
    await withNode(binary, (node, daemon) => addAndGet(binary, node, daemon, folder, trees, taken));
    await withNode(binary, (node, daemon) => storeAndFetch(node, daemon, folder, trees, taken));
    await withNode(binary, async (node, daemon) => {
      const tool = onNode(node, daemon, folder, ['--no-file-digests']);
      await tool.fresh();
      await settle();
      taken.plain.push(await measure(tool.store(trees.base)));
    });
  }
  for (const tree of [trees.base, trees.next]) await rm(tree, { recursive: true });
  return [
    ratioRow('Kubo: publish / ipfs add', taken.store, taken.add, 1.4, 'ipfs add'),
    ratioRow('Kubo: publish, no file digests / ipfs add', taken.plain, taken.add, 1.25, 'ipfs add'),
    ratioRow(
      'Kubo: publish of a version that changes 5 % / ipfs add',
      taken.storeNext,
      taken.add,
      0.3,
      'ipfs add',
    ),
    ratioRow('Kubo: the same / ipfs add of that version', taken.storeNext, taken.addNext, null, 'ipfs add'),
    ratioRow('Kubo: fetch / ipfs get + sync', taken.fetch, taken.get, 0.9, 'ipfs get'),
    ...(['store', 'fetch', 'add', 'get'] as const).map((name) =>
      figureRow(
        `CPU: Kubo, ${name}, with the daemon`,
        cpuPerGigabyte(taken[name], size),
        (value) => `${value.toFixed(2)} CPU-s/GB`,
        null,
      ),
    ),
    ...(['store', 'fetch'] as const).map((name) =>
      figureRow(
        `memory: Kubo, ${name}, without the daemon`,
        peaks(taken[name]),
        (value) => `${value.toFixed(0)} MiB`,
        192,
      ),
    ),
  ];
}

async function withNode(
  binary: string,
  work: (node: KuboNode, daemon: number) => Promise<void>,
): Promise<void> {
  const node = await startKubo(binary);
  try {
    await work(node, await daemonOf(node.repo));
  } finally {
    await node.close();
  }
}

async function addAndGet(
  binary: string,
  node: KuboNode,
  daemon: number,
  folder: string,
  { base, next, out }: Trees,
  taken: Taken,
): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, IPFS_PATH: node.repo };
  const ipfs = (...args: string[]): Command => ({ argv: [binary, ...args], env, servers: [daemon] });
  await settle();
  taken.add.push(await measure(ipfs(...ADD, base)));
  const cid = (await node.ipfs(...ADD, '--only-hash', base)).trim();
  await settle();
  taken.get.push(await together([ipfs('get', '-o', out, cid), synced(out, env)]));
  await sameBytes(base, out);
  await rm(out, { recursive: true });
  await settle();
  taken.addNext.push(await measure(ipfs(...ADD, next)));
}

async function storeAndFetch(
  node: KuboNode,
  daemon: number,
  folder: string,
  { base, next, out }: Trees,
  taken: Taken,
): Promise<void> {
  const tool = onNode(node, daemon, folder, []);
  await tool.fresh();
  await settle();
  taken.store.push(await measure(tool.store(base)));
  taken.fetch.push(await fetchBack(tool, base, out));
  await settle();
  taken.storeNext.push(await measure(tool.store(next)));
  await fetchBack(tool, next, out);
}

function onNode(node: KuboNode, daemon: number, folder: string, flags: readonly string[]) {
  return ballast(join(folder, 'kubo-state'), {
    storeFlags: ['--store', 'kubo', ...flags],
    fetchFlags: ['--from', 'kubo'],
    variables: { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway },
    servers: [daemon],
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
