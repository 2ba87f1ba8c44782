/** docs/errors.md has one heading `## CODE` for each code of errors.ts, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../storage-manager/src/errors.ts';
import { readShippedSources, root } from './source-tree.ts';

const page = join(root, 'docs/errors.md');

/** What one list has and the other lacks, and codes that stand twice. */
function differences(codes: readonly string[], markdown: string): string[] {
  const documented = [...markdown.matchAll(/^#{2,4} `?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`?$/gm)].map(
    (match) => match[1]!,
  );
  return [
    ...codes.filter((code) => !documented.includes(code)).map((code) => `${code} is not documented`),
    ...documented.filter((code) => !codes.includes(code)).map((code) => `${code} is not a code`),
    ...documented.filter((code, at) => documented.indexOf(code) !== at).map((code) => `${code} stands twice`),
  ];
}

it('docs/errors.md and errors.ts name the same codes', () => {
  expect(differences(Object.values(ERROR_CODES).flat(), readFileSync(page, 'utf8'))).toEqual([]);
});

it('every code is raised somewhere', () => {
  const sources = readShippedSources().filter(({ path }) => path !== 'storage-manager/src/errors.ts');
  const raised = (code: string) => sources.some(({ code: text }) => text.includes(`'${code}'`));
  expect(
    Object.values(ERROR_CODES)
      .flat()
      .filter((code) => !raised(code)),
  ).toEqual([]);
});

it('sees each kind of difference', () => {
  expect(differences(['A_B', 'LOCKED'], '# Errors\n\n## LOCKED\n\n### `OLD_CODE`\n\n## LOCKED\n')).toEqual([
    'A_B is not documented',
    'OLD_CODE is not a code',
    'LOCKED stands twice',
  ]);
});
