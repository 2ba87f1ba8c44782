/**
 * `npm run docs` writes the pages that are made from the sources, so that they
 * say what the program does. test/rules/generated-docs.test.ts refuses a page that differs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../cli/src/program.ts';
import { apiPages } from './docs/api.ts';
import { cliPage } from './docs/cli.ts';
import { configPage } from './docs/config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Path from the root → text. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/cli.md', cliPage(buildProgram())],
    ['docs/config.md', configPage(readFileSync(join(root, 'docs/config.md'), 'utf8'))],
    ...apiPages(root).map(({ file, text }) => [file, text] as const),
  ]);
}

if (import.meta.main) {
  const pages = generatedPages();
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const stale = readdirSync(join(root, 'docs/api')).filter((name) => !pages.has(`docs/api/${name}`));
  for (const name of stale) rmSync(join(root, 'docs/api', name));
}
