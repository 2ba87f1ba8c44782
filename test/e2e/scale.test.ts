/** What grows with the model: files, bytes, chunks. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Info, Retrieved, Stored, Verified } from './documents.ts';
import { LIMIT_BYTES, peakOf } from './peak.ts';

const TIMEOUT_MS = 300_000;

interface Planned {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Runs the program beside this file as the command line would run it. */
async function plan<T extends Planned>(...args: readonly string[]): Promise<T> {
  const flags = ['--conditions=ballast-source', '--max-semi-space-size=4'];
  const program = join(import.meta.dirname, 'million-chunks.ts');
  const { code, stdout, stderr } = await finish(spawn(process.execPath, [...flags, program, ...args]));
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

function report(what: string, { seconds, peakBytes }: Planned): void {
  console.log(`${what}: ${seconds.toFixed(1)} s, ${(peakBytes / 2 ** 20).toFixed(0)} MiB resident at most`);
}

test(
  'C25: a million chunks are planned, described, read and proven within 256 MiB, but for their bytes and the chain',
  async () => {
    const folder = await temporaryFolder('million');
    const published = await plan<Planned & { manifest: string; distinct: number }>('publish', folder);
    report('publish plans 1,000,000 chunks', published);
    expect(published.distinct).toBe(999_999);
    const fetched = await plan<Planned & { missing: number }>('fetch', folder, published.manifest);
    report('fetch plans 1,000,000 chunks', fetched);
    expect(fetched.missing).toBe(999_999 * 2 ** 20 + '{}'.length);
    expect(published.peakBytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(fetched.peakBytes).toBeLessThanOrEqual(LIMIT_BYTES);

    // The command itself, of a file whose bytes are there.
    const ballast = new Ballast(folder);
    const one = ['--cid', published.manifest, join(folder, 'out'), '--include', 'config.json'];
    const { peak, seconds } = await peakOf(ballast, 'retrieve', ...one);
    report('retrieve of one file of it', { seconds, peakBytes: peak });
    expect(await readFile(join(folder, 'out/config.json'), 'utf8')).toBe('{}');
    expect(peak).toBeLessThanOrEqual(LIMIT_BYTES);
  },
  TIMEOUT_MS,
);

/** `count` small files in folders of a hundred, each with content of its own. */
async function writeMany(folder: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += 100) {
    const inside = join(folder, `part-${first / 100}`);
    await mkdir(inside, { recursive: true });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        writeFile(join(inside, `${index}.bin`), `${first + index} `.repeat(1 + (index % 50))),
      ),
    );
  }
}

test(
  'a tree of 20,000 files: stored, retrieved, verified; eight times the files take about eight times as long',
  async () => {
    const folder = await temporaryFolder('files');
    const ballast = new Ballast(folder);
    const seconds: number[] = [];
    for (const count of [2_500, 20_000]) {
      const [source, out] = [join(folder, `in-${count}`), join(folder, `out-${count}`)];
      await writeMany(source, count);
      const start = performance.now();
      await ballast.json<Stored>(0, 'store', source, `files-${count}`);
      expect(await ballast.json<Retrieved>(0, 'retrieve', `files-${count}`, out)).toMatchObject({
        files: count,
      });
      const full = await ballast.json<Verified>(0, 'verify', `files-${count}`, '--full');
      expect(full).toMatchObject({ ok: true });
      seconds.push((performance.now() - start) / 1000);
      execFileSync('diff', ['-r', source, out]);
    }
    const [few, many] = seconds as [number, number];
    console.log(`2,500 files: ${few.toFixed(1)} s; 20,000: ${many.toFixed(1)} s`);
    // Were anything of it quadratic, it would be 64 times.
    expect(many).toBeLessThan(20 * few);
  },
  TIMEOUT_MS,
);

const { bavail, bsize } = await statfs(tmpdir());

test.skipIf(bavail * bsize < 12e9)(
  'C17: a file beyond 4 GiB within 256 MiB, with 96 MiB of heap: almost nothing of a sparse one is stored, and every byte comes back (12 GB free)',
  async () => {
    const folder = await temporaryFolder('sparse');
    const ballast = new Ballast(folder, { NODE_OPTIONS: '--max-old-space-size=96' });
    const source = join(folder, 'sparse.bin');
    const size = 5_000_000_001;
    await writeFile(source, randomBytes(100_000));
    await truncate(source, size - 10);
    const file = await open(source, 'a');
    await file.write(randomBytes(10));
    await file.close();

    const store = await peakOf(ballast, 'store', source, 'sparse', '--chunker', 'fixed-1m');
    expect(store.peak).toBeLessThanOrEqual(LIMIT_BYTES);
    const { bytes, chunks } = await ballast.json<Info>(0, 'info', 'sparse');
    expect({ bytes, chunks }).toEqual({ bytes: size, chunks: Math.ceil(size / 2 ** 20) });
    const packs = join(ballast.home, 'store/packs');
    const sizes = await Promise.all(
      (await readdir(packs)).map(async (name) => (await stat(join(packs, name))).size),
    );
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(6 << 20);
    const retrieve = await peakOf(ballast, 'retrieve', 'sparse', join(folder, 'out'));
    expect(retrieve.peak).toBeLessThanOrEqual(LIMIT_BYTES);
    report('store of 5 GB, sparse', { seconds: store.seconds, peakBytes: store.peak });
    report('retrieve of 5 GB', { seconds: retrieve.seconds, peakBytes: retrieve.peak });
    execFileSync('cmp', [source, join(folder, 'out/sparse.bin')]);
  },
  TIMEOUT_MS,
);
