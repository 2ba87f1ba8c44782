/**
 * A clock that is years off, jumps, or begins in 1970. Only `Date` moves here: the kernel's clock, and with it the times of
 * files and what anvil itself reads, stays. Deadlines run on another one, which nobody sets.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import type { Retrieved, Stored, Verified } from './documents.ts';

const YEAR_S = 31_556_952;
const NOW_S = Math.floor(Date.now() / 1000);

/** `Date` of a process, which also dates the blocks that its anvil mines; a jump from the first to the second comes with the tenth look. */
function clockAt(first: number, second = first): string {
  const shim = `
    const real = Date, looks = { count: 0 };
    const now = () => ((looks.count += 1) > 10 ? ${second} : ${first}) * 1000;
    globalThis.Date = class extends real {
      constructor(...values) { values.length > 0 ? super(...values) : super(now()); }
      static now() { return now(); }
    };`;
  return `--import=data:text/javascript,${encodeURIComponent(shim)}`;
}

/** One state folder under several clocks. */
async function oneFolder() {
  const folder = await temporaryFolder('clock');
  const sources: Record<string, string> = {};
  const at = (seconds: number, second?: number) =>
    new Ballast(folder, { NODE_OPTIONS: clockAt(seconds, second) });
  const store = async (ballast: Ballast, model: string) => {
    sources[model] = await writeTree(join(folder, model), { 'w.bin': randomBytes(300_000) });
    return ballast.json<Stored>(0, 'store', sources[model], model);
  };
  const retrieve = async (ballast: Ballast, model: string) => {
    const out = join(folder, `${model}-${ballast.env.NODE_OPTIONS?.length}-${Math.random()}`);
    await ballast.json<Retrieved>(0, 'retrieve', model, out);
    expect(await treeDigests(out)).toEqual(await treeDigests(sources[model]!));
  };
  return { folder, at, store, retrieve };
}

async function blockTimes(ballast: Ballast): Promise<number[]> {
  const lines = (await readFile(join(ballast.home, 'chain/journal'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line).time);
}

function expectRising(times: readonly number[]): void {
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}

test('C16: published ten years ahead, ten years back and now: all stand, in their order, under any clock', async () => {
  const { at, store, retrieve } = await oneFolder();
  const [now, ahead, back] = [NOW_S, NOW_S + 10 * YEAR_S, NOW_S - 10 * YEAR_S].map((time) => at(time));
  const clocks = { first: now!, ahead: ahead!, back: back!, last: now! };
  for (const [model, ballast] of Object.entries(clocks)) await store(ballast, model);
  expectRising(await blockTimes(now!));
  await Promise.all([retrieve(back!, 'ahead'), retrieve(ahead!, 'back'), retrieve(now!, 'first')]);
  expect(await back!.json<Verified>(0, 'verify', 'ahead', '--full')).toMatchObject({ ok: true });
  const listed = await now!.json<{ model: string; publishedAt: string }[]>(0, 'list');
  expect(listed.map(({ model }) => model)).toEqual(Object.keys(clocks).map((name) => `local/${name}`));
  // The chain's time never goes back: after the jump all are of its year.
  expect(listed.map(({ publishedAt }) => new Date(publishedAt).getUTCFullYear())).toEqual(
    [NOW_S, NOW_S + 10 * YEAR_S, NOW_S + 10 * YEAR_S, NOW_S + 10 * YEAR_S].map((time) =>
      new Date(time * 1000).getUTCFullYear(),
    ),
  );
});

test.each([0, 1, 17_000_000_000])('C16: a first run at second %s', async (seconds) => {
  const { at, store, retrieve } = await oneFolder();
  const [odd, now] = [at(seconds), at(NOW_S)];
  await store(odd, 'first');
  await store(now, 'second');
  await Promise.all([retrieve(odd, 'second'), retrieve(now, 'first')]);
  expectRising(await blockTimes(now));
});

test('C16: a clock that jumps back or ahead while it runs', async () => {
  const { at, store, retrieve } = await oneFolder();
  const [back, ahead] = [at(NOW_S, NOW_S - 10 * YEAR_S), at(NOW_S, NOW_S + 10 * YEAR_S)];
  await store(back, 'first');
  await store(ahead, 'second');
  await Promise.all([retrieve(back, 'second'), retrieve(ahead, 'first')]);
  expectRising(await blockTimes(back));
});

const haveFaketime = (() => {
  try {
    execFileSync('faketime', ['-f', '+1y', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!haveFaketime)(
  'C16: the clock of the system itself ten years ahead, then ten years back (needs faketime)',
  async () => {
    const folder = await temporaryFolder('faketime');
    const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(300_000) });
    // Anvil and the times of files see it too; the clock that nobody sets is left alone.
    const at = (shift: string) => new Ballast(folder, {}, ['faketime', '--exclude-monotonic', '-f', shift]);
    await at('+10y').json<Stored>(0, 'store', source, 'm');
    await at('-10y').json<Retrieved>(0, 'retrieve', 'm', 'back');
    await at('-10y').json<Stored>(0, 'store', source, 'again');
    await new Ballast(folder).json<Retrieved>(0, 'retrieve', 'again', 'now');
    for (const out of ['back', 'now'])
      expect(await treeDigests(join(folder, out))).toEqual(await treeDigests(source));
  },
);
