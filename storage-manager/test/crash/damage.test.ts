/** Each file of a machine's state damaged in each way: a store heals it, or the error names it; nothing waits for ever. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canBuildShim } from '../../src/testing/disk/fs-shim.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { retrieve } from './commands.ts';
import { Lab, PROGRAM } from './lab.ts';
import { atPoints, LONG_MS } from './points.ts';

const replaced = async (path: string, make: () => unknown) => {
  await rm(path);
  await make();
};

const WAYS: Readonly<Record<string, (path: string) => unknown>> = {
  'a flipped byte in it': async (path) => {
    const bytes = await readFile(path);
    if (bytes.length > 0) bytes[bytes.length >> 1]! ^= 0xff;
    await writeFile(path, bytes);
  },
  'half of it': async (path) => truncate(path, (await readFile(path)).length >> 1),
  'nothing in it': (path) => truncate(path, 0),
  'zeros in it': async (path) => writeFile(path, new Uint8Array((await readFile(path)).length || 100)),
  'a folder in its place': (path) => replaced(path, () => mkdir(path)),
  'a link in its place': (path) => replaced(path, () => symlink('/dev/zero', path)),
  'a pipe in its place': (path) => replaced(path, () => execFileSync('mkfifo', [path])),
  'no such file': (path) => rm(path),
};

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

/** In a process of its own: one that hangs is killed, and that is told. */
function storeAgain(disk: string, chain: string): Promise<{ exit: number | string | null; output: string }> {
  const args = ['--conditions=ballast-source', PROGRAM, disk, chain, 'store', lab.path('one')];
  const env = { ...process.env, NODE_COMPILE_CACHE: lab.path('compiled') };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ exit: error === null ? 0 : (error.code ?? null), output: stdout + stderr });
    });
  });
}

test.skipIf(!canBuildShim())(
  'C12: every file of the state, in every way',
  async () => {
    const { disk } = lab.template;
    const found = await readdir(disk, { recursive: true, withFileTypes: true });
    const files = found
      .filter((entry) => entry.isFile())
      .map((entry) => relative(disk, join(entry.parentPath, entry.name)));
    const cases = files.flatMap((file) => Object.keys(WAYS).map((way) => [file, way] as const));
    expect(files.length).toBeGreaterThan(8);
    const one = await treeDigests(lab.path('one'));
    await atPoints('damage', cases.length, 12, async (at) => {
      const [file, way] = cases[at - 1]!;
      const places = await lab.attempt();
      const path = join(places.disk, file);
      await WAYS[way]!(path);
      const { exit, output } = await storeAgain(places.disk, places.chain);
      const where = `${file} with ${way}: exit ${exit}, ${output}`;
      if (exit === 0) {
        const out = join(places.disk, 'out');
        await lab.using(places, (machine) => retrieve(machine, out));
        expect(await treeDigests(out), where).toEqual(one);
      } else {
        expect([4, 8], where).toContain(exit);
        expect(output, where).toContain(path);
      }
      await rm(dirname(places.disk), { recursive: true });
    });
  },
  LONG_MS,
);
