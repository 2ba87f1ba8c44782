/** The completion scripts, run by the shells themselves. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { describe, expect, it, vi } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import { buildProgram } from '../src/program.ts';

const BIN = join(import.meta.dirname, '../bin/ballast.js');

const installed = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A shell in whose PATH `ballast` lies. */
async function open() {
  const folder = await temporaryFolder('completion');
  await mkdir(join(folder, 'bin'));
  const bin = join(folder, 'bin/ballast');
  await writeFile(bin, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  await chmod(bin, 0o755);
  const ballast = new Ballast(folder);
  const env = { ...ballast.env, PATH: `${join(folder, 'bin')}:${ballast.env.PATH}` };
  const shell = (name: string, script: string) =>
    execFileSync(name, ['-c', script], { env, cwd: folder, encoding: 'utf8', timeout: 30_000 });
  /** What bash offers behind these words, the last of which is being typed. */
  const offered = (...words: string[]) => {
    const list = ['ballast', ...words].map((word) => `'${word}'`).join(' ');
    return shell(
      'bash',
      `source <(ballast completion bash); COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _ballast ballast; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
      .split('\n')
      .filter(Boolean);
  };
  return { folder, ballast, shell, offered };
}

it('bash completes commands, flags and their values', async () => {
  const { offered } = await open();
  const help = buildProgram().createHelp();
  const names = help
    .visibleCommands(buildProgram())
    .flatMap((command) => [command.name(), ...command.aliases()]);
  expect(offered('')).toEqual(expect.arrayContaining(names));
  expect(offered('ver')).toEqual(['verify']);
  expect(offered('store', '--chunk')).toEqual(['--chunker']);
  expect(offered('store', '--chunker', '')).toEqual(['tensor-1m', 'cdc-1m', 'fixed-1m']);
  expect(offered('store', '--chunker', '=', 'f')).toEqual(['fixed-1m']);
  expect(offered('retrieve', '--from', 'k')).toEqual(['kubo']);
  expect(offered('-q', 'config', '')).toEqual(['show', 'check']);
  expect(offered('help', 'doc')).toEqual(['doctor']);
});

it('bash leaves files to itself, and makes no chain to have no models', async () => {
  const { folder, offered } = await open();
  expect(offered('store', '')).toEqual([]);
  expect(offered('store', '--config', '')).toEqual([]);
  expect(offered('verify', '')).toEqual([]);
  expect(await readdir(folder)).not.toContain('ballast-home');
});

it('bash completes the names of models, in the place of a model alone', async () => {
  const { folder, ballast, offered } = await open();
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'w' });
  await ballast.json(0, 'store', model, 'llama');
  await ballast.json(0, 'store', model, 'mistral');
  // On a busy machine the list may come too late; the next key press asks again.
  const found = (words: string[], models: string[]) =>
    vi.waitFor(() => expect(offered(...words)).toEqual(models), { timeout: 50_000 });
  await found(['verify', ''], ['llama', 'mistral']);
  await found(['info', '--chunks', 'll'], ['llama']);
  await found(['store', './model', 'm'], ['mistral']);
  await found(['store', '--base', 'll'], ['llama']);
  await found(['diff', 'llama', 'm'], ['mistral']);
  expect(offered('retrieve', 'llama', '@', '1', '')).toEqual([]);
});

it('a broken configuration offers no models and says nothing', async () => {
  const { folder, offered } = await open();
  await writeFile(join(folder, 'config.json'), '{"storse": 1}');
  expect(offered('verify', '')).toEqual([]);
});

it('refuses a shell that it does not know', async () => {
  const { ballast } = await open();
  for (const shell of [[], ['tcsh']])
    expect(await ballast.run('completion', ...shell)).toMatchObject({ code: 2, stdout: '' });
});

describe.skipIf(!installed('zsh'))('zsh', () => {
  it('takes the script', async () => {
    const { shell } = await open();
    const script = 'source <(ballast completion zsh) && print -r -- $_comps[ballast]';
    expect(shell('zsh', script)).toContain('_ballast');
  });
});

describe.skipIf(!installed('fish'))('fish', () => {
  it('completes commands, flags and their values', async () => {
    const { shell } = await open();
    const offered = (line: string) =>
      shell('fish', `ballast completion fish | source; complete -C '${line}'`);
    expect(offered('ballast ver')).toMatch(/^verify\t/m);
    expect(offered('ballast store --chunker ')).toMatch(/^tensor-1m/m);
    expect(offered('ballast store --no-')).toMatch(/^--no-file-digests\t/m);
  });
});
