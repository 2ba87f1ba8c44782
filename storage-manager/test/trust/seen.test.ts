import { chmod, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName, parseNamespace, parseVersion } from '../../src/ids/reference.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { Seen } from '../../src/trust/seen.ts';

const model = parseModelName('acme/tiny');
const acme = parseNamespace('acme');
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

test('takes over what the first format holds', async () => {
  const database = new DatabaseSync(file);
  database.exec(
    `CREATE TABLE seen (registry TEXT, model TEXT, channel TEXT, seq INTEGER, PRIMARY KEY (registry, model, channel)) STRICT;
     INSERT INTO seen VALUES ('memory:0', 'acme/tiny', 'latest', 7);
     PRAGMA user_version = 1;`,
  );
  database.close();
  const seen = await Seen.open(file);
  expect(await seen.highest('memory:0', model, target(1))).toBe(7);
  expect(await seen.contact('memory:0', acme)).toBeNull();
  seen.close();
});

test('remembers final blocks, contacts, keys and releases of each registry by itself', async () => {
  const seen = await Seen.open(file);
  const block = (number: number) => ({ number, hash: `0x${number}` });
  for (const number of [5, 9, 7]) await seen.raiseFinalBlock('a', block(number));
  expect(await seen.finalBlock('a')).toEqual(block(9));
  expect(await seen.finalBlock('b')).toBeNull();
  const registry = new MemoryRegistry();
  await registry.publish(randomRequest(model, '1'));
  const version = parseVersion('1');
  const found = await registry.resolve(model, { kind: 'version', version });
  const key = `0x${'ab'.repeat(20)}`;
  const at = Date.now();
  await seen.remember('a', { ...found, statementKey: key });
  await seen.reached('a', acme, found.asOf, at);
  const { release, asOf } = found;
  const time = new Date(Math.floor(asOf.time.getTime() / 1000) * 1000);
  expect(await seen.contact('a', acme)).toEqual({ at, asOf: { block: asOf.block, time } });
  expect(await seen.contact('a', parseNamespace('other'))).toBeNull();
  expect(await seen.statementKey('a', acme)).toEqual({ key, time: asOf.time });
  expect(await seen.statementKey('b', acme)).toBeNull();
  const { manifest, status, statusSeq } = release;
  expect(await seen.release('a', release)).toEqual({
    manifest,
    status,
    statusSeq,
    homeStatus: null,
    final: true,
    statusFinal: true,
  });
  expect(await seen.release('b', release)).toBeNull();
  await seen.rememberHome('a', { ...found, release: { ...release, status: 'revoked' } });
  expect(await seen.release('a', release)).toMatchObject({ status: 'active', homeStatus: 'revoked' });
  expect(await seen.registries('a')).toEqual(['a']);
  seen.close();
});

test('what is final does not go back, however late a slower process writes what it has read before', async () => {
  const [fast, slow] = [await Seen.open(file), await Seen.open(file)];
  const registry = new MemoryRegistry();
  await registry.publish(randomRequest(model, '1'));
  const before = await registry.resolve(model, { kind: 'version', version: parseVersion('1') });
  registry.setStatus(model, parseVersion('1'), 'revoked');
  const found = await registry.resolve(model, { kind: 'version', version: parseVersion('1') });
  await fast.remember('a', found);
  await slow.remember('a', before);
  const revoked = { status: 'revoked', statusSeq: 1, final: true, statusFinal: true };
  expect(await slow.release('a', before.release)).toMatchObject(revoked);
  await slow.remember('a', { ...found, finalBlock: found.changedBlock - 1 });
  expect(await slow.release('a', before.release)).toMatchObject(revoked);
  const { manifest } = randomRequest(model, '1');
  await slow.remember('a', { ...found, release: { ...found.release, manifest, statusSeq: 2 } });
  expect(await slow.release('a', before.release)).toMatchObject({
    ...revoked,
    manifest: found.release.manifest,
  });
  for (const seen of [fast, slow]) seen.close();
});

describe('what was said as of an older block takes nothing back:', () => {
  const version = parseVersion('1');
  async function news() {
    const registry = new MemoryRegistry();
    await registry.publish(randomRequest(model, '1'));
    const at = (second: number) => ({ asOf: { block: second, time: new Date(second * 1_000) } });
    const before = { ...(await registry.resolve(model, { kind: 'version', version })), ...at(1) };
    registry.setStatus(model, version, 'revoked');
    const after = { ...(await registry.resolve(model, { kind: 'version', version })), ...at(2) };
    const seen = await Seen.open(file);
    onTestFinished(() => seen.close());
    return { seen, before, after, young: { ...after, finalBlock: after.changedBlock - 1 } };
  }

  test.each([true, false])(
    'D25: no withdrawal, though it was not final yet (release final: %s)',
    async (known) => {
      const { seen, before, after, young } = await news();
      if (known) await seen.remember('a', before);
      await seen.remember('a', young);
      await seen.remember('a', before);
      expect(await seen.release('a', after.release)).toMatchObject({ status: 'revoked', statusFinal: false });
      // A reorganisation took it back.
      await seen.remember('a', { ...before, asOf: after.asOf });
      expect(await seen.release('a', after.release)).toMatchObject({ status: 'active', statusFinal: true });
    },
  );

  test('D23: no key that has replaced another', async () => {
    const { seen, before, after } = await news();
    await seen.remember('a', { ...after, statementKey: '0xb' });
    await seen.remember('a', { ...before, statementKey: '0xa' });
    expect(await seen.statementKey('a', acme)).toEqual({ key: '0xb', time: after.asOf.time });
  });

  test('and nobody keeps news out by a block that is still to come', async () => {
    const { seen, before, after, young } = await news();
    const asOf = { block: 9e15, time: new Date('2999-01-01T00:00:00Z') };
    await seen.remember('a', { ...before, asOf, statementKey: '0xevil' });
    await seen.remember('a', { ...young, asOf });
    const now = { asOf: { block: 3, time: new Date(Date.now() + 60_000) } };
    await seen.remember('a', { ...before, ...now, statementKey: '0xa' });
    expect((await seen.statementKey('a', acme))?.key).toBe('0xa');
    expect(await seen.release('a', after.release)).toMatchObject({ status: 'active', statusFinal: true });
  });

  test('and of its home chain only what is final lifts what was said against it', async () => {
    const { seen, before, after, young } = await news();
    await seen.remember('a', before);
    await seen.rememberHome('a', young);
    await seen.rememberHome('a', { ...young, release: before.release });
    expect(await seen.release('a', after.release)).toMatchObject({ homeStatus: 'revoked' });
    await seen.rememberHome('a', { ...after, release: before.release });
    expect(await seen.release('a', after.release)).toMatchObject({ homeStatus: 'active' });
  });
});

test('takes over what the second format holds against a release', async () => {
  const database = new DatabaseSync(file);
  database.exec(
    `CREATE TABLE contacts (registry TEXT PRIMARY KEY, at INTEGER, block INTEGER, time INTEGER) STRICT;
     CREATE TABLE statement_keys (registry TEXT, namespace TEXT, key TEXT, PRIMARY KEY (registry, namespace)) STRICT;
     CREATE TABLE releases (registry TEXT, model TEXT, version TEXT, manifest TEXT, status TEXT, status_seq INTEGER,
       home_status TEXT, final INTEGER, PRIMARY KEY (registry, model, version)) STRICT;
     INSERT INTO contacts VALUES ('a', 1, 2, 3);
     INSERT INTO releases VALUES ('a', 'acme/tiny', '1', 'ab', 'revoked', 1, NULL, 1);
     PRAGMA user_version = 2;`,
  );
  database.close();
  for (const _ of [1, 2]) {
    const seen = await Seen.open(file);
    expect(await seen.release('a', { model, version: parseVersion('1') })).toMatchObject({
      status: 'revoked',
      statusFinal: true,
    });
    expect(await seen.contact('a', acme)).toBeNull();
    seen.close();
  }
});

test('writes a contact again only when some minutes have passed, or the clock went back', async () => {
  const seen = await Seen.open(file);
  const registry = new MemoryRegistry();
  await registry.publish(randomRequest(model, '1'));
  const found = await registry.resolve(model, { kind: 'version', version: parseVersion('1') });
  const at = async (now: number) => {
    await seen.reached('a', acme, found.asOf, now);
    return (await seen.contact('a', acme))?.at;
  };
  expect(await at(10_000_000)).toBe(10_000_000);
  expect(await at(10_060_000)).toBe(10_000_000);
  expect(await at(11_000_000)).toBe(11_000_000);
  expect(await at(5_000_000)).toBe(5_000_000);
  seen.close();
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
