import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, type PublicationKey } from '../../src/engine/journal.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseChannel, parseModelName, parseVersion } from '../../src/ids/reference.ts';

const JOURNAL = new URL('../../src/engine/journal.ts', import.meta.url).href;
const KEY: PublicationKey = {
  registry: 'eip155:1/0xabc',
  model: parseModelName('acme/tiny'),
  label: null,
  source: '/models/tiny',
  channels: [parseChannel('latest')],
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-journal-'));
  file = join(folder, 'journal.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process that has `begin(name)`, which gives a publication of its own, and prints what it is told to. */
function start(script: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const prelude = `
    import { Journal } from ${JSON.stringify(JOURNAL)};
    const key = ${JSON.stringify(KEY)};
    const begin = async (name) =>
      (await Journal.open(${JSON.stringify(file)})).begin({ ...key, source: name });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', prelude + script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return child as ChildProcess & { stdout: NodeJS.ReadableStream };
}

test('a publication stays open, with all it knows, until it is finished', async () => {
  const version = parseVersion('3');
  const manifest = digestOf(new Uint8Array(1));
  let journal = await Journal.open(file);
  const begun = await journal.begin(KEY);
  expect(begun).toMatchObject({ key: KEY, resumed: false, version: null, manifest: null, files: null });
  await begun.record({ files: 'fingerprint' });
  await begun.record({ version, manifest });
  await begun.log.append('0x02');
  await begun.log.append('0x01');
  await begun.log.append('0x01');
  journal.close();

  journal = await Journal.open(file);
  const resumed = await journal.begin(KEY);
  expect(resumed).toMatchObject({ resumed: true, version, manifest, files: 'fingerprint' });
  expect(await resumed.log.all()).toEqual(['0x02', '0x01', '0x01']);
  await resumed.finish();
  expect(await journal.begin(KEY)).toMatchObject({ resumed: false, version: null, files: null });
  expect(await (await journal.begin(KEY)).log.all()).toEqual([]);
  journal.close();
});

test('each part of the key makes another publication', async () => {
  const journal = await Journal.open(file);
  await (await journal.begin(KEY)).log.append('0x01');
  const others: PublicationKey[] = [
    { ...KEY, registry: 'eip155:2/0xabc' },
    { ...KEY, model: parseModelName('acme/other') },
    { ...KEY, label: parseVersion('1') },
    { ...KEY, source: '/models/other' },
    { ...KEY, channels: [] },
    { ...KEY, channels: [...KEY.channels, parseChannel('beta')] },
  ];
  for (const other of others) {
    expect((await journal.begin(other)).resumed).toBe(false);
    expect((await journal.begin(other)).resumed).toBe(true);
    expect(await (await journal.begin(other)).log.all()).toEqual([]);
  }
  journal.close();
});

test('C1: what was recorded outlives a process that is killed the moment after', async () => {
  const child = start(`
    const publication = await begin('killed');
    await publication.record({ version: '7' });
    await publication.log.append('0xaa');
    process.kill(process.pid, 'SIGKILL');`);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const journal = await Journal.open(file);
  const resumed = await journal.begin({ ...KEY, source: 'killed' });
  expect(resumed).toMatchObject({ resumed: true, version: '7' });
  expect(await resumed.log.all()).toEqual(['0xaa']);
  journal.close();
});

test('processes that start at once make one journal, and one of them begins what they share', async () => {
  const children = Array.from({ length: 4 }, (_, index) =>
    start(`
      const own = await begin('own ${index}');
      for (let n = 0; n < 10; n += 1) await own.log.append('0x${index}' + n);
      console.log(JSON.stringify([(await begin('shared')).resumed, (await own.log.all()).length]));`),
  );
  const answers = await Promise.all(children.map(async (child) => JSON.parse(await text(child.stdout))));
  expect(answers.map(([resumed]) => resumed).sort()).toEqual([false, true, true, true]);
  expect(answers.map(([, count]) => count)).toEqual([10, 10, 10, 10]);
});

test('C24: an unknown format is refused and left as it is', async () => {
  (await Journal.open(file)).close();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 2');
  newer.close();
  const before = await readFile(file);
  await expect(Journal.open(file)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN', exit: 8 });
  expect(await readFile(file)).toEqual(before);
});

test('a file that is no journal is refused and left as it is', async () => {
  const other = join(folder, 'notes.txt');
  await writeFile(other, 'not a database, but long enough to be looked at as one\n'.repeat(100));
  const before = await readFile(other);
  await expect(Journal.open(other)).rejects.toMatchObject({ code: 'STORE_CORRUPT', exit: 4 });
  expect(await readFile(other)).toEqual(before);
});

test.each([
  ['version', 'latest'],
  ['manifest', 'AB'],
] as const)('a damaged %s is refused', async (name, text) => {
  const journal = await Journal.open(file);
  await journal.begin(KEY);
  const other = new DatabaseSync(file);
  other.prepare(`UPDATE publications SET ${name} = ?`).run(text);
  other.close();
  const publication = await journal.begin(KEY);
  expect(() => publication[name]).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT', exit: 4 }));
  journal.close();
});

test('a file that cannot be opened is named', async () => {
  await mkdir(file);
  await expect(Journal.open(file)).rejects.toMatchObject({ code: 'FILE_SYSTEM', exit: 8 });
});
