/** The shell blocks of a Markdown page, and how they are run: as written, in order, in one shell, in an empty home. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../rules/source-tree.ts';

export interface ShellBlock {
  /** Line of the page on which its first command stands, from 1. */
  readonly line: number;
  readonly text: string;
}

export function shellBlocks(markdown: string): ShellBlock[] {
  return [...markdown.matchAll(/^```(?:sh|bash|shell)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length + 1,
    text: match[1]!,
  }));
}

/** These run the tests themselves or need a fresh clone; they have tests of their own. */
const ELSEWHERE = /^(git clone |cd ballast$|npm (test|run [a-z]+)( |$)|bash \.ci\/run$)/;

/** The commands of a block that are run here: those that are not checked elsewhere. */
export function commandsToRun({ text }: ShellBlock): string {
  return text.replace(/^.*$/gm, (line) => (ELSEWHERE.test(line) ? '' : line)).trim();
}

/** Each `npm run <name>` and `npm test` of the page: the scripts that must exist. */
export function npmScripts(blocks: readonly ShellBlock[]): string[] {
  return blocks.flatMap(({ text }) =>
    [...text.matchAll(/^npm (?:run )?([a-z]+)\b/gm)]
      .map((match) => match[1]!)
      .filter((name) => name !== 'install'),
  );
}

export interface Outcome {
  readonly exit: number | null;
  /** Line of the page of the last block that was begun. */
  readonly line: number;
  readonly output: string;
}

/** Runs the blocks in `folder`, which looks like a checkout: `npx --no-install ballast` is this project's. */
export function runBlocks(blocks: readonly ShellBlock[], folder: string): Outcome {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const file of ['package.json', 'config.template.json']) cpSync(join(root, file), join(folder, file));
  const home = join(folder, '.home');
  mkdirSync(home);
  const script = blocks
    .map((block) => ({ line: block.line, commands: commandsToRun(block) }))
    .filter(({ commands }) => commands !== '')
    .map(({ line, commands }) => `echo "README line ${line}"\n${commands}\n`)
    .join('');
  const done = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of the machine's own configuration may decide whether the page is true.
    env: {
      HOME: home,
      BALLAST_HOME: join(home, 'ballast'),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      LANG: 'C.UTF-8',
      TMPDIR: home,
    },
    timeout: 120_000,
  });
  const output = `${done.stdout}${done.stderr}`;
  const begun = [...done.stdout.matchAll(/^README line (\d+)$/gm)].map((match) => Number(match[1]));
  return { exit: done.status, line: begun.at(-1) ?? 0, output };
}
