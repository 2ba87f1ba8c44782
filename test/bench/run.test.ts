import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type Command, median } from '../../bench/measure.ts';
import { renderRow } from '../../bench/report.ts';
import { figureRow, ratioRow, voidRow } from '../../bench/results.ts';
import { compared, rounds, storeAnew } from '../../bench/runner.ts';
import type { Tool } from '../../bench/tools.ts';

const run = promisify(execFile);
const BENCH = join(import.meta.dirname, '../../bench/run.ts');

const sample = (seconds: number) => ({ seconds, cpuSeconds: 0, peakBytes: 0 });

test('a ratio is that of each round, and its median and spread are shown', () => {
  const row = ratioRow(
    'a / b',
    [sample(1), sample(9), sample(2)],
    [sample(2), sample(10), sample(1)],
    1,
    'b',
  );
  expect(renderRow(row)).toBe('| a / b | 2.00 s | b 2.00 s | 0.90 (0.50–2.00) | ≤ 1 | yes |');
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('a figure beside its target says how near it is', () => {
  const verdict = (value: number, target: number | null, atLeast = false) =>
    renderRow(figureRow('x', [value], String, target, atLeast))
      .split(' | ')
      .at(-1);
  expect(verdict(1.4, 1)).toBe('within 1.5 × |');
  expect(verdict(1.6, 1)).toBe('no |');
  expect(verdict(0.5, 0.75, true)).toBe('within 1.5 × |');
  expect(verdict(0.4, 0.75, true)).toBe('no |');
  expect(verdict(3, null)).toBe('– |');
  expect(renderRow(voidRow('x', 'absent', 1))).toContain('| void |');
});

test('with 8 MB every tool gives back what it was given, and nothing is left behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const flags = ['--bytes', '8000000', '--rounds', '1', '--folder', folder];
  const argv = ['--conditions=ballast-source', BENCH, 'disk', 'dedupe', ...flags];
  const { stdout } = await run(process.execPath, argv);
  const rows = stdout.trim().split('\n');
  const voids = rows.filter((row) => row.endsWith('| void |'));
  expect(rows.length - voids.length).toBeGreaterThan(12);
  for (const row of voids) expect(row).toMatch(/not installed/);
  expect(await readdir(folder)).toEqual([]);
}, 300_000);

const FAILS: Tool = {
  name: 'fails',
  note: '',
  version: '1',
  repository: '/nowhere',
  fresh: async () => {},
  store: () => ({ argv: ['false'], env: {} }),
  fetch: () => [],
};

test('a tool that fails or gives back other bytes has no samples, and the others go on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [source, out] = [join(folder, 'source'), join(folder, 'out')];
  await mkdir(source);
  await writeFile(join(source, 'a'), 'as it was');
  const wrong: Command = { argv: ['/bin/sh', '-c', 'mkdir "$0" && echo other > "$0/a"', out], env: {} };
  const taken = await rounds(2, {
    fails: async () => ({ store: await storeAnew(FAILS, source) }),
    differs: async () => ({ fetch: await compared(source, out, [wrong]) }),
    works: async () => ({
      fetch: await compared(source, out, [{ argv: ['cp', '-r', source, out], env: {} }]),
    }),
  });
  expect(taken('fails', 'store')).toMatch(/exit 1/);
  expect(taken('differs', 'fetch')).toMatch(/diff --recursive/);
  expect(taken('works', 'fetch')).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['source']);
});
