import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { networkFileSystem, withLock } from '../../src/fs/locks.ts';

const LOCKS = new URL('../../src/fs/locks.ts', import.meta.url).href;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-locks-'));
  file = join(folder, 'locks', 'store');
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process with `withLock` and `lock`, the file. */
function start(script: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const prelude = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(LOCKS)};
    const lock = ${JSON.stringify(file)};`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', prelude + script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return child as ChildProcess & { stdout: NodeJS.ReadableStream };
}

/**
 * A process that holds the lock until it is killed. Its timer holds the promise: one that nobody can settle is collected
 * as garbage, and the lock with it.
 */
async function startHolder(): Promise<ChildProcess> {
  const holder = start(`
    await withLock(lock, () => new Promise((end) => { console.log('held'); setTimeout(end, 600_000); }));`);
  await once(holder.stdout, 'data');
  return holder;
}

test('C6: writes nothing, so that a full disk can be read under it', async () => {
  await withLock(file, async () => {
    expect(await readdir(join(folder, 'locks'))).toEqual(['store']);
    expect(await readFile(file)).toHaveLength(0);
  });
});

test('returns what the work returns, throws what it throws, and is free afterwards', async () => {
  expect(await withLock(file, async () => 7)).toBe(7);
  const failing = withLock(file, async () => {
    throw new Error('the work failed');
  });
  await expect(failing).rejects.toThrow('the work failed');
  expect(await withLock(file, async () => 8, { waitMs: 0 })).toBe(8);
});

test('holds within one process', async () => {
  const refused = withLock(file, () => withLock(file, async () => expect.unreachable(), { waitMs: 0 }));
  await expect(refused).rejects.toMatchObject({ code: 'LOCKED', exit: 10 });
});

test('processes take turns', async () => {
  const log = join(folder, 'log');
  const children = ['a', 'b', 'c'].map((name) =>
    start(`
      for (let turn = 0; turn < 5; turn += 1) {
        await withLock(lock, async () => {
          appendFileSync(${JSON.stringify(log)}, '${name} in\\n');
          await new Promise(setImmediate);
          appendFileSync(${JSON.stringify(log)}, '${name} out\\n');
        });
      }`),
  );
  const exits = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(exits).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(30);
  for (let line = 0; line < lines.length; line += 2) {
    expect(lines[line + 1]).toBe(lines[line]?.replace(' in', ' out'));
  }
});

test('C15: a killed process frees it, and who waits gets it', async () => {
  const holder = await startHolder();
  await expect(withLock(file, async () => expect.unreachable(), { waitMs: 0 })).rejects.toMatchObject({
    code: 'LOCKED',
  });
  const waiting = withLock(file, async () => 'mine', { waitMs: 20_000 });
  holder.kill('SIGKILL');
  expect(await waiting).toBe('mine');
});

test('a wait that is aborted ends with the reason', async () => {
  const holder = await startHolder();
  const stop = new AbortController();
  const waiting = withLock(file, async () => expect.unreachable(), { signal: stop.signal, waitMs: 20_000 });
  setImmediate(() => stop.abort(new Error('interrupted')));
  await expect(waiting).rejects.toThrow('interrupted');
  holder.kill('SIGKILL');
  const late = withLock(file, async () => expect.unreachable(), { signal: stop.signal });
  await expect(late).rejects.toThrow('interrupted');
});

test('C15: the network file systems whose locks do not hold, by their magic numbers', () => {
  const names = [0x6969, 0x517b, 0xfe534d42, 0xff534d42].map(networkFileSystem);
  expect(names).toEqual(['NFS', 'SMB', 'SMB2', 'CIFS']);
  const local = { ext4: 0xef53, xfs: 0x58465342, btrfs: 0x9123683e, tmpfs: 0x01021994, overlay: 0x794c7630 };
  for (const magic of Object.values(local)) expect(networkFileSystem(magic)).toBeNull();
});

test('a wait is told of once, and ends in time', async () => {
  const holder = await startHolder();
  let told = 0;
  const onWait = () => {
    told += 1;
  };
  await expect(withLock(file, async () => {}, { waitMs: 100, onWait })).rejects.toMatchObject({
    code: 'LOCKED',
  });
  expect(told).toBe(0);
  await expect(withLock(file, async () => {}, { waitMs: 1_300, onWait })).rejects.toMatchObject({ exit: 10 });
  expect(told).toBe(1);
  holder.kill('SIGKILL');
});

test.each<[string, (path: string) => unknown]>([
  ['text, as of a program that writes its pid', (path) => writeFile(path, '4711\n')],
  ['zeros', (path) => writeFile(path, new Uint8Array(8_192))],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdir(path)],
])('C15: a lock file that is %s is no lock: named, and made anew once it is away', async (_what, make) => {
  await mkdir(join(folder, 'locks'));
  await make(file);
  const refused = withLock(file, async () => expect.unreachable(), { waitMs: 0 });
  await expect(refused).rejects.toMatchObject({
    code: expect.stringMatching(/STORE_CORRUPT|FILE_SYSTEM/),
    message: expect.stringContaining(file),
  });
  await rm(file, { recursive: true });
  expect(await withLock(file, async () => 7, { waitMs: 0 })).toBe(7);
});
