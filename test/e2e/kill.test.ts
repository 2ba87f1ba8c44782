import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { awkwardFiles, safetensors, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Retrieved, Stored } from './documents.ts';

const KILLS = 20;

/** Kills the command at random moments of its life, again and again, until it has been killed often enough or ends. */
async function killAtRandom(ballast: Ballast, lifetimeMs: number, ...args: string[]): Promise<number> {
  const child = ballast.start(...args);
  const ended = finish(child);
  await Promise.race([ended, wait(Math.random() * lifetimeMs)]);
  child.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL' ? 1 : 0;
}

async function lifetime(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test(`store, killed with SIGKILL at ${KILLS} random moments: the same command finishes, one release results`, async () => {
  const folder = await temporaryFolder('kill-store');
  const source = await writeTree(join(folder, 'model'), {
    ...awkwardFiles(),
    'model.safetensors': safetensors(24, 1_500_000),
  });
  const rehearsal = new Ballast(await temporaryFolder('kill-rehearsal'));
  const whole = await lifetime(() => rehearsal.json<Stored>(0, 'store', source, 'tiny'));
  const ballast = new Ballast(folder);
  let kills = 0;
  for (let round = 0; round < KILLS; round += 1)
    kills += await killAtRandom(ballast, whole, 'store', source, 'tiny');
  expect(kills).toBeGreaterThan(0);
  const stored = await ballast.json<Stored>(0, 'store', source, 'tiny');
  expect(stored.version).toBe('1');
  const rows = await ballast.json<{ version: string }[]>(0, 'list', '--all');
  expect(rows.map((row) => row.version)).toEqual(['1']);
  await ballast.json<Retrieved>(0, 'retrieve', 'tiny', join(folder, 'out'));
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(source));
});

test(`retrieve, killed with SIGKILL at ${KILLS} random moments: the same command finishes, nothing half appears`, async () => {
  const folder = await temporaryFolder('kill-retrieve');
  const source = await writeTree(join(folder, 'model'), {
    ...awkwardFiles(),
    'model.safetensors': safetensors(24, 1_500_000),
  });
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'tiny');
  const whole = await lifetime(() =>
    ballast.json<Retrieved>(0, 'retrieve', 'tiny', join(folder, 'rehearsal')),
  );
  const expected = await treeDigests(source);
  for (let round = 0; round < KILLS; round += 1) {
    const out = join(folder, `out-${round % 4}`);
    await killAtRandom(ballast, whole, 'retrieve', 'tiny', out);
    const there = await treeDigests(out).catch(() => null);
    if (there !== null) expect(there).toEqual(expected);
  }
  for (let place = 0; place < 4; place += 1) {
    const out = join(folder, `out-${place}`);
    await ballast.json<Retrieved>(0, 'retrieve', 'tiny', out);
    expect(await treeDigests(out)).toEqual(expected);
  }
});
