/** docs/errors.md has one heading `## CODE` for each code of errors.ts, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES, type ErrorKind, EXIT_CODES, GRAVEST } from '../../storage-manager/src/errors.ts';
import { readShippedSources, root } from './source-tree.ts';

const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');

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
  expect(differences(Object.values(ERROR_CODES).flat(), text)).toEqual([]);
});

it('a class has the same exit code in the table and above its codes as in errors.ts', () => {
  const exits = Object.entries(EXIT_CODES).map(([kind, exit]) => [kind, String(exit)]);
  const rows = [...text.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, exit, kind]) => [kind, exit]);
  expect(rows).toEqual(exits);
  const parts = text.split(/^# (?=\w+ \(exit)/m).slice(1);
  const heads = parts.map((part) => /^(\w+) \(exit (\d+)\)$/m.exec(part)?.slice(1) ?? []);
  expect(heads.map(([kind, exit]) => [kind?.toLowerCase(), exit])).toEqual(exits);
  for (const [at, [kind]] of exits.entries())
    expect(differences(ERROR_CODES[kind as ErrorKind], parts[at]!)).toEqual([]);
});

it('the order of the gravest is told as it is', () => {
  // A diagnosis holds no interruption: that ends it.
  const told = GRAVEST.filter((kind) => kind !== 'interrupted').map((kind) => `${EXIT_CODES[kind]}`);
  expect(GRAVEST.toSorted()).toEqual(Object.keys(EXIT_CODES).toSorted());
  const doctor = text.slice(text.indexOf('`ballast doctor` reports'), text.indexOf('in this order'));
  expect([...doctor.matchAll(/\((\d+)\)/g)].map(([, exit]) => exit)).toEqual(told);
  const help = readFileSync(join(root, 'cli/src/commands/doctor.ts'), 'utf8').replaceAll('\n', ' ');
  expect(help).toContain(`${told.join(', ')}, in this order`);
});

it('every code is raised somewhere', () => {
  const sources = readShippedSources().filter(({ path }) => path !== 'storage-manager/src/errors.ts');
  const raised = (code: string) => sources.some((source) => source.code.includes(`'${code}'`));
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
