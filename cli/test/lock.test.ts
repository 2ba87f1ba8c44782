/** `models.lock` as somebody meets it who does not know it: other names, links, and a chain that began anew or is gone. */
import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

async function withModel() {
  const folder = await temporaryFolder('lock');
  const ballast = new Ballast(folder);
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
  await ballast.json(0, 'store', model, 'm');
  const error = async (exit: number, ...args: readonly string[]) =>
    (await ballast.json<Failed>(exit, ...args)).error;
  return { folder, ballast, model, error };
}

it('--locked holds to the file that --lock names, and not to none', async () => {
  const { ballast, error } = await withModel();
  await ballast.json(0, 'lock', 'm', '--lock', 'other.lock');
  await ballast.json(0, 'info', 'm', '--locked', '--lock', 'other.lock');
  expect(await error(6, 'info', 'm', '--locked')).toMatchObject({ code: 'LOCK_MISSING' });
  expect(await error(2, 'info', 'm', '--locked', '--no-lock')).toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: "option '--no-lock' cannot be used with option '--locked'",
  });
});

it('a link stays a link, and one that leads nowhere is not taken for no lock file', async () => {
  const { folder, ballast, error } = await withModel();
  const link = join(folder, 'models.lock');
  await mkdir(join(folder, 'shared'));
  await symlink('shared/models.lock', link);
  for (const args of [['info', 'm'], ['lock'], ['lock', 'm']])
    expect(await error(2, ...args)).toMatchObject({
      code: 'LOCK_INVALID',
      message: `${link} must be a lock file, but it is a link that leads to none`,
    });
  await ballast.json(0, 'lock', 'm', '--lock', 'shared/models.lock');
  await ballast.json(0, 'lock', 'm@1');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(link, 'utf8')).toMatch(/m@1"(.|\n)*m@latest"/);
  await ballast.json(0, 'info', 'm', '--locked');
});

it('after a reset the error says how an entry is given up, and giving it up says which one there is not', async () => {
  const { ballast, model, error } = await withModel();
  await ballast.json(0, 'lock', 'm');
  await ballast.json(0, 'reset', '--yes');
  await writeFile(join(model, 'w.bin'), 'others');
  await ballast.json(0, 'store', model, 'm');
  expect(await error(6, 'info', 'm')).toMatchObject({
    code: 'LOCK_MISMATCH',
    next: expect.stringMatching(/begun anew, as by `.* reset`, `.* lock --remove REF`/),
  });
  expect((await error(2, 'lock', '--remove', 'm', 'm@7')).message).toMatch(
    /models\.lock must have an entry for each reference, but it has none for local\/m@7$/,
  );
  await ballast.json(0, 'lock', '--remove', 'm');
  expect(await ballast.json(0, 'lock')).toEqual([]);
});

it('an entry of a chain that is gone can be given up', async () => {
  const { folder, ballast } = await withModel();
  const [{ reference }] = (await ballast.json(0, 'lock', 'm').then(() => ballast.json(0, 'lock'))) as [
    { reference: string },
  ];
  const gone = { ETH_NODE_URL: 'http://127.0.0.1:9', CONTRACT_ADDRESS: `0x${'12'.repeat(20)}` };
  const away = new Ballast(folder, gone);
  expect(await away.json(0, 'lock', '--remove', reference)).toMatchObject([{ reference }]);
  expect(await away.json(0, 'lock')).toEqual([]);
});
