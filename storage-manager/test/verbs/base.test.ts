import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { MAX_FILES } from '../../src/limits.ts';
import { safetensors, treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { findRelease } from '../../src/verbs/fetch.ts';
import { baseTree } from '../../src/verbs/fetching/base-tree.ts';
import { parseSelection } from '../../src/verbs/fetching/selection.ts';
import { publish } from '../../src/verbs/publish.ts';
import { fetch, job, openWorkbench, reference } from './workbench.ts';

const MiB = 1 << 20;

/** Two versions: tensors kept under another name and behind a longer header, text moved, and one file new. */
async function twoVersions() {
  const bench = await openWorkbench();
  const weights = safetensors(6, MiB);
  const text = randomBytes(3 * MiB);
  const old = { 'model.safetensors': weights, 'data/corpus.bin': text, 'config.json': '{}' };
  const base = await writeTree(join(bench.folder, 'anywhere', 'old'), old);
  const fresh = randomBytes(MiB);
  const next = await writeTree(join(bench.folder, 'next'), {
    'renamed.safetensors': withMetadata(weights),
    'corpus.bin': Buffer.concat([randomBytes(100), text]),
    'fresh.bin': fresh,
  });
  const published = await publish(bench, job(next));
  const destination = join(bench.folder, 'out');
  return { bench, base, next, destination, published, reference: reference() };
}

function withMetadata(file: Uint8Array): Uint8Array {
  const size = Number(Buffer.from(file).readBigUInt64LE());
  const header = JSON.parse(Buffer.from(file.subarray(8, 8 + size)).toString());
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, file.subarray(8 + size)]);
}

test('what an earlier version anywhere on this disk has does not travel, under other names and places too', async () => {
  const { bench, base, next, destination, reference } = await twoVersions();
  const before = await treeDigests(base);
  const fetched = await fetch(bench, { reference, destination, base: [base] });
  expect(await treeDigests(destination)).toEqual(await treeDigests(next));
  expect(await treeDigests(base)).toEqual(before);
  // The new file, the header, and the chunk in which 100 bytes were put before the text.
  expect(fetched.fetchedBytes).toBeLessThan(3 * MiB);
  expect(fetched.reusedBytes).toBeGreaterThan(7 * MiB);
  expect(fetched.sources.map(({ name }) => name)).toEqual(['memory']);
});

test('several bases help together, one file among them', async () => {
  const { bench, base, next, destination, reference } = await twoVersions();
  const whole = [join(base, 'data'), join(base, 'model.safetensors'), join(next, 'fresh.bin')];
  const { fetchedBytes } = await fetch(bench, { reference, destination, base: whole });
  expect(fetchedBytes).toBeLessThan(2 * MiB);
});

test('what changes after it was looked at is missing, and comes from elsewhere', async () => {
  const { bench, base, next, destination, reference } = await twoVersions();
  let spoiled = false;
  const onEvent = (event: BallastEvent) => {
    if (event.type !== 'progress' || event.step !== 'fetch' || spoiled) return;
    spoiled = true;
    truncateSync(join(base, 'model.safetensors'), 1);
    writeFileSync(join(base, 'data/corpus.bin'), Buffer.alloc(3 * MiB));
  };
  const fetched = await fetch(bench, { reference, destination, base: [base] }, { onEvent });
  expect(await treeDigests(destination)).toEqual(await treeDigests(next));
  expect(fetched.fetchedBytes).toBeGreaterThan(9 * MiB);
});

test('C12: links, pipes, empty and broken files in a base are no help and no harm', async () => {
  const { bench, base, next, destination, reference } = await twoVersions();
  execFileSync('mkfifo', [join(base, 'a-pipe')]);
  await symlink('/etc/passwd', join(base, 'a-link'));
  await symlink(base, join(base, 'around'));
  await writeFile(join(base, 'empty'), '');
  await truncate(join(base, 'model.safetensors'), 4 * MiB);
  await fetch(bench, { reference, destination, base: [base] });
  expect(await treeDigests(destination)).toEqual(await treeDigests(next));
});

test('a base that is not there is the mistake of who names it', async () => {
  const { bench, base, destination, reference } = await twoVersions();
  await rm(base, { recursive: true });
  await expect(fetch(bench, { reference, destination, base: [base] })).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
    exit: 2,
  });
});

test('a chunk that neither base nor store has is missing, not corrupt', async () => {
  const { bench, base, destination, reference } = await twoVersions();
  const large = [...bench.memory.blocks].filter(([, bytes]) => bytes.byteLength > 100_000);
  for (const [digest] of large) bench.memory.blocks.delete(digest);
  await expect(fetch(bench, { reference, destination, base: [base] })).rejects.toMatchObject({
    code: 'SOURCES_EXHAUSTED',
    exit: 5,
  });
});

test('C6: a fetch says how much it is about to write, so that copies do not take its room', async () => {
  const { bench, base, destination, reference } = await twoVersions();
  const told: number[] = [];
  const route = { ...bench.route, leaveRoom: (bytes: number) => void told.push(bytes) };
  const { bytes } = await fetch({ ...bench, route }, { reference, destination, base: [base] });
  expect(told).toEqual([bytes]);
});

test('the walk through a base ends where it is interrupted, or finds too much, of use or not', {
  timeout: 60_000,
}, async () => {
  const { bench, base, reference } = await twoVersions();
  const { tree } = await findRelease(bench, reference, parseSelection(), {});
  // As below a CID, where nothing is read after the walk.
  const bare = { ...tree, files: tree.files.map((file) => ({ ...file, chunker: undefined })) };
  await baseTree(bench.engine, bare, [base], {});
  const stopped = baseTree(bench.engine, bare, [base], { signal: AbortSignal.abort(new Error('stopped')) });
  await expect(stopped).rejects.toThrow('stopped');
  for (let number = 0; number < MAX_FILES; number += 1) symlinkSync('nowhere', join(base, String(number)));
  await expect(baseTree(bench.engine, bare, [base], {})).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});
