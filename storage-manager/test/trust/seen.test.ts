import { chmod, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { Seen } from '../../src/trust/seen.ts';

const model = parseModelName('acme/tiny');
const target = (seq: number) => ({ channel: LATEST, version: parseVersion('1'), seq });

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-seen-'));
  file = join(folder, 'seen.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

test('remembers the highest number of each channel', async () => {
  const seen = await Seen.open(file);
  expect(await seen.highest('memory:0', model, target(1))).toBe(0);
  for (const seq of [2, 5, 3]) await seen.raise('memory:0', model, target(seq));
  seen.close();
  const again = await Seen.open(file);
  expect(await again.highest('memory:0', model, target(1))).toBe(5);
  expect(await again.highest('memory:1', model, target(1))).toBe(0);
  again.close();
});

test('writes nothing but a number that rises, so that a full or read-only disk can still be read', async () => {
  const first = await Seen.open(file);
  await first.raise('memory:0', model, target(5));
  first.close();
  const before = await readFile(file);
  await chmod(file, 0o444);
  const seen = await Seen.open(file);
  for (const seq of [5, 4]) await seen.raise('memory:0', model, target(seq));
  expect(await seen.highest('memory:0', model, target(1))).toBe(5);
  expect((await readFile(file)).equals(before)).toBe(true);
  // Root may write it all the same.
  if (process.getuid?.() !== 0)
    await expect(seen.raise('memory:0', model, target(6))).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      exit: 8,
    });
  seen.close();
});

test('refuses a file of an unknown format and leaves it as it is', async () => {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 9');
  await expect(Seen.open(file)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN', exit: 8 });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 9 });
  database.close();
});

const GARBAGE = 'not a database, but long enough to be looked at as one\n'.repeat(500);
const damaged = { code: 'STORE_CORRUPT', exit: 4 };

test.runIf(process.platform === 'linux')('refuses a damaged file and does not keep it open', async () => {
  await writeFile(file, GARBAGE);
  await expect(Seen.open(file)).rejects.toMatchObject(damaged);
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  expect(open).not.toContain(file);
});

test('refuses a file that is damaged in its middle, to read and to write', async () => {
  const whole = await Seen.open(file);
  await whole.raise('memory:0', model, target(5));
  whole.close();
  const bytes = await readFile(file);
  // The first page says what the file is; the others hold the rows.
  await writeFile(file, bytes.fill(0xa5, 4096));
  const seen = await Seen.open(file);
  await expect(seen.highest('memory:0', model, target(1))).rejects.toMatchObject(damaged);
  await expect(seen.raise('memory:0', model, target(6))).rejects.toMatchObject(damaged);
  seen.close();
});

test('says so when the file is damaged later', async () => {
  const seen = await Seen.open(file);
  await writeFile(file, GARBAGE);
  await expect(seen.highest('memory:0', model, target(1))).rejects.toMatchObject(damaged);
  await expect(seen.raise('memory:0', model, target(1))).rejects.toMatchObject(damaged);
  seen.close();
});
