/** The pages that scripts/docs.ts makes are as it makes them now, and every exported name is explained. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiPages } from '../../scripts/docs/api.ts';
import { generatedPages } from '../../scripts/docs.ts';
import { root } from './source-tree.ts';

const pages = generatedPages();

it.each([...pages])('%s is as the source makes it (else: npm run docs)', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

it('docs/api holds these pages and no other', () => {
  const made = [...pages.keys()].filter((path) => path.startsWith('docs/api/'));
  expect(readdirSync(join(root, 'docs/api'), { recursive: true }).map((name) => `docs/api/${name}`)).toEqual(
    made.toSorted(),
  );
});

it('every exported name has a docstring', () => {
  const bare = apiPages(root).flatMap(({ file, unexplained }) =>
    unexplained.map((name) => `${file}: ${name}`),
  );
  expect(bare).toEqual([]);
});

it.each(['', 'store', 'completion'])('docs/cli.md holds what `ballast %s --help` prints', (command) => {
  const done = spawnSync(
    process.execPath,
    ['--conditions=ballast-source', 'cli/bin/ballast.js', ...command.split(' ').filter(Boolean), '--help'],
    { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/nonexistent' } },
  );
  expect(done.status).toBe(0);
  expect(pages.get('docs/cli.md')).toContain(`\`\`\`text\n${done.stdout.trimEnd()}\n\`\`\``);
});

/** Of the language and of Node. */
const GLOBAL =
  /^(AbortSignal|AsyncIterable|Date|Error|Exclude|Iterable|IterableIterator|Map|Pick|Promise|RangeError|Readable|Readonly|ReadonlyMap|ReadonlySet|Record|ServerResponse|Set|Symbol|Uint8Array|[A-Z])$/;

it('every type that an API page names is explained on one of them', () => {
  const api = [...pages].filter(([path]) => path.startsWith('docs/api/'));
  const explained = new Set(
    api.flatMap(([, text]) => [...text.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)),
  );
  const unknown = api.flatMap(([path, text]) => {
    const code = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('');
    const bare = code.replace(/\/\*\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, '');
    const named = new Set([...bare.matchAll(/\b[A-Z]\w*\b/g)].map(([name]) => name));
    return [...named]
      .filter((name) => !explained.has(name) && !GLOBAL.test(name))
      .map((name) => `${path}: ${name}`);
  });
  expect(unknown).toEqual([]);
});
