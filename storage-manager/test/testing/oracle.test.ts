/** An oracle that finds nothing where there is something would let every case pass. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { MiB } from '../../src/limits.ts';
import { unchanged } from '../../src/testing/oracle/canary-tree.ts';
import { findings } from '../../src/testing/oracle/check.ts';
import { memoryWithin } from '../../src/testing/oracle/memory.ts';
import { resourcesBack } from '../../src/testing/oracle/resources.ts';
import { canary, secretsBelow, secretsIn } from '../../src/testing/oracle/secrets.ts';
import { onlyRightNames } from '../../src/testing/oracle/watcher.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-oracle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

test('a tree that changes, grows or shrinks beside what may be written is told', async () => {
  for (const name of ['kept', 'changed', 'gone', 'mode']) await writeFile(join(folder, name), name);
  const check = await unchanged(folder, ['out']);
  expect(await check()).toEqual([]);
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out/file'), 'may be written');
  expect(await check()).toEqual([]);
  await writeFile(join(folder, 'changed'), 'CHANGED');
  await rm(join(folder, 'gone'));
  await writeFile(join(folder, 'come'), '');
  expect((await check()).map((line) => line.split(' ')[0])).toEqual(
    ['changed', 'gone', 'come'].map((name) => join(folder, name)),
  );
});

test('a wrong file under a final name is told, and a name that no tree has', async () => {
  const out = join(folder, 'out');
  const right = { file: digestOf(Buffer.from('right')) };
  const check = await onlyRightNames(out, [right]);
  await mkdir(join(folder, 'hidden'));
  await writeFile(join(folder, 'hidden/file'), 'right');
  await rename(join(folder, 'hidden'), out);
  expect(await check()).toEqual([]);
  const again = await onlyRightNames(out, [right]);
  await writeFile(join(out, 'file'), 'wrong');
  await writeFile(join(out, 'other'), 'right');
  const told = (await again()).map((line) => line.replace(/digest .*/, ''));
  // Where it looked between opening and writing it has told that moment, too.
  expect(told.filter((line) => !line.includes(' 0 bytes'))).toEqual([
    'file stood under its final name with 5 bytes of ',
    'other stood under its final name with 5 bytes of ',
  ]);
});

test('a socket and a timer that stay are told', async () => {
  const check = await resourcesBack();
  const timers = Array.from({ length: 9 }, () => setInterval(() => {}, 1_000));
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const told = (await check()).join();
  expect(told).toContain('of Timeout');
  expect(told).toContain('of sockets');
  for (const timer of timers) clearInterval(timer);
  await new Promise((closed) => server.close(closed));
  expect(await check()).toEqual([]);
}, 20_000);

test('memory that was taken is told although it is free again', async () => {
  const check = memoryWithin(64 * MiB);
  expect(await findings([memoryWithin(64 * MiB)])).toEqual([]);
  Buffer.alloc(200 * MiB, 1);
  expect(await check()).toEqual([expect.stringContaining('resident memory grew by')]);
});

test('a secret is found in each form, and no other', async () => {
  const secrets = { key: canary(), token: canary() };
  const forms = [
    secrets.key,
    `Basic ${btoa(`user:${secrets.key}`)}`,
    `Basic ${btoa(`ab:${secrets.key}:x`)}`,
    btoa(secrets.key),
    Buffer.from(secrets.key).toString('hex').toUpperCase(),
  ];
  for (const form of forms) expect(secretsIn(`see ${form} there`, secrets)).toEqual(['key']);
  expect(secretsIn(canary(), secrets)).toEqual([]);
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep/log'), `token=${secrets.token}`);
  expect(await secretsBelow(folder, secrets)).toEqual([`token stands in ${join(folder, 'deep/log')}`]);
  expect(await secretsBelow(folder, secrets, [join(folder, 'deep/log')])).toEqual([]);
});
