/** docs/troubleshooting.md: its codes exist, and each command on it prints what the page says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorKind, EXIT_CODES } from '../../storage-manager/src/errors.ts';
import { flipByte } from '../../storage-manager/src/testing/disk/flip-byte.ts';
import { root } from '../rules/source-tree.ts';
import { putBallast } from './command.ts';
import { matches, sessions } from './console.ts';

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const settings = readFileSync(join(root, 'docs/config.md'), 'utf8');

const CODES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(ERROR_CODES).flatMap(([kind, codes]) =>
    codes.map((code) => [code, EXIT_CODES[kind as ErrorKind]]),
  ),
);

describe('docs/troubleshooting.md', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-troubles-'));
    mkdirSync(join(folder, 'my-model'));
    writeFileSync(join(folder, 'my-model/weights.bin'), randomBytes(3_000_000));
    env = {
      PATH: putBallast(folder),
      HOME: folder,
      BALLAST_HOME: join(folder, 'home'),
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
    };
    execFileSync('ballast', ['store', './my-model', 'my-model'], { cwd: folder, env, stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints what it says', async () => {
    const shown = sessions(page);
    expect(shown.length).toBeGreaterThan(10);
    const wrong: object[] = [];
    let exports = '';
    for (const { command, printed } of shown) {
      if (/^(export|unset) /.test(command)) exports += `${command}\n`;
      if (printed.includes('CHUNK_CORRUPT'))
        await flipByte(join(folder, 'home/store/packs/00000001.pack'), 4_096);
      // Nothing may listen there on any machine.
      const script = `${exports}${command}`.replaceAll(/:(5001|8545)\b/g, ':9');
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      const output = `${stdout}${stderr}`
        .replaceAll(`node ${join(root, 'cli/bin/ballast.js')}`, 'ballast')
        .replaceAll(/(?<=127\.0\.0\.1):9\b/g, ':5001')
        .replaceAll(/(?<=localhost):9\b/g, ':8545');
      if (!matches(printed, output)) wrong.push({ command, printed, output });
    }
    expect(wrong).toEqual([]);
  });

  it('names codes that exist, with their exit codes', () => {
    const named = [...page.matchAll(/\b([A-Z]+(?:_[A-Z]+)+)\b(?: \(exit (\d+)\))?/g)];
    const unknown = named.filter(([, word]) => !(word! in CODES) && !settings.includes(word!));
    expect(unknown.map(([, word]) => word)).toEqual(['YOUR_PRIVATE_KEY', 'YOUR_PRIVATE_KEY']);
    const exits = named.filter(([, , exit]) => exit !== undefined);
    expect(exits.length).toBeGreaterThan(5);
    for (const [, word, exit] of exits) expect([word, CODES[word!]]).toEqual([word, Number(exit)]);
  });
});

it('reads commands and what they print', () => {
  expect(sessions('```console\n$ a b\nc …\n\nd\n$ e\n```\n```sh\n$ f\n```\n')).toEqual([
    { command: 'a b', printed: 'c …\n\nd' },
    { command: 'e', printed: '' },
  ]);
  expect(matches('a … c.', 'x\na b\nb c.\n')).toBe(true);
  expect(matches('a … c.', 'a b cd')).toBe(false);
});
