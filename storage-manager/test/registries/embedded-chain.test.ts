import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { ending, startScript } from './processes.ts';

async function newHome() {
  const home = await mkdtemp(join(tmpdir(), 'ballast-chain-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const options = { folder: join(home, 'chain'), keyFile: join(home, 'key') };
  const journal = join(options.folder, 'journal');
  const open = async () => {
    const registry = await openEmbeddedRegistry(options);
    onTestFinished(() => registry.close());
    return registry;
  };
  return { home, options, journal, open };
}

test('C21: keeps its key and its journal to their owner', async () => {
  const { options, journal, open } = await newHome();
  await open();
  expect((await stat(options.keyFile)).mode & 0o777).toBe(0o600);
  expect((await stat(journal)).mode & 0o777).toBe(0o600);
  await chmod(options.keyFile, 0o644);
  await expect(open()).rejects.toMatchObject({
    code: 'KEY_UNSAFE',
    next: `run: chmod 600 ${options.keyFile}`,
  });
});

test('refuses a key that somebody else may put in its place', async () => {
  const { home, options, open } = await newHome();
  await (await open()).close();
  await rename(options.keyFile, join(home, 'elsewhere'));
  await symlink('elsewhere', options.keyFile);
  await expect(open()).rejects.toMatchObject({ code: 'KEY_UNSAFE', exit: 7 });
  if (process.getuid?.() !== 0) return;
  await rename(join(home, 'elsewhere'), options.keyFile);
  await chown(options.keyFile, 1, 1);
  await expect(open()).rejects.toThrow('it belongs to user 1');
});

test('gives the same blocks each time, and another chain another id', async () => {
  const { open } = await newHome();
  const first = await open();
  const request = randomRequest(await first.canonical(parseModelName('local/m')), '1', {
    channels: [LATEST],
  });
  await first.publish(request, memoryLog());
  const head = await first.chain.head();
  await first.close();
  const again = await open();
  expect(await again.chain.head()).toEqual(head);
  expect(again.id).toBe(first.id);
  expect(again.id).toMatch(/^embedded:0x[0-9a-f]{64}$/);
  expect((await (await newHome()).open()).id).not.toBe(first.id);
});

test('says that the journal is damaged where a later transaction of it is', async () => {
  const { journal, open } = await newHome();
  const registry = await open();
  const request = randomRequest(await registry.canonical(parseModelName('local/m')), '1');
  await registry.publish(request, memoryLog());
  await registry.close();
  const text = await readFile(journal, 'utf8');
  const at = text.lastIndexOf('"raw"') + 100;
  await writeFile(journal, `${text.slice(0, at)}Z${text.slice(at + 1)}`);
  await expect((await open()).chain.head()).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    message: expect.stringContaining(journal),
  });
});

test('answers again after anvil was stopped for idleness', async () => {
  const { options } = await newHome();
  const registry = await openEmbeddedRegistry({ ...options, lingerMs: 0 });
  const model = await registry.canonical(parseModelName('local/m'));
  await registry.publish(randomRequest(model, '1'), memoryLog());
  // A timer that is set later fires later: anvil is being stopped by now.
  await setTimeout(1);
  expect((await registry.model(model))?.versionCount).toBe(1);
  await registry.close();
});

test.each([1, 100, 1_000])('C23: goes on after a write that was torn after %i bytes', async (bytes) => {
  const { journal, open } = await newHome();
  const registry = await open();
  const model = await registry.canonical(parseModelName('local/m'));
  await registry.publish(randomRequest(model, '1', { mode: 'root' }), memoryLog());
  await registry.close();
  const whole = await readFile(journal);
  const log = memoryLog();
  const second = randomRequest(model, '2', { mode: 'root' });
  const other = await open();
  await other.publish(second, log);
  await other.close();
  await truncate(journal, whole.byteLength + bytes);
  const third = await open();
  expect((await third.model(model))?.versionCount).toBe(1);
  await third.publish(second, log);
  expect(log.entries).toHaveLength(1);
  await third.close();
  expect((await (await open()).model(model))?.versionCount).toBe(2);
});

test('C5: ignores pages that a power cut has left empty', async () => {
  const { journal, open } = await newHome();
  await (await open()).close();
  await appendFile(journal, Buffer.concat([Buffer.alloc(400_000), Buffer.from('"}\n')]));
  const registry = await open();
  const model = await registry.canonical(parseModelName('local/m'));
  await registry.publish(randomRequest(model, '1'), memoryLog());
  await registry.close();
  expect((await (await open()).model(model))?.versionCount).toBe(1);
});

test('refuses a journal that was changed', async () => {
  const { journal, open } = await newHome();
  const registry = await open();
  const model = await registry.canonical(parseModelName('local/m'));
  await registry.publish(randomRequest(model, '1'), memoryLog());
  await registry.close();
  const text = await readFile(journal, 'utf8');
  const lines = text.trimEnd().split('\n');
  const changed = { ...JSON.parse(lines.at(-1) ?? ''), time: Math.floor(Date.now() / 1000) + 5 };
  await writeFile(journal, `${[...lines.slice(0, -1), JSON.stringify(changed)].join('\n')}\n`);
  await expect((await open()).model(model)).rejects.toMatchObject({ code: 'STORE_CORRUPT', exit: 4 });
  await writeFile(journal, text.replace('"raw":"0x', '"row":"0x'));
  await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});

test('C23: refuses an unknown format and another contract, and names the way out', async () => {
  const { journal, open } = await newHome();
  await (await open()).close();
  const text = await readFile(journal, 'utf8');
  await writeFile(journal, text.replace('ballast-chain/1', 'ballast-chain/2'));
  await expect(open()).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN', exit: 8 });
  const others = [/("codeHash":"0x)../, /("readerCodeHash":"0x)../].map((hash) => text.replace(hash, '$100'));
  // The contract had one half once.
  others.push(text.replace(/,"readerCodeHash":"[^"]*"/, ''));
  for (const other of others) {
    await writeFile(journal, other);
    const next = expect.stringContaining('ballast reset');
    await expect(open()).rejects.toMatchObject({ code: 'CONTRACT_MISMATCH', exit: 6, next });
  }
});

test('an abort while anvil starts makes no chain, and the next call makes it', async () => {
  const { options, journal, open } = await newHome();
  const stop = new AbortController();
  const opening = openEmbeddedRegistry(options, { signal: stop.signal });
  const refused = expect(opening).rejects.toThrow('stopped');
  // The key is made before anvil is asked for.
  while (!existsSync(options.keyFile)) await setImmediate();
  stop.abort(new Error('stopped'));
  await refused;
  expect(existsSync(journal)).toBe(false);
  await open();
  expect(existsSync(journal)).toBe(true);
});

test('anvil ends with its process, even by SIGKILL', async () => {
  const holder = startScript('anvil-holder.ts', null);
  const [url] = await once(holder.stdout!, 'data');
  const alive = () =>
    fetch(String(url).trim(), { method: 'POST' }).then(
      () => true,
      () => false,
    );
  expect(await alive()).toBe(true);
  holder.kill('SIGKILL');
  await ending(holder);
  await expect.poll(alive, { timeout: 5_000 }).toBe(false);
});
