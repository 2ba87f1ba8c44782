import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LATEST, type ModelName, parseModelName } from '../../src/ids/reference.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

/** One private chain in several hands: those of this process, of others, and of whoever replaces its journal. */

async function newHome() {
  const home = await mkdtemp(join(tmpdir(), 'ballast-shared-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const open = async () => {
    const registry = await openEmbeddedRegistry({ folder: join(home, 'chain'), keyFile: join(home, 'key') });
    onTestFinished(() => registry.close());
    return registry;
  };
  const registry = await open();
  const model = await registry.canonical(parseModelName('local/m'));
  return { home, journal: join(home, 'chain', 'journal'), open, registry, model };
}

function publish(registry: EthereumRegistry, model: ModelName, version: string) {
  return registry.publish(randomRequest(model, version, { mode: 'root', channels: [LATEST] }), memoryLog());
}

async function versions(registry: EthereumRegistry, model: ModelName): Promise<string[]> {
  const found: string[] = [];
  for await (const release of registry.history(model)) found.push(release.version);
  return found;
}

test('reads answer while releases are published', async () => {
  const { registry, model } = await newHome();
  await publish(registry, model, '0');
  let publishing = true;
  const reader = async () => {
    while (publishing) await registry.model(model);
  };
  const readers = Array.from({ length: 8 }, reader);
  try {
    for (let version = 1; version <= 10; version += 1) await publish(registry, model, `${version}`);
  } finally {
    publishing = false;
  }
  await Promise.all(readers);
  expect((await registry.model(model))?.versionCount).toBe(11);
});

test.each(['another chain', 'nothing'])('who opened it before %s took its place stops', async (what) => {
  const { journal, registry, model } = await newHome();
  await publish(registry, model, '1');
  const other = await newHome();
  for (const version of ['1', '2', '3']) await publish(other.registry, other.model, version);
  if (what === 'nothing') await rm(journal);
  else await copyFile(other.journal, journal);
  const mismatch = { code: 'CHAIN_MISMATCH', exit: 6 };
  await expect(registry.model(model)).rejects.toMatchObject(mismatch);
  await expect(publish(registry, model, '2')).rejects.toMatchObject(mismatch);
  if (what === 'nothing') await expect(readFile(journal)).rejects.toThrow('ENOENT');
  else expect(await readFile(journal)).toEqual(await readFile(other.journal));
});

test.each([
  ['as it was', []],
  ['and gone on since', ['3', '4']],
])('who opened it before it was put back, %s, goes on from there', async (_, since) => {
  const { home, journal, open, registry, model } = await newHome();
  await publish(registry, model, '1');
  await copyFile(journal, join(home, 'backup'));
  await publish(registry, model, '2');
  await copyFile(join(home, 'backup'), journal);
  const other = await open();
  for (const version of since) await publish(other, model, version);
  await publish(registry, model, '5');
  const expected = ['1', ...since, '5'];
  expect(await versions(registry, model)).toEqual(expected);
  expect(await versions(other, model)).toEqual(expected);
  expect(await versions(await open(), model)).toEqual(expected);
});
