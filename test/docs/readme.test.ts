/** What README tells a user to type works as written. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../rules/source-tree.ts';
import { commandsToRun, npmScripts, runBlocks, shellBlocks } from './shell-blocks.ts';

const readme = join(root, 'README.md');
const blocks = shellBlocks(readFileSync(readme, 'utf8'));
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

/** In the checkout's root: a part of the project, or ignored. */
function isKnownToGit(name: string): boolean {
  const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: root }).status === 0;
  return (
    git('ls-files', '--error-unmatch', name) || ['', '/'].some((end) => git('check-ignore', '-q', name + end))
  );
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-readme-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('README', () => {
  it('has shell blocks', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it('shows commands that run as written, and leave nothing that git would show', {
    timeout: 180_000,
  }, () => {
    const outcome = runBlocks(blocks, folder);
    expect(outcome, outcome.output).toMatchObject({ exit: 0 });
    const made = readdirSync(folder).filter((name) => name !== '.home' && !isKnownToGit(name));
    expect(made).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    expect(npmScripts(blocks).filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the reading of shell blocks', () => {
  const page = [
    '# A',
    '```sh',
    'export A=1',
    'npm run quickstart',
    '```',
    '```js',
    'false',
    '```',
    '```bash',
    'test "$A" = 1',
    'echo "$HOME" \\',
    '  end',
    '```',
  ].join('\n');

  it('takes shell alone, with its line, and leaves out what is checked elsewhere', () => {
    expect(shellBlocks(page)).toEqual([
      { line: 3, text: 'export A=1\nnpm run quickstart\n' },
      { line: 10, text: 'test "$A" = 1\necho "$HOME" \\\n  end\n' },
    ]);
    expect(commandsToRun(shellBlocks(page)[0]!)).toBe('export A=1');
    expect(npmScripts(shellBlocks(page))).toEqual(['quickstart']);
  });

  it('runs all of them in one shell, in an empty home', () => {
    expect(runBlocks(shellBlocks(page), folder)).toEqual({
      exit: 0,
      line: 10,
      output: `README line 3\nREADME line 10\n${folder}/.home end\n`,
    });
  });

  it('stops at the first command that fails and knows where', () => {
    expect(runBlocks([{ line: 7, text: 'echo a\nfalse\necho b\n' }], folder)).toEqual({
      exit: 1,
      line: 7,
      output: 'README line 7\na\n',
    });
  });
});
