/** `npm ci` takes the lockfile on every platform and from every registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source-tree.ts';

interface Entry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, Entry>>;

/** Optional dependencies without an entry (npm ci: EUSAGE), and entries bound to one registry's address. */
function faults(packages: Packages): string[] {
  const known = new Set(Object.keys(packages).map((place) => place.split('node_modules/').at(-1)));
  return Object.entries(packages).flatMap(([place, { resolved, optionalDependencies = {} }]) => [
    ...Object.keys(optionalDependencies)
      .filter((name) => !known.has(name))
      .map((name) => `${place} may need ${name}: run npm run lock`),
    ...(resolved?.includes('://') ? [`${place} names ${resolved}`] : []),
  ]);
}

it('package-lock.json lists every platform and names no registry', () => {
  expect(faults(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages)).toEqual([]);
});

it('sees both faults', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } },
    'node_modules/a-linux': { resolved: 'https://registry.example/a-linux.tgz' },
  };
  expect(faults(packages)).toEqual([
    'node_modules/a may need a-darwin: run npm run lock',
    'node_modules/a-linux names https://registry.example/a-linux.tgz',
  ]);
});
