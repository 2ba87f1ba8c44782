/** What a stranger gets from the packages: packed, installed into an empty folder, used without the checkout. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../rules/source-tree.ts';
import budget from './budget.json' with { type: 'json' };
import { installAll, installedPackages, type Packed, packAll } from './packages.ts';
import { compile, faultsOfPackage, faultsOfTypes } from './types.ts';

let folder: string;
let packed: readonly Packed[];
const of = (workspace: string) => packed.find((one) => one.workspace === workspace)!;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-packed-'));
  packed = packAll(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler makes of the workspace's sources. */
function compiled(workspace: string): string[] {
  const generated = readdirSync(join(root, workspace, 'src'), { recursive: true, encoding: 'utf8' });
  const endings = workspace === 'cli' ? ['.js'] : ['.js', '.d.ts'];
  return generated
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .flatMap((path) => endings.map((ending) => `dist/${path.slice(0, -'.ts'.length)}${ending}`));
}

const WORKSPACES = ['registry-contract', 'storage-manager', 'orchestrator-plugin', 'cli'];
const LIBRARIES = WORKSPACES.slice(0, 3);
/** Folders, and files that are named whole. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'registry-contract': ['contracts', 'standard-input.json', 'vectors'],
  // Compiled where it is used.
  'storage-manager': ['dist/testing/disk/fs-shim.c'],
  cli: ['bin'],
};

function filesIn(workspace: string, name: string): string[] {
  if (statSync(join(workspace, name)).isFile()) return [name];
  return readdirSync(join(workspace, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(workspace.length + 1));
}

describe.each(WORKSPACES)('the packed %s', (workspace) => {
  it('holds what runs, its README and the licence, and nothing else', () => {
    const beside = (BESIDE[workspace] ?? []).flatMap((name) => filesIn(join(root, workspace), name));
    const expected = ['LICENSE', 'README.md', 'package.json', ...beside, ...compiled(workspace)];
    expect(of(workspace).files.toSorted()).toEqual(expected.toSorted());
  });

  it('is what its package.json says', async () => {
    expect(await faultsOfPackage(of(workspace).tarball)).toEqual([]);
  });
});

it.each(LIBRARIES)('the packed %s has types that resolve', async (workspace) => {
  expect(await faultsOfTypes(of(workspace).tarball)).toEqual([]);
});

describe('installed', () => {
  let stranger: string;
  let reached: boolean;
  const bytes = Buffer.alloc(3 << 20, 'a model');

  beforeAll(() => {
    stranger = join(folder, 'stranger');
    mkdirSync(join(stranger, 'my-model'), { recursive: true });
    writeFileSync(join(stranger, 'my-model/weights.bin'), bytes);
    reached = installAll(packed, stranger);
    if (!reached && process.env.BALLAST_CI) throw new Error('no package registry can be reached');
  });
  beforeEach(({ skip }) => skip(!reached, 'no package registry can be reached'));

  /** Runs a program in the stranger's folder and home. */
  function run(node: string, args: readonly string[], path = process.env.PATH ?? '') {
    const env = { PATH: path, HOME: join(stranger, '.home'), NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(node, args, { cwd: stranger, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }
  const BIN = 'node_modules/@ballast-models/cli/bin/ballast.js';
  const ballast = (...args: readonly string[]) => run(process.execPath, [BIN, ...args]);

  it('stays within the budget, and the budget is true', () => {
    const files = readdirSync(join(stranger, 'node_modules'), { recursive: true, withFileTypes: true });
    const sizes = files
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name)).size);
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
    const packages = installedPackages(stranger).length;
    console.log(`installed: ${packages} packages, ${megabytes.toFixed(1)} MB`);
    for (const [now, { most, now: written }] of [
      [packages, budget.packages],
      [megabytes, budget.megabytes],
    ] as const) {
      expect(now).toBeLessThanOrEqual(most);
      // What changes it by a tenth is a decision: it is written down in budget.json.
      expect(Math.abs(now - written)).toBeLessThanOrEqual(written / 10);
    }
  });

  it('stores and retrieves the same bytes', () => {
    expect(ballast('store', 'my-model', 'demo')).toMatchObject({ status: 0 });
    expect(ballast('retrieve', 'demo', 'fetched')).toMatchObject({ status: 0 });
    expect(readFileSync(join(stranger, 'fetched/weights.bin')).equals(bytes)).toBe(true);
    expect(ballast('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('keeps what Node compiled in the cache of the user', () => {
    expect(readdirSync(join(stranger, '.home/.cache/ballast/compile'))).not.toEqual([]);
  });

  it.each(['storage-manager', 'orchestrator-plugin'])('runs the program in the README of %s', (workspace) => {
    const readme = readFileSync(
      join(stranger, 'node_modules/@ballast-models', workspace, 'README.md'),
      'utf8',
    );
    const [, program] = /^```js\n([\s\S]*?)^```$/m.exec(readme)!;
    writeFileSync(join(stranger, 'program.mjs'), program!);
    expect(run(process.execPath, ['program.mjs'])).toMatchObject({ status: 0, stderr: '' });
    const copy = workspace === 'storage-manager' ? 'copy' : 'served';
    expect(readFileSync(join(stranger, copy, 'weights.bin')).equals(bytes)).toBe(true);
  });

  it('runs a program that requires it', () => {
    const program = `
const { ModelStorageManager } = require('@ballast-models/storage-manager');
(async () => {
  const storage = new ModelStorageManager();
  await storage.storeModel('./my-model', 'my-model-v1', 'My Model', 'A test model');
  await storage.retrieveModel('my-model-v1', './output.tar.gz');
  await storage.close();
})();
`;
    writeFileSync(join(stranger, 'program.cjs'), program);
    expect(run(process.execPath, ['program.cjs'])).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = spawnSync('tar', ['-xzOf', join(stranger, 'output.tar.gz'), 'weights.bin'], {
      maxBuffer: 2 * bytes.length,
    });
    expect(stdout.equals(bytes)).toBe(true);
  });

  it.each(LIBRARIES)('is loaded by require: %s', (workspace) => {
    const code = `process.stdout.write(Object.keys(require('@ballast-models/${workspace}')).join(' '))`;
    const { status, stdout, stderr } = run(process.execPath, ['-e', code]);
    const named = { 'storage-manager': 'ModelStorageManager', 'registry-contract': 'abi' }[workspace];
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split(' ')).toContain(named ?? 'InProcessModelSource');
  });

  it.each([
    ['program.mts', 'nodenext', 'nodenext'],
    ['program.cts', 'nodenext', 'nodenext'],
    ['program.mts', 'esnext', 'bundler'],
  ])('has types for %s under %s, %s', (file, module, resolution) => {
    expect(compile(stranger, file, module, resolution)).toBe('');
  });

  const old = olderNode();
  describe.skipIf(old === null)('on an older Node (none found on the PATH)', () => {
    it('says in one line how to get Node 24', () => {
      const { status, stdout, stderr } = run(old ?? '', [BIN, 'list'], '');
      expect({ status, stdout }).toEqual({ status: 8, stdout: '' });
      expect(stderr).toMatch(/^ballast needs Node 24 or newer, but this is v.*: install it [^\n]*\n$/);
    });

    it('takes the Node 24 that is on the PATH', () => {
      const { status, stdout } = run(old ?? '', [BIN, 'list', '--json'], dirname(process.execPath));
      expect({ status, models: JSON.parse(stdout).length }).toEqual({ status: 0, models: 2 });
    });
  });
});

function olderNode(): string | null {
  for (const bin of (process.env.PATH ?? '').split(delimiter)) {
    const { status, stdout } = spawnSync(join(bin, 'node'), ['-p', 'process.versions.node'], {
      encoding: 'utf8',
    });
    if (status === 0 && Number.parseInt(stdout, 10) < 24) return join(bin, 'node');
  }
  return null;
}
