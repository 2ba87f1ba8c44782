import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseKey, refuseState } from '../../src/config/off-limits.ts';
import { ADDRESS, KEY, temporaryFolder, writeConfig } from './folder.ts';

const unsafe = { code: 'PATH_UNSAFE', exit: 7 };

describe('the state folder', () => {
  it.each(['home', 'home/', 'home/key', 'home/new/deep', '.', 'x/../home', 'link', 'link/key', 'home/out'])(
    'is out of bounds: %s',
    async (path) => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, 'home'));
      await symlink(join(folder, 'home'), join(folder, 'link'));
      await symlink(folder, join(folder, 'home', 'out'));
      await expect(refuseState(join(folder, path), join(folder, 'home'))).rejects.toMatchObject(unsafe);
    },
  );

  it('may be a link, and need not exist', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'disk'));
    await symlink(join(folder, 'disk'), join(folder, 'home'));
    const refused = refuseState(join(folder, 'disk', 'x'), join(folder, 'home'));
    await expect(refused).rejects.toMatchObject(unsafe);
    await expect(refuseState(join(folder, 'none', 'x'), join(folder, 'none'))).rejects.toMatchObject(unsafe);
  });

  it.each(['home2', 'homes/x', '..home', 'model'])('ends where it ends: %s', async (path) => {
    const folder = await temporaryFolder();
    await refuseState(join(folder, path), join(folder, 'home'));
  });
});

describe('a configuration', () => {
  it.each<[string, object]>([
    ['sound', { blockchain: { rpcUrl: 'http://x', contractAddress: ADDRESS, privateKey: KEY } }],
    ['of another version', { blockchain: { privateKey: KEY.slice(2) }, model_type: 'llama', later: 1 }],
  ])('with a key is not published: %s', async (_, config) => {
    const folder = await temporaryFolder();
    const file = await writeConfig(join(folder, 'config.json'), JSON.stringify(config));
    const refused = { code: 'KEY_UNSAFE', exit: 7, message: expect.not.stringContaining('abab') };
    await expect(refuseKey(folder)).rejects.toMatchObject(refused);
    await expect(refuseKey(file)).rejects.toMatchObject(refused);
  });

  it.each(['{}', 'null', '[1]', 'no JSON', '{"blockchain":null}', '{"blockchain":{"privateKey":"<key>"}}'])(
    'without one may be: %s',
    async (text) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'config.json'), text);
      await refuseKey(folder);
      await refuseKey(join(folder, 'none'));
    },
  );
});
