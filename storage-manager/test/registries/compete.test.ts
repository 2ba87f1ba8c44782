import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { ending, startScript } from './processes.ts';

async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-compete-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function ethereum(flags: readonly string[] = []) {
  const chain = await startTestChain(flags);
  onTestFinished(() => chain.close());
  return { rpcUrl: chain.url, contractAddress: chain.contract, privateKey: await chain.newKey() };
}

async function embedded() {
  const home = await testFolder();
  return { folder: join(home, 'chain'), keyFile: join(home, 'key') };
}

test.each([
  ['Ethereum', ethereum],
  ['embedded', embedded],
])('D11: four processes with one key publish to one %s registry', async (_, open) => {
  const chain = await open();
  const folder = await testFolder();
  const publishers = ['1', '2', '3', '4'].map((version) =>
    startScript('publisher.ts', {
      chain,
      log: join(folder, version),
      model: 'local/shared',
      version,
      chunks: 2_000,
    }),
  );
  expect(await Promise.all(publishers.map(ending))).toEqual([0, 0, 0, 0]);
  const registry = await ('folder' in chain ? openEmbeddedRegistry(chain) : openEthereumRegistry(chain));
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName('local/shared'));
  expect(await registry.model(model)).toMatchObject({ versionCount: 4, channels: [{ seq: 4 }] });
});

test('D11: publishers of one key in one process take turns', async () => {
  const chain = await ethereum();
  const registry = await openEthereumRegistry(chain);
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName('local/many'));
  const requests = Array.from({ length: 8 }, (_, i) => randomRequest(model, `${i}`, { channels: [LATEST] }));
  await Promise.all(requests.map((request) => registry.publish(request, memoryLog())));
  expect(await registry.model(model)).toMatchObject({ versionCount: 8, channels: [{ seq: 8 }] });
});

test('D15: of eight in one process that want one version one wins, and each other learns that it exists', async () => {
  const chain = await ethereum();
  const registry = await openEthereumRegistry(chain);
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName('local/contested'));
  const base = randomRequest(model, '1');
  const requests = Array.from({ length: 8 }, (_, i) => ({ ...base, manifest: digestOf(Uint8Array.of(i)) }));
  const results = await Promise.allSettled(requests.map((request) => registry.publish(request, memoryLog())));
  const codes = results.map((result) => (result.status === 'fulfilled' ? 'won' : result.reason.code));
  expect(codes.toSorted()).toEqual([...Array(7).fill('VERSION_EXISTS'), 'won']);
  const { release } = await registry.resolve(model, { kind: 'version', version: parseVersion('1') });
  expect(release.manifest).toBe(requests[codes.indexOf('won')]?.manifest);
});

test.each([
  ['other content', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], [0, ...Array(7).fill(9)]],
  ['the same content', Array(8).fill('same'), Array(8).fill(0)],
])(
  'D15: of eight processes that publish one version with %s one record comes',
  async (_, contents, exits) => {
    // What one has sent waits in the pool while the others look.
    const chain = await ethereum(['--block-time', '0.5']);
    const folder = await testFolder();
    const publishers = contents.map((content, place) => {
      const log = join(folder, String(place));
      return startScript('publisher.ts', {
        chain,
        log,
        model: 'local/one',
        version: '1',
        chunks: 10,
        content,
      });
    });
    const ended = await Promise.all(publishers.map(ending));
    expect(ended.toSorted()).toEqual(exits);
    const registry = await openEthereumRegistry(chain);
    onTestFinished(() => registry.close());
    const model = await registry.canonical(parseModelName('local/one'));
    expect(await registry.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  },
  60_000,
);
