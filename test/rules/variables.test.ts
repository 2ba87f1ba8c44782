/** docs/config.md names every variable of the environment that a command reads, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VARIABLES } from '../../storage-manager/src/config/environment.ts';
import { placesIn } from '../../storage-manager/src/config/places.ts';
import { FIELDS } from '../../storage-manager/src/config/schema.ts';
import { readShippedSources, root } from './source-tree.ts';

/** Read by Node's own `util.styleText`. */
const BY_NODE = ['NO_COLOR'];

const page = readFileSync(join(root, 'docs/config.md'), 'utf8');

/** Those in the first column of the second table; the first table is made from `VARIABLES`. */
const others = [...page.slice(page.indexOf('## Other variables')).matchAll(/^\| (`[A-Z].*?) \|/gm)].flatMap(
  ([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
);

it('the page and the sources name the same variables', () => {
  const sources = readShippedSources().filter(({ path }) => !path.includes('/testing/'));
  const read = sources.flatMap(({ code }) =>
    [...code.matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name),
  );
  expect(others.toSorted()).toEqual([...new Set([...read, ...BY_NODE])].toSorted());
});

it('every variable of a field sets a field that there is', () => {
  expect(Object.keys(VARIABLES).filter((field) => !FIELDS.includes(field))).toEqual([]);
});

it('the help of `ballast config` names the same variables', () => {
  const help = readFileSync(join(root, 'docs/cli.md'), 'utf8').split('## ballast config')[1] ?? '';
  const named = Object.values(VARIABLES)
    .flat()
    .map((name) => name.replace(/_FILE$/, ''));
  expect(named.filter((name) => !help.includes(name))).toEqual([]);
});

it('BALLAST_HOME holds what the page says', () => {
  const said = /^\| `BALLAST_HOME` .*`([^`]+)` \|$/m
    .exec(page)?.[1]
    ?.split(' ')
    .map((name) => name.replace(/\/$/, ''));
  const places = Object.values(placesIn('home')).map((path) => path.slice('home/'.length));
  expect(said?.toSorted()).toEqual(['config.json', ...places].toSorted());
});
