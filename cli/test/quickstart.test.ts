import { execFile } from 'node:child_process';
import { access, chmod, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { safetensors, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

const shell = promisify(execFile);

const STEPS = [
  /^Node 24\./,
  /^made a private chain and a store in /,
  /^made a safetensors model of 40 tensors \(64 MiB\), and a fine-tune with 5 % of them changed$/,
  /^stored local\/demo version 1: 82 chunks, 64\.1 MiB; every block read back, then 2 transactions$/,
  /^stored local\/demo version 2: 4 new chunks, 3\.2 MiB; dedupe saved 60\.9 MiB of 64\.1 MiB$/,
  /^retrieved local\/demo version 2: 2 files, 64\.1 MiB, equal byte for byte$/,
  /^flipped one bit in the store, in the middle of chunk \d+$/,
  /^the fetch is refused \(CHUNK_CORRUPT, exit 4\) and nothing written$/,
  /^stored the same files again: 1 block repaired, 0 transactions$/,
  /^retrieved again local\/demo version 2: 2 files, 64\.1 MiB, equal byte for byte$/,
];

it('shows the whole of it, again and again, without touching what is mine', async () => {
  const folder = await temporaryFolder('quickstart');
  // Nothing of the user's configuration is read.
  const ballast = new Ballast(folder, { PRIVATE_KEY: 'YOUR_PRIVATE_KEY' });
  for (const _ of ['first', 'second']) {
    const { steps } = await ballast.json<{ steps: { text: string }[] }>(0, 'quickstart');
    expect(steps.map(({ text }) => text)).toEqual(STEPS.map((step) => expect.stringMatching(step)));
  }
  expect(await readdir(ballast.home)).toEqual(['quickstart']);
});

it('prints steps in order, the damage by name, and commands that work', async () => {
  const folder = await temporaryFolder('quickstart');
  const ballast = new Ballast(folder);
  const { code, stdout } = await ballast.run('quickstart');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    / 8\. the fetch is refused .*\n +chunk \d+ of local\/demo@2 \(model\.safetensors, bytes \d+-\d+\)/,
  );
  const exported = /export BALLAST_HOME=(\S+)/.exec(stdout)?.[1];
  const commands = [...stdout.matchAll(/^ {2}(node .* (?:list|info|verify|retrieve) ?.*)$/gm)].map(
    (match) => match[1]!,
  );
  expect(commands).toHaveLength(4);
  const env = { ...ballast.env, BALLAST_HOME: exported };
  for (const command of commands) await shell('sh', ['-c', command], { cwd: folder, env });
  await access(join(folder, 'demo-model', 'model.safetensors'));

  const reset = /this deletes both: (.*)/.exec(stdout)![1]!;
  await shell('sh', ['-c', reset], { cwd: folder, env: ballast.env });
  expect(await readdir(join(exported!, 'store'))).toEqual(['lock']);
});

it('takes a folder of mine and leaves it as it is', async () => {
  const folder = await temporaryFolder('quickstart');
  const mine = await writeTree(join(folder, 'mine'), {
    'w.safetensors': safetensors(8, 900_000),
    'note.txt': 'hi',
  });
  // Root may write to it all the same; others may not.
  await chmod(join(mine, 'w.safetensors'), 0o444);
  const before = await treeDigests(mine);
  const { steps } = await new Ballast(folder).json<{ steps: { text: string }[] }>(0, 'quickstart', mine);
  expect(steps).toHaveLength(STEPS.length);
  expect(await treeDigests(mine)).toEqual(before);
});

it.each<[string, number, string, Record<string, string>?]>([
  ['absent', 2, 'SOURCE_UNREADABLE'],
  ['empty', 2, 'SOURCE_UNREADABLE', {}],
  ['linked', 7, 'PATH_UNSAFE', { 'w.bin': 'weights' }],
])('refuses what is %s, as a store does', async (name, exit, code, files) => {
  const folder = await temporaryFolder('quickstart');
  const mine = join(folder, name);
  if (files !== undefined) await writeTree(mine, files);
  if (name === 'linked') await symlink('w.bin', join(mine, 'link'));
  const { error } = await new Ballast(folder).json<Failed>(exit, 'quickstart', mine);
  expect(error).toMatchObject({ code, exit, message: expect.stringContaining(mine) });
});
