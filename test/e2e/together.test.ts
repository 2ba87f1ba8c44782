/** Many processes at once on one state folder: each ends, each result is whole. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored, Verified } from './documents.ts';

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];

test('eight first publishers of one model with the same files: one release', async () => {
  const folder = await temporaryFolder('together');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(2_000_000) });
  const ballast = new Ballast(folder);
  const stored = await Promise.all(EIGHT.map(() => ballast.json<Stored>(0, 'store', source, 'm')));
  expect(stored.map(({ version }) => version)).toEqual(EIGHT.map(() => '1'));
  expect(stored.filter(({ transactions }) => transactions > 0)).toHaveLength(1);
  expect(await ballast.json<[]>(0, 'list', '--all')).toHaveLength(1);
  expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
});

test('eight publishers of different files, half of one model, half of others: one release each', async () => {
  const folder = await temporaryFolder('together');
  const ballast = new Ballast(folder);
  const stored = await Promise.all(
    EIGHT.map(async (index) => {
      const source = await writeTree(join(folder, `model-${index}`), { 'w.bin': randomBytes(300_000) });
      return ballast.json<Stored>(0, 'store', source, index < 4 ? 'one' : `other-${index}`);
    }),
  );
  const versions = stored.map(({ version }) => version);
  expect(versions.slice(0, 4).sort()).toEqual(['1', '2', '3', '4']);
  expect(versions.slice(4)).toEqual(['1', '1', '1', '1']);
  expect(await ballast.json<[]>(0, 'list', '--all')).toHaveLength(8);
});

test('C13: eight fetchers into one folder and eight into folders of their own', async () => {
  const folder = await temporaryFolder('together');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(5_000_000), 'sub/x': 'x' });
  const expected = await treeDigests(source);
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'm');
  const fetched = await Promise.all(EIGHT.map(() => ballast.json<Retrieved>(0, 'retrieve', 'm', 'same')));
  // Each byte came once; the others found the folder as it should be.
  expect(fetched.filter(({ fetchedBytes }) => fetchedBytes > 0)).toHaveLength(1);
  expect(await treeDigests(join(folder, 'same'))).toEqual(expected);
  const own = EIGHT.map((index) => `own-${index}`);
  await Promise.all(own.map((name) => ballast.json<Retrieved>(0, 'retrieve', 'm', name)));
  for (const name of own) expect(await treeDigests(join(folder, name))).toEqual(expected);
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('C14: store, retrieve, verify and reset at once: each ends and says why, and afterwards all is well', async () => {
  const folder = await temporaryFolder('together');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(2_000_000) });
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'm');
  const commands = [
    ['reset', '--yes'],
    ['store', source, 'm'],
    ['verify', 'm'],
    ['retrieve', 'm', 'out-1'],
    ['store', source, 'm'],
    ['reset', '--yes'],
    ['verify', 'm'],
    ['retrieve', 'm', 'out-2'],
  ];
  const runs = await Promise.all(commands.map((command) => ballast.run(...command, '--json')));
  for (const [index, { code, stdout, stderr }] of runs.entries()) {
    const said = `${commands[index]?.join(' ')}: exit ${code}\n${stdout}\n${stderr}`;
    // Gone under a reset: the model (3), its blocks (5, 4), the files of the state folder (8), the chain (6); or busy (10).
    expect([0, 3, 4, 5, 6, 8, 10], said).toContain(code);
    if (code !== 0 && commands[index]?.[0] !== 'verify')
      expect((JSON.parse(stdout) as Failed).error.next, said).toMatch(/./);
  }
  expect(await ballast.json<Stored>(0, 'store', source, 'm')).toMatchObject({ version: '1' });
  expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
});

test('C15: who waits for a command that hangs says so, can be stopped, and gets its turn once the other is dead', async () => {
  const folder = await temporaryFolder('together');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(60_000_000) });
  const ballast = new Ballast(folder, { DEBUG: '1' });
  const hanging = ballast.start('store', source, 'm');
  await said(hanging, 'step publish');
  hanging.kill('SIGSTOP');

  const waiting = ballast.start('store', source, 'm');
  const ended = finish(waiting);
  await said(waiting, 'another command is at work');
  waiting.kill('SIGINT');
  expect((await ended).code).toBe(75);

  const next = ballast.start('store', source, 'm', '--json');
  const stored = finish(next);
  await said(next, 'another command is at work');
  hanging.kill('SIGKILL');
  const { code, stdout } = await stored;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ version: '1' });
  expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
});

/** Waits until a command has said this on stderr. */
async function said(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  for await (const [piece] of on(child.stderr!, 'data')) {
    all += piece;
    if (all.includes(text)) return;
  }
}
