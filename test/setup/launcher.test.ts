/** `ballast` hands everything through to the Node that it finds, in both ways: replaced in place, and as a child. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { VERSION }: { VERSION: string } = createRequire(import.meta.url)('../../cli/bin/node24.cjs');

const MAIN = `
import { isMainThread, Worker } from 'node:worker_threads';
if (isMainThread) new Worker(new URL(import.meta.url));
const [what, ...rest] = process.argv.slice(2);
process.on('SIGTERM', () => process.exit(75));
if (isMainThread) console.log(JSON.stringify({ pid: process.pid, rest, conditions: process.execArgv.at(-1) }));
if (isMainThread && what === 'wait') setInterval(() => {}, 1000);
else if (isMainThread) process.exitCode = Number(what);
`;

let folder: string;
let cache: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-launcher-'));
  cpSync(fileURLToPath(new URL('../../cli/bin', import.meta.url)), file('bin'), { recursive: true });
  writeFileSync(file('package.json'), '{"type":"module"}');
  mkdirSync(file('src'));
  writeFileSync(file('src/main.ts'), MAIN);
  // What an older Node looks like to the launcher: without execve, and with another version.
  writeFileSync(file('no-execve.cjs'), 'delete process.execve;');
  writeFileSync(file('old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '20.1.0' });");
  cache = file('cache');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function launch(loaded: readonly string[], ...args: string[]): ChildProcess {
  const required = loaded.flatMap((name) => ['--require', file(name)]);
  return spawn(process.execPath, [...required, file('bin/ballast.js'), ...args], {
    // No Node but the one that is named.
    env: { ...process.env, XDG_CACHE_HOME: cache, PATH: file('path') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function firstLine(
  process: ChildProcess,
): Promise<{ pid: number; rest: string[]; conditions: string }> {
  const [line] = await once(createInterface(process.stdout!), 'line');
  return JSON.parse(line);
}

describe.each([
  ['in place', []],
  ['as a child', ['no-execve.cjs']],
])('ballast, handed over %s', (_, loaded) => {
  it('passes arguments and the exit code', async () => {
    const launched = launch(loaded, '7', 'a b', '--c');
    const seen = await firstLine(launched);
    const [code] = await once(launched, 'exit');
    expect({ ...seen, code }).toMatchObject({
      rest: ['a b', '--c'],
      conditions: '--conditions=ballast-source',
      code: 7,
    });
  });

  it('passes SIGTERM and the answer to it', async () => {
    const launched = launch(loaded, 'wait');
    await firstLine(launched);
    launched.kill('SIGTERM');
    expect(await once(launched, 'exit')).toEqual([75, null]);
  });

  it('leaves nothing running when it is killed', async () => {
    const launched = launch(loaded, 'wait');
    await firstLine(launched);
    launched.kill('SIGKILL');
    launched.stdout!.resume();
    // 'close' comes when the last process that holds the pipes is gone.
    expect(await once(launched, 'close')).toEqual([null, 'SIGKILL']);
  });
});

it('says in one line how to get Node where there is none, and takes what is installed or on the PATH', async () => {
  const launched = launch(['old.cjs', 'no-execve.cjs'], '0');
  const [line] = await once(createInterface(launched.stderr!), 'line');
  expect(line).toMatch(/^ballast needs Node 24 or newer, but this is v.*npm run setup/);
  expect(await once(launched, 'exit')).toEqual([8, null]);

  const installed = join(cache, 'ballast/node', `${VERSION}-${process.platform}-${process.arch}`, 'bin');
  for (const folder of [file('path'), installed]) {
    mkdirSync(folder, { recursive: true });
    symlinkSync(process.execPath, join(folder, 'node'));
    const found = launch(['old.cjs', 'no-execve.cjs'], '3');
    expect(await once(found, 'exit')).toEqual([3, null]);
    rmSync(folder, { recursive: true });
  }
});
