/** What each flag changes, as its user sees it; wrong values are in wrong-input.test.ts. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { parseDigest } from '../../storage-manager/src/ids/digest.ts';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import { flipOnDisk } from '../../test/e2e/damage.ts';
import type { Failed, Info, Stored, Verified } from '../../test/e2e/documents.ts';

/** More than the 300 chunks of a read-back sample, and than the 1,024 of a segment. */
const MANY = 1_100;
/** Of a release as small as these: one index block and the manifest. */
const METADATA_BLOCKS = 2;

async function open(files: Readonly<Record<string, Uint8Array>>) {
  const folder = await temporaryFolder('flags');
  return { folder, model: await writeTree(join(folder, 'model'), files), ballast: new Ballast(folder) };
}

const manySmall = () =>
  open(Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`f${i}`, randomBytes(20)])));

it('store --no-file-digests leaves them out', async () => {
  const bytes = randomBytes(2_000_000);
  const { ballast, model } = await open({ 'w.bin': bytes });
  await ballast.json<Stored>(0, 'store', model, 'with');
  await ballast.json<Stored>(0, 'store', model, 'without', '--no-file-digests');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect((await ballast.json<Info>(0, 'info', 'with')).files).toMatchObject([{ path: 'w.bin', sha256 }]);
  expect((await ballast.json<Info>(0, 'info', 'without')).files).toMatchObject([
    { path: 'w.bin', sha256: null },
  ]);
});

it('store --chunker cuts every file that way', async () => {
  const { ballast, model } = await open({ 'w.bin': randomBytes(2_621_440) });
  await ballast.json<Stored>(0, 'store', model, 'm', '--chunker', 'fixed-1m');
  const { chunkList } = await ballast.json<Info>(0, 'info', 'm', '--chunks');
  expect(chunkList!.map(({ size }) => size)).toEqual([1_048_576, 1_048_576, 524_288]);
});

it('store --record root sends fewer transactions and spends less gas than logged, the default', async () => {
  const { ballast, model } = await manySmall();
  const root = await ballast.json<Stored>(0, 'store', model, 'root', '--record', 'root');
  const logged = await ballast.json<Stored>(0, 'store', model, 'logged', '--record', 'logged');
  expect(root.chunkRoot).toBe(logged.chunkRoot);
  expect([root.transactions, logged.transactions]).toEqual([1, 2]);
  expect(Number(root.gasUsed)).toBeLessThan(Number(logged.gasUsed) / 2);
});

it('store --record code keeps every digest in the code of contracts', async () => {
  const { ballast, model } = await manySmall();
  const code = await ballast.json<Stored>(0, 'store', model, 'm', '--record', 'code');
  expect(code.transactions).toBe(2);
  expect(await ballast.json<Info>(0, 'info', 'm')).toMatchObject({ record: 'code', segments: 3 });
  expect((await ballast.run('info', 'm')).stdout).toContain('every digest, in code: 3 pages');
});

it('store --read-back full finds and heals one deduplicated block among many', async () => {
  const { ballast, model } = await manySmall();
  await ballast.json<Stored>(0, 'store', model, 'm');
  const { chunkList } = await ballast.json<Info>(0, 'info', 'm', '--chunks');
  await flipOnDisk(ballast, parseDigest(chunkList![MANY >> 1]!.digest));
  const again = await ballast.json<Stored>(0, 'store', model, 'm', '--read-back', 'full');
  expect(again).toMatchObject({ version: '1', newChunks: 0, healed: 1, transactions: 0 });
  expect(await ballast.json<Verified>(0, 'verify', 'm')).toMatchObject({ ok: true });
});

it('verify --sample reads so many chunks', async () => {
  const { ballast, model } = await manySmall();
  await ballast.json<Stored>(0, 'store', model, 'm');
  const checked = async (...flags: string[]) =>
    (await ballast.json<Verified>(0, 'verify', 'm', ...flags)).checked - METADATA_BLOCKS;
  expect(await checked('--sample', '7')).toBe(7);
  expect(await checked('--sample', `${2 * MANY}`)).toBe(MANY);
  expect(await checked()).toBe(MANY);
});

it('list --namespace lists that one alone', async () => {
  const { ballast, model } = await open({ 'w.bin': randomBytes(9) });
  await ballast.json<Stored>(0, 'store', model, 'm');
  const listed = async (...flags: string[]) => {
    const rows = await ballast.json<{ model: string }[]>(0, 'list', ...flags);
    return rows.map((row) => row.model);
  };
  const [own] = await listed();
  expect(own).toMatch(/\/m$/);
  expect(await listed('--namespace', own!.split('/')[0]!)).toEqual([own]);
  expect(await listed('--namespace', 'local')).toEqual([own]);
  expect(await listed('--namespace', 'acme')).toEqual([]);
});

it('--config names the file that stands in for ./config.json', async () => {
  const { folder, ballast, model } = await open({ 'w.bin': randomBytes(9) });
  const nobody = { ipfs: { host: '127.0.0.1', port: 9, protocol: 'http' }, stores: ['kubo'] };
  await writeFile(join(folder, 'config.json'), JSON.stringify(nobody), { mode: 0o600 });
  await writeFile(join(folder, 'other.json'), JSON.stringify({ stores: ['local'] }), { mode: 0o600 });
  const { error } = await ballast.json<Failed>(5, 'store', model, 'm');
  expect(error).toMatchObject({ code: 'STORE_UNREACHABLE' });
  const stored = await ballast.json<Stored>(0, 'store', model, 'm', '--config', 'other.json');
  expect(stored.stores).toEqual(['local']);
});
