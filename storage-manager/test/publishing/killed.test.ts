/** A whole store, killed at each of its calls to the network, and finished by the next run. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesIn } from '../../src/config/places.ts';
import { Journal } from '../../src/engine/journal.ts';
import { parseCid } from '../../src/ids/cid.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { start, testFolder } from './process.ts';
import { MOMENTS, type Moment, startTap } from './tap.ts';

const kuboBinary = findKubo();
const DEEP = process.env.BALLAST_DEEP !== undefined;
/** Stores that run at a time. */
const LANES = 6;
/** Of the calls that only read, one in so many. */
const READS = 5;

let chain: TestChain;
let kubo: KuboNode;
let folder: string;

/** What changes Kubo or the chain. */
const WRITES = /dag\/import|pin\/add|eth_sendRawTransaction/;

/** One store that is killed at a moment of one of its calls. @returns the calls that it made until then */
async function killAt(call: number, moment: Moment): Promise<readonly string[]> {
  const name = `${call}-${moment.replaceAll(' ', '-')}`;
  const home = join(folder, name);
  await mkdir(home);
  const source = await writeTree(join(home, 'model'), { 'weights.bin': name.repeat(200), 'a.json': '{}' });
  const privateKey = await chain.newKey();
  const since = Number(await chain.rpc.call('eth_blockNumber', []));
  const calls: string[] = [];
  let killed = false;
  const tapped = (now: Moment, what: string) => {
    if (now === 'before the request') calls.push(what);
    if (calls.length < call || now !== moment) return !killed;
    if (!killed) store.child.kill('SIGKILL');
    killed = true;
    return false;
  };
  const [ipfs, rpc] = [await startTap(kubo.api, tapped), await startTap(chain.url, tapped)];
  const configOf = (api: string, rpcUrl: string) => {
    const { hostname: host, port } = new URL(api);
    const blockchain = { rpcUrl, contractAddress: chain.contract, chainId: chain.chainId, privateKey };
    return {
      home: join(home, 'state'),
      ipfs: { host, port: Number(port), protocol: 'http' as const },
      blockchain,
    };
  };
  const job = {
    config: configOf(ipfs.url, rpc.url),
    source,
    ref: 'local/m',
    record: DEEP ? 'logged' : 'root',
  };
  const store = start('store.ts', job);
  expect(await store.ended).toBe(killed ? 'SIGKILL' : 0);
  await Promise.all([ipfs.close(), rpc.close()]);

  const registry = await openEthereumRegistry(configOf(kubo.api, chain.url).blockchain);
  const manager = new ModelStorageManager(configOf(kubo.api, chain.url));
  const cut = await publishTrace(registry, null, since);
  // What is registered can be read from every store, even before anybody has finished it.
  if (Object.keys(cut.records).length > 0)
    expect(await manager.verifyModel('local/m@1')).toMatchObject({ ok: true });
  const { manifest, version } = await manager.storeModel(source, 'local/m', {
    record: DEEP ? 'logged' : 'root',
  });
  const journal = await Journal.open(placesIn(job.config.home).journal);
  expect({ version, ...(await publishTrace(registry, journal, since)) }).toEqual({
    version: '1',
    records: { 'm@1': parseCid(manifest).digest },
    moves: { 'm@latest': 1 },
    unfinished: [],
    ...{ mined: DEEP ? 2 : 1, reverted: 0, repeated: 0, waiting: 0 },
  });
  journal.close();
  await Promise.all([manager.close(), registry.close()]);
  return calls;
}

describe.skipIf(kuboBinary === null)('C4: a store killed at a call to Kubo or the chain', () => {
  beforeAll(async () => {
    // A transaction waits in the pool for a while, as elsewhere.
    chain = await startTestChain(['--block-time', '2']);
    kubo = await startKubo(kuboBinary!);
  });
  afterAll(async () => {
    await Promise.all([chain?.close(), kubo?.close()]);
  });

  test(
    `${DEEP ? 'at every one' : 'at each that writes, and at some that read'}: the next run leaves one record, and pays for nothing twice`,
    async () => {
      folder = await testFolder();
      const calls = await killAt(Number.POSITIVE_INFINITY, 'before the request');
      expect(calls.filter((call) => WRITES.test(call))).toHaveLength(DEEP ? 5 : 4);
      const kills = calls.flatMap((call, place) => {
        if (DEEP || WRITES.test(call)) return MOMENTS.map((moment) => [place + 1, moment] as const);
        return place % READS === 0 ? [[place + 1, MOMENTS[(place / READS) % 3]!] as const] : [];
      });
      const lane = async () => {
        for (let kill = kills.shift(); kill !== undefined; kill = kills.shift()) await killAt(...kill);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    },
    DEEP ? 3_600_000 : 600_000,
  );
});
