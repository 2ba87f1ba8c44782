/** ballast diff on the embedded chain: what a person and a script read of two releases. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDiff } from '@ballast-models/storage-manager';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { parseDigest } from '../../storage-manager/src/ids/digest.ts';
import { makeGguf, pair, STRING, text } from '../../storage-manager/test/chunkers/make-gguf.ts';
import { makeSafetensors, type Tensor } from '../../storage-manager/test/chunkers/make-safetensors.ts';
import { stream } from '../../storage-manager/test/chunkers/stream.ts';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import { flipOnDisk } from '../../test/e2e/damage.ts';
import type { Failed } from '../../test/e2e/documents.ts';

const tensor = (name: string, seed: string, bytes: number): Tensor => ({ name, bytes: stream(seed, bytes) });
const base: readonly Tensor[] = [
  tensor('embed', 'e', 2_000_000),
  tensor('a.norm', 'n', 4_096),
  tensor('a.weight', 'a', 700_000),
  tensor('b.norm', 'm', 4_096),
  tensor('b.weight', 'b', 700_000),
  tensor('gone', 'g', 300_000),
];
/** A weight and a norm trained, one renamed, one taken away, two added, one of them with a hostile name. */
const tuned: readonly Tensor[] = [
  base[0]!,
  tensor('a.norm', 'n2', 4_096),
  tensor('a.weight', 'a2', 700_000),
  base[3]!,
  { name: 'c.weight', bytes: base[4]!.bytes },
  tensor('lora', 'l', 400_000),
  tensor('x\u001b[31m', 'x', 100),
];

async function open(left: Record<string, Uint8Array | string>, right: Record<string, Uint8Array | string>) {
  const folder = await temporaryFolder('diff');
  const ballast = new Ballast(folder);
  await ballast.json(0, 'store', await writeTree(join(folder, 'left'), left), 'm@1');
  await ballast.json(0, 'store', await writeTree(join(folder, 'right'), right), 'm@2');
  return {
    folder,
    ballast,
    diff: (...flags: string[]) => ballast.json<ModelDiff>(0, 'diff', 'm@1', 'm@2', ...flags),
  };
}

const rows = ({ tensors }: ModelDiff) =>
  tensors.map(({ status, left, right }) => [status, left?.name ?? null, right?.name ?? null]);

const expected = [
  ['changed', 'a.norm', 'a.norm'],
  ['changed', 'a.weight', 'a.weight'],
  ['renamed', 'b.weight', 'c.weight'],
  ['added', null, 'lora'],
  ['added', null, 'x\u001b[31m'],
  ['removed', 'gone', null],
];
const inOrder = (list: unknown[][]) => list.map((row) => JSON.stringify(row)).sort();

it.each([
  ['safetensors', 'model.safetensors', makeSafetensors(base), makeSafetensors(tuned, { note: 'longer' })],
  ['GGUF', 'model.gguf', makeGguf(base), makeGguf(tuned, [pair('k', STRING, text('longer'.repeat(99)))])],
])('compares the tensors of %s', async (_, path, left, right) => {
  const { diff } = await open({ [path]: left }, { [path]: right });
  const found = await diff();
  expect(inOrder(rows(found))).toEqual(inOrder(expected));
  expect(found.counts.tensors).toEqual({
    same: 2,
    moved: 0,
    renamed: 1,
    changed: 2,
    added: 2,
    removed: 1,
    unknown: 0,
  });
  // The norms share a chunk or two, and the header is another.
  const { rightOnly, shared } = found.chunks;
  expect(rightOnly.bytes).toBeGreaterThan(1_100_000);
  expect(rightOnly.bytes).toBeLessThan(1_200_000);
  expect(shared.bytes).toBeGreaterThan(2_700_000);
  expect((await diff('--all')).tensors.filter(({ status }) => status === 'same')).toHaveLength(2);
});

it('sees resharding, another type of equal size, and files that come, go and move', async () => {
  const { diff } = await open(
    {
      'model.safetensors': makeSafetensors(base),
      'config.json': '{}',
      'same.txt': 's',
      'old.txt': 'moved',
      'gone.txt': 'g',
    },
    {
      'model-00001-of-00002.safetensors': makeSafetensors(base.slice(0, 3)),
      'model-00002-of-00002.safetensors': retyped(makeSafetensors(base.slice(3)), 'gone'),
      'config.json': '{"a":1}',
      'same.txt': 's',
      'new.txt': 'moved',
    },
  );
  const found = await diff();
  expect(found.counts.files).toEqual({ same: 1, moved: 1, recut: 0, changed: 1, added: 2, removed: 2 });
  expect(found.counts.tensors).toMatchObject({ same: 0, moved: 5, changed: 1 });
  expect(found.tensors.find(({ status }) => status === 'changed')).toEqual({
    status: 'changed',
    left: { name: 'gone', file: 'model.safetensors', dtype: 'U8', shape: [300_000], bytes: 300_000 },
    right: {
      name: 'gone',
      file: 'model-00002-of-00002.safetensors',
      dtype: 'I8',
      shape: [300_000],
      bytes: 300_000,
    },
  });
});

/** The same bytes under another type. */
function retyped(file: Uint8Array, name: string): Uint8Array {
  const bytes = Buffer.from(file);
  const at = bytes.indexOf('"U8"', bytes.indexOf(`"${name}"`));
  bytes.write('"I8"', at);
  return bytes;
}

it('compares two models, and files that are cut by other rules', async () => {
  const { folder, ballast, diff } = await open({ 'm.gguf': makeGguf(base) }, { 'm.gguf': makeGguf(base) });
  expect((await diff()).counts).toMatchObject({ files: { same: 1 }, tensors: { same: 6 } });
  await writeTree(join(folder, 'other'), { 'm.gguf': makeGguf(base) });
  await ballast.json(0, 'store', join(folder, 'other'), 'other', '--chunker', 'cdc-1m');
  const found = await ballast.json<ModelDiff>(0, 'diff', 'm@2', 'other');
  expect(found).toMatchObject({ left: { model: 'local/m' }, right: { model: 'local/other', version: '1' } });
  expect(found.counts).toMatchObject({ files: { recut: 1 }, tensors: { same: 6, unknown: 0 } });
});

it('says which tensor files it can not read', async () => {
  const { ballast, diff } = await open(
    { 'a.safetensors': 'not one' },
    { 'a.safetensors': 'not one', 'b.gguf': 'GGUF' },
  );
  const reason = 'its header is malformed';
  expect((await diff()).skipped).toEqual([
    { path: 'a.safetensors', reason, side: 'left' },
    { path: 'a.safetensors', reason, side: 'right' },
    { path: 'b.gguf', reason, side: 'right' },
  ]);
  const { stderr } = await ballast.run('diff', 'm@1', 'm@2');
  expect(stderr).toContain(`the tensors of b.gguf (right) are not compared: ${reason}`);
});

it('prints a table, names made harmless, and is 0 whether they differ or not', async () => {
  const { ballast } = await open(
    { 'm.safetensors': makeSafetensors(base) },
    { 'm.safetensors': makeSafetensors(tuned) },
  );
  const { code, stdout } = await ballast.run('diff', 'm@1', 'm@2');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^local\/m@1 → local\/m@2\n {2}files +1 changed\n {2}tensors +2 same, 1 renamed, 2 changed, 2 added, 1 removed\n/,
  );
  expect(stdout).toMatch(/\nchanged +683\.6 KiB +U8 \[700000\] +a\.weight +m\.safetensors\n/);
  expect(stdout).toContain('b.weight → c.weight');
  expect(stdout).toContain('x\\u{1b}[31m');
  expect(stdout).not.toContain('\u001b');
  const same = await ballast.run('diff', 'm@2', 'm@2');
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('to fetch  0 B of 3.6 MiB') });
});

it('reads a damaged header as damage, not as a difference', async () => {
  const { ballast } = await open(
    { 'm.safetensors': makeSafetensors(base) },
    { 'm.safetensors': makeSafetensors(tuned) },
  );
  const { chunkList } = await ballast.json<{ chunkList: { digest: string }[] }>(0, 'info', 'm@2', '--chunks');
  await flipOnDisk(ballast, parseDigest(chunkList[0]!.digest));
  const { error } = await ballast.json<Failed>(4, 'diff', 'm@1', 'm@2');
  expect(error.code).toBe('CHUNK_CORRUPT');
});

const weights = join(
  process.env.BALLAST_TEST_MODELS ?? '',
  'wordllama/wordllama/weights/l2_supercat_256.safetensors',
);
it.skipIf(!existsSync(weights))('finds one changed byte of real weights', async () => {
  const left = await readFile(weights);
  const right = Buffer.from(left);
  right[right.byteLength - 1]! ^= 1;
  const { diff } = await open({ 'w.safetensors': left }, { 'w.safetensors': right });
  const found = await diff();
  expect(found.counts.tensors.changed).toBe(1);
  expect(found.chunks.rightOnly.count).toBe(1);
});
