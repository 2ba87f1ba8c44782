/** docs/limits.md names every constant of limits.ts and every wait, and each value on the page is that of the source. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as limits from '../../storage-manager/src/limits.ts';
import { readShippedSources, root } from './source-tree.ts';

interface Row {
  readonly name: string;
  /** Below storage-manager/src; of the command line from the root. */
  readonly file: string;
  readonly value: number;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: limits.KiB,
  MiB: limits.MiB,
  GiB: limits.GiB,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
};

/** `1 MiB + 4 KiB`, `4,000,000`, `10 min` (in milliseconds); NaN where it is none. */
function numberIn(text: string): number {
  const parts = text.split(' + ').map((part) => /^([\d,]+)(?: (\w+))?$/.exec(part));
  return parts.reduce(
    (sum, part) => sum + Number(part?.[1]?.replaceAll(',', '')) * (UNITS[part?.[2] ?? ''] ?? Number.NaN),
    0,
  );
}

/** `| constant | value |…` and, for other files than limits.ts, `| constant | file | value |…`. */
function rows(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| `(\w+)` \|(?: `([\w/.-]+)` \|)? ([^|]+) \|/gm)].map(
    ([, name = '', file = 'limits.ts', value = '']) => ({ name, file, value: numberIn(value) }),
  );
}

function pathOf(file: string): string {
  return file.startsWith('cli/') ? file : `storage-manager/src/${file}`;
}

/** `file: constant` of each wait of a second or more, but for what only draws progress. */
function waits(): string[] {
  return readShippedSources()
    .filter(({ path }) => /^(storage-manager\/src(?!\/testing)|cli\/src\/commands)\//.test(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(/\b([A-Z_]+_MS)(?= = \d)|\b(totalMs|answerMs)(?=: \d)/g)].map(([name]) => ({
        path,
        name,
      })),
    )
    .filter(
      ({ path, name }) => valueInSource({ name, file: path.replace('storage-manager/src/', '') }) >= 1_000,
    )
    .map(({ path, name }) => `${path}: ${name}`);
}

/** The value that a file gives to a name: a product or sum of numbers and units. */
function valueInSource({ name, file }: Pick<Row, 'name' | 'file'>): number {
  const source = readFileSync(join(root, pathOf(file)), 'utf8');
  const written = new RegExp(`\\b${name}(?: = |: )((?:\\d|[KMG]iB)[\\w *+.]*)`).exec(source)?.[1] ?? '';
  const terms = written.split(' + ').map((term) =>
    term
      .split(' * ')
      .map((factor) => UNITS[factor] ?? Number(factor.replaceAll('_', '').replace(/(?<=\d)n$/, '')))
      .reduce((product, factor) => product * factor, 1),
  );
  return terms.reduce((sum, term) => sum + term, 0);
}

const page = readFileSync(join(root, 'docs/limits.md'), 'utf8');
const all = rows(page);

it('the page and limits.ts name the same constants', () => {
  const named = all.filter(({ file }) => file === 'limits.ts').map(({ name }) => name);
  expect(named.toSorted()).toEqual(Object.keys(limits).toSorted());
});

it('every value of limits.ts is the one that a program gets', () => {
  const said = all.filter(({ file }) => file === 'limits.ts').map(({ name, value }) => [name, value]);
  expect(Object.fromEntries(said)).toEqual({ ...limits });
});

it.each(all.filter(({ file }) => file !== 'limits.ts'))('$name in $file is $value', (row) => {
  expect(valueInSource(row)).toBe(row.value);
});

it('every wait of a second or more is on the page', () => {
  const told = new Set(all.map(({ file, name }) => `${pathOf(file)}: ${name}`));
  expect(waits().filter((wait) => !told.has(wait))).toEqual([]);
  expect(waits().length).toBeGreaterThan(20);
});

/** `file: constant` of each bound that is written as a number. */
function bounds(): string[] {
  return readShippedSources()
    .filter(({ path }) => /^storage-manager\/src(?!\/testing|\/limits)\//.test(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(/\b(MAX_\w+)(?= = (?:\d|[KMG]iB))/g)].map(([name]) => `${path}: ${name}`),
    );
}

it('every bound is on the page', () => {
  const told = new Set(all.map(({ file, name }) => `${pathOf(file)}: ${name}`));
  expect(bounds().filter((bound) => !told.has(bound))).toEqual([]);
  expect(bounds().length).toBeGreaterThan(20);
});

it('every table row of a constant is read', () => {
  expect(all.length).toBe(page.match(/^\| `/gm)?.length);
});

it('reads values as people write them', () => {
  expect(['1 MiB + 4 KiB', '4,000,000', '10 min', 'many'].map(numberIn)).toEqual([
    1_052_672,
    4_000_000,
    600_000,
    Number.NaN,
  ]);
});
