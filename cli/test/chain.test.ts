/** A real chain: the cost is agreed to, and no secret is told. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestChain, writeTree } from '@ballast-models/storage-manager/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';

let chain: Awaited<ReturnType<typeof startTestChain>>;
let key: string;
beforeAll(async () => {
  chain = await startTestChain();
  key = await chain.newKey();
});
afterAll(() => chain.close());

async function publisher() {
  const folder = await temporaryFolder('chain');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': folder });
  const env = {
    ETH_NODE_URL: `${chain.url}/?key=canary-in-the-url`,
    CONTRACT_ADDRESS: chain.contract,
    PRIVATE_KEY: key,
  };
  return { folder, model, ballast: new Ballast(folder, env) };
}

describe('a publish on a chain', () => {
  it('needs a yes where nobody can be asked, before any work', async () => {
    const { model, ballast } = await publisher();
    expect(await ballast.json(2, 'store', model, 'local/m')).toMatchObject({
      error: { code: 'ARGUMENT_INVALID', next: expect.stringContaining('--yes') },
    });
  });

  it('shows its cost, and sends nothing in a dry run', async () => {
    const { model, ballast } = await publisher();
    const dry = await ballast.json<{ quote: { wei: string } }>(0, 'store', model, 'local/dry', '--dry-run');
    expect(BigInt(dry.quote.wei)).toBeGreaterThan(0n);
    expect(await ballast.json(3, 'info', 'local/dry')).toMatchObject({ error: { code: 'MODEL_MISSING' } });
    const { code, stderr } = await ballast.run('store', model, 'local/paid', '--yes');
    expect(code).toBe(0);
    expect(stderr).toMatch(/publishing takes 2 transactions and about [\d,]+ gas: 0\.\d{6} ETH/);
  });

  it('is read by its own name, with the trust of the chain', async () => {
    const { folder, model, ballast } = await publisher();
    const stored = await ballast.json<{ model: string }>(0, 'store', model, 'local/m', '--yes');
    expect(stored.model).toMatch(/^0x[0-9a-f]{40}\/m$/);
    expect(await ballast.json(0, 'retrieve', stored.model, join(folder, 'out'))).toMatchObject({
      trust: 'chain',
    });
    expect(await ballast.json(2, 'info', 'm')).toMatchObject({ error: { code: 'NAMESPACE_UNKNOWN' } });
  });

  it('is configured by the two blocks of config.json as well', async () => {
    const { folder, model } = await publisher();
    const ballast = new Ballast(folder);
    await mkdir(ballast.home);
    const blockchain = { rpcUrl: chain.url, privateKey: key, contractAddress: chain.contract };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ blockchain, namespace: 'local' }), {
      mode: 0o600,
    });
    expect(await ballast.json(0, 'store', model, 'my-model-v1', '--yes')).toMatchObject({ version: '1' });
  });
});

it('D26: of three endpoints that are wrong no key is told, and each is named by its host', async () => {
  const { folder, model, ballast } = await publisher();
  expect(await ballast.json(0, 'store', model, 'local/three', '--yes')).toMatchObject({ version: '1' });
  const urls = [chain.url, 'http://127.0.0.1:9', 'http://127.0.0.1:10'].map(
    (url) => `${url}/?key=canary-key`,
  );
  const env = { ...ballast.env, DEBUG: '1', ETH_NODE_URL: urls.join(',') };
  const three = new Ballast(folder, env);
  for (const args of [['info', 'local/three'], ['doctor']]) {
    const { stdout, stderr } = await three.run(...args);
    expect(stdout + stderr).not.toContain('canary');
    expect(stdout + stderr).toContain('127.0.0.1:9');
  }
  const two = new Ballast(folder, { ...env, ETH_NODE_URL: `${urls[0]},${urls[1]},${chain.url}` });
  const out = join(folder, 'out');
  expect(await two.json(0, 'retrieve', 'local/three', out)).toMatchObject({
    quorum: { agreed: 2, asked: 3 },
  });
});

it('no secret is told, whatever fails and however loud', async () => {
  const { model, ballast } = await publisher();
  const loud = new Ballast(join(ballast.home, '..'), { ...ballast.env, DEBUG: '1' });
  const runs = [
    ['config'],
    ['config', '--json'],
    ['store', model, 'local/loud', '--yes'],
    ['store', model, 'somebody/else', '--yes'],
    ['info', 'local/nobody'],
    ['verify', 'local/loud', '--store', 'kubo'],
  ];
  for (const args of runs) {
    const { stdout, stderr } = await loud.run(...args);
    for (const secret of [key.slice(2), 'canary-in-the-url']) expect(stdout + stderr).not.toContain(secret);
  }
});
