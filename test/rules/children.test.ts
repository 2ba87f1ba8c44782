/**
 * B28: a name never reaches a shell. Programs are started in one place, with a list of arguments; what a shell is given
 * there is a text of ours, which holds no name.
 */
import { expect, it } from 'vitest';
import { readShippedSources, type SourceFile, sourceFile } from './source-tree.ts';

/** Starts the private chain. */
const STARTS = ['storage-manager/src/registries/embedded/anvil.ts'];
const SHELLS = /\bshell:|(?<!\.)\bexec(Sync)?\(|\bexecFile\(\s*['"`](sh|bash)/;
/** A text with something put into it. */
const FILLED = /(['"])-c\1,\s*(`[^`]*\$\{|[^`'"\s]+ \+)/;

function toShells(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.includes('/testing/'))
    .flatMap(({ path, code, imports }) => {
      const starts = imports.some(({ specifier }) => specifier === 'node:child_process');
      return [
        ...(starts && !STARTS.includes(path) ? [`${path} starts a program`] : []),
        ...(starts && SHELLS.test(code) ? [`${path} uses a shell`] : []),
        ...(FILLED.test(code) ? [`${path} fills a text for a shell`] : []),
      ];
    });
}

it('B28: no source hands a name to a shell', () => {
  expect(toShells(readShippedSources())).toEqual([]);
});

const IMPORT = "import { spawn } from 'node:child_process';\n";

it.each([
  ['cli/src/a.ts', IMPORT],
  [STARTS[0]!, `${IMPORT}spawn(name, [], { shell: true });`],
  [STARTS[0]!, `${IMPORT}exec('anvil ' + name);`],
  [STARTS[0]!, `${IMPORT}spawn('sh', ['-c', \`anvil \${name}\`]);`],
])('B28: sees %s with %s', (path, code) => {
  expect(toShells([sourceFile(path, code)])).not.toEqual([]);
});
