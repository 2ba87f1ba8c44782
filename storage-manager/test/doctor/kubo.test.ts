/** A real Kubo, and what can be wrong with it. */
import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { failures, find, newPatient } from './examine.ts';

const binary = findKubo();

/** A server that answers every request in the same way. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe.skipIf(binary === null)('kubo', () => {
  let node: KuboNode;
  let online: KuboNode;
  beforeAll(async () => {
    [node, online] = await Promise.all([startKubo(binary!), startKubo(binary!, true)]);
  });
  afterAll(() => Promise.all([node.close(), online.close()]));

  it('answers, has room, and gives a block back by its gateway and by the RPC; nothing stays', async () => {
    const { diagnose } = await newPatient();
    const before = await node.ipfs('refs', 'local');
    const byGateway = await diagnose({ BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway });
    expect(failures(byGateway)).toEqual([]);
    expect(find(byGateway, 'kubo').detail).toMatch(/^version 0\.\d+\.\d+\S* at http:\/\/127/);
    expect(find(byGateway, 'kubo room').detail).toMatch(/ MiB of StorageMax 9\.3 GiB used$/);
    expect(find(byGateway, 'kubo blocks').detail).toContain(`came back by the gateway ${node.gateway}`);
    const byRpc = await diagnose({ BALLAST_KUBO_API: node.api });
    expect(find(byRpc, 'kubo blocks').detail).toContain('came back by the RPC');
    expect(await node.ipfs('refs', 'local')).toBe(before);
    expect(await node.ipfs('pin', 'ls')).not.toContain('bafkrei');
  });

  it('says that nobody can fetch from a node that is offline, or has no peers', async () => {
    const { diagnose } = await newPatient();
    const offline = find(await diagnose({ BALLAST_KUBO_API: node.api }), 'kubo peers');
    expect(offline).toMatchObject({ status: 'warn', detail: 'it runs offline' });
    const alone = find(await diagnose({ BALLAST_KUBO_API: online.api }), 'kubo peers');
    expect(alone).toMatchObject({ status: 'warn', detail: 'it has no peers' });
  });

  it('counts peers', async () => {
    const other = await startKubo(binary!, true);
    onTestFinished(() => other.close());
    // The profile `server` keeps nodes from private addresses, this machine's own among them.
    for (const each of [online, other]) {
      await each.ipfs('config', '--json', 'Swarm.AddrFilters', '[]');
      await each.kill();
      await each.restart();
    }
    const [address] = (await online.ipfs('swarm', 'addrs', 'listen')).split('\n');
    const { ID } = JSON.parse(await online.ipfs('id'));
    await other.ipfs('swarm', 'connect', `${address}/p2p/${ID}`);
    const { diagnose } = await newPatient();
    expect(find(await diagnose({ BALLAST_KUBO_API: online.api }), 'kubo peers')).toMatchObject({
      status: 'ok',
      detail: '1 peers',
    });
  });

  it('a gateway of another node, one that is no gateway, and one that is not there', async () => {
    const { diagnose } = await newPatient();
    const before = await node.ipfs('refs', 'local');
    const page = await serve((_, answer) => answer.end('<html>'));
    for (const gateway of [online.gateway, page, 'http://127.0.0.1:9']) {
      const from = gateway === online.gateway ? { api: node.api } : { api: online.api };
      const found = await diagnose({ BALLAST_KUBO_API: from.api, BALLAST_KUBO_GATEWAY: gateway });
      expect(failures(found)).toEqual(['kubo blocks: STORE_UNREACHABLE']);
      expect(found.exit).toBe(5);
    }
    expect(await node.ipfs('refs', 'local')).toBe(before);
  });

  it('a repository that is nearly full', async () => {
    const small = await startKubo(binary!);
    onTestFinished(() => small.close());
    await promisify(execFile)(binary!, ['config', 'Datastore.StorageMax', '10KB'], {
      env: { ...process.env, IPFS_PATH: small.repo },
    });
    await small.kill();
    await small.restart();
    const { diagnose } = await newPatient();
    expect(find(await diagnose({ BALLAST_KUBO_API: small.api }), 'kubo room')).toMatchObject({
      status: 'warn',
      next: expect.stringContaining('StorageMax'),
    });
  });

  it('a node that has stopped', async () => {
    const gone = await startKubo(binary!);
    await gone.close();
    const { diagnose } = await newPatient();
    const found = await diagnose({ BALLAST_KUBO_API: gone.api });
    expect(failures(found)).toEqual(['kubo: STORE_UNREACHABLE']);
    expect(find(found, 'kubo blocks').status).toBe('skip');
  });
});

it.each([
  ['0.12.2', 'fail', 'PLATFORM_UNSUPPORTED'],
  ['0.20.0', 'warn', null],
  ['1.0.0', 'ok', null],
])('version %s of Kubo: %s', async (Version, status, code) => {
  const api = await serve((request, answer) => {
    answer.end(request.url?.startsWith('/api/v0/version') ? JSON.stringify({ Version }) : '{}');
  });
  const { diagnose } = await newPatient();
  expect(find(await diagnose({ BALLAST_KUBO_API: api }), 'kubo')).toMatchObject({ status, code });
});

it('a server that is no Kubo', async () => {
  const api = await serve((_, answer) => answer.end('<html>'));
  const { diagnose } = await newPatient();
  expect(failures(await diagnose({ BALLAST_KUBO_API: api }))).toEqual(['kubo: STORE_UNREACHABLE']);
});
