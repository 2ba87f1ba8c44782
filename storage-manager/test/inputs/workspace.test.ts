import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sweepWorkspaces, withWorkspace } from '../../src/inputs/workspace.ts';
import { newFolder, put } from './folder.ts';

it('gives a folder that only its owner enters, and leaves nothing behind', async () => {
  const workspaces = join(await newFolder(), 'unpacked');
  const mode = await withWorkspace(
    workspaces,
    async (folder) => {
      await writeFile(join(folder, 'file'), 'x');
      return (await stat(folder)).mode & 0o777;
    },
    {},
  );
  expect(mode).toBe(0o700);
  expect(await readdir(workspaces)).toEqual([]);
});

it('leaves nothing behind after a failure either', async () => {
  const workspaces = join(await newFolder(), 'unpacked');
  const failing = withWorkspace(workspaces, () => Promise.reject(new Error('no')), {});
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(workspaces)).toEqual([]);
});

it('C15: sweeps what a killed process has left, and nothing of one that lives', async () => {
  const workspaces = join(await newFolder(), 'unpacked');
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), workspaces]);
  const [told] = (await once(holder.stdout, 'data')) as [Buffer];
  const folder = told.toString().trim();

  await sweepWorkspaces(workspaces);
  expect(existsSync(join(folder, 'file'))).toBe(true);

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(existsSync(join(folder, 'file'))).toBe(true);
  await sweepWorkspaces(workspaces);
  expect(await readdir(workspaces)).toEqual([]);
});

it('leaves what it has not made: the folder may be a link to a larger disk', async () => {
  const workspaces = await newFolder();
  await put(workspaces, { 'my-model/w.bin': 'x', 'notes.txt': 'x' });
  await sweepWorkspaces(workspaces);
  expect((await readdir(workspaces)).sort()).toEqual(['my-model', 'notes.txt']);
});

it('sweeps where there is nothing yet', async () => {
  await expect(sweepWorkspaces(join(await newFolder(), 'unpacked'))).resolves.toBeUndefined();
});
