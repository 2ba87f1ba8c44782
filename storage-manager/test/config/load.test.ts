import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { ADDRESS, KEY, temporaryFolder, writeConfig } from './folder.ts';

describe('precedence', () => {
  it('is flag, environment, project file, user file', async () => {
    const cwd = await temporaryFolder();
    const home = join(cwd, 'home');
    await mkdir(home);
    await writeConfig(join(home, 'config.json'), {
      ipfs: { host: 'user', port: 1 },
      namespace: 'user',
      stores: ['local'],
    });
    const project = await writeConfig(join(cwd, 'config.json'), { ipfs: { port: 2 }, namespace: 'project' });
    const env = { BALLAST_HOME: home, BALLAST_KUBO_API: 'https://env:3' };

    const fromFiles = await loadConfig({ cwd, env: { BALLAST_HOME: home } });
    expect(fromFiles.config).toEqual({
      ipfs: { host: 'user', port: 2 },
      namespace: 'project',
      stores: ['local'],
    });
    expect(fromFiles.origins.get('ipfs.port')).toBe(project);

    const all = await loadConfig({ cwd, env, flags: { stores: ['kubo'] } });
    expect(all.config).toEqual({
      ipfs: { host: 'env', port: 3, protocol: 'https' },
      namespace: 'project',
      stores: ['kubo'],
    });
    expect(all.origins.get('stores')).toBe('command line');
    expect(all.origins.get('ipfs.host')).toBe('BALLAST_KUBO_API');
    expect(all.origins.get('namespace')).toBe(project);
  });

  it('takes the key from the first place that names one, as key or as keystore', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'config.json'), {
      blockchain: { keystore: 'keys/k.json', passwordFile: 'p' },
    });
    const blockchainOf = async (env: Environment, flags?: Config) =>
      (await loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'none'), ...env }, flags })).config.blockchain;
    const [keystore, passwordFile] = [join(cwd, 'keys/k.json'), join(cwd, 'p')];
    expect(await blockchainOf({})).toEqual({ keystore, passwordFile });
    expect(await blockchainOf({ PRIVATE_KEY: KEY })).toEqual({ privateKey: KEY, passwordFile });
    const flags = { blockchain: { keystore: 'other.json' } };
    expect(await blockchainOf({ PRIVATE_KEY: KEY }, flags)).toEqual({
      keystore: join(cwd, 'other.json'),
      passwordFile,
    });
    await expect(blockchainOf({ PRIVATE_KEY: KEY, ETH_KEYSTORE: 'k' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('--config stands in for ./config.json and must exist', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'config.json'), { namespace: 'project' });
    await writeConfig(join(cwd, 'other.json'), { namespace: 'other' });
    const env = { BALLAST_HOME: cwd };
    expect(
      (await loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'none') }, file: 'other.json' })).config,
    ).toEqual({
      namespace: 'other',
    });
    await expect(loadConfig({ cwd, env, file: 'missing.json' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

it('reads every variable, and empty ones as unset', async () => {
  const cwd = await temporaryFolder();
  const env = {
    BALLAST_HOME: 'state',
    BALLAST_KUBO_API: 'http://127.0.0.1:5001',
    BALLAST_KUBO_GATEWAY: 'http://127.0.0.1:8080',
    ETH_NODE_URL: 'http://127.0.0.1:8545',
    CONTRACT_ADDRESS: ADDRESS,
    PRIVATE_KEY: '',
    ETH_PRIVATE_KEY: KEY,
  };
  const { home, config, origins } = await loadConfig({ cwd, env });
  expect(home).toBe(join(cwd, 'state'));
  expect(config).toEqual({
    ipfs: { host: '127.0.0.1', port: 5001, protocol: 'http', gateway: 'http://127.0.0.1:8080' },
    blockchain: { rpcUrl: 'http://127.0.0.1:8545', contractAddress: ADDRESS, privateKey: KEY },
  });
  expect(origins.get('blockchain.privateKey')).toBe('ETH_PRIVATE_KEY');
});

it('keeps state in ~/.ballast by default', async () => {
  const cwd = await temporaryFolder();
  expect((await loadConfig({ cwd, env: {} })).home).toBe(join(homedir(), '.ballast'));
});

describe('keys', () => {
  it('are read from a file that is mine alone', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'key'), `${KEY}\n`);
    const env = { BALLAST_HOME: cwd, PRIVATE_KEY_FILE: 'key' };
    expect((await loadConfig({ cwd, env })).config.blockchain?.privateKey).toBe(KEY);
  });

  it.each([0o644, 0o640, 0o604, 0o660])('are refused in a key file of mode %o', async (mode) => {
    const cwd = await temporaryFolder();
    const path = await writeConfig(join(cwd, 'key'), KEY, mode);
    const refused = loadConfig({ cwd, env: { BALLAST_HOME: cwd, ETH_PRIVATE_KEY_FILE: 'key' } });
    await expect(refused).rejects.toMatchObject({
      code: 'KEY_UNSAFE',
      exit: 7,
      next: `run: chmod 600 ${path}`,
    });
  });

  it('are refused in a configuration that others can read; without a key it may be read', async () => {
    const cwd = await temporaryFolder();
    const path = join(cwd, 'config.json');
    const env = { BALLAST_HOME: join(cwd, 'home') };
    await writeConfig(path, { blockchain: { privateKey: KEY } }, 0o644);
    await expect(loadConfig({ cwd, env })).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
    await writeConfig(path, { namespace: 'acme' }, 0o644);
    expect((await loadConfig({ cwd, env })).config).toEqual({ namespace: 'acme' });
  });

  it('are refused behind a link', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'key'), KEY);
    await symlink(join(cwd, 'key'), join(cwd, 'link'));
    const refused = loadConfig({ cwd, env: { BALLAST_HOME: cwd, PRIVATE_KEY_FILE: 'link' } });
    await expect(refused).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
  });

  it('are named once', async () => {
    const cwd = await temporaryFolder();
    const refused = loadConfig({ cwd, env: { BALLAST_HOME: cwd, PRIVATE_KEY: KEY, ETH_PRIVATE_KEY: KEY } });
    await expect(refused).rejects.toThrow('PRIVATE_KEY and ETH_PRIVATE_KEY are set');
  });
});

describe('a wrong file', () => {
  it.each([
    ['unknown keys', { ipfs: { hots: 'x' } }, 'ipfs: Unrecognized key: "hots"'],
    ['unknown blocks', { blokchain: {} }, 'Unrecognized key: "blokchain"'],
    ['wrong types', { ipfs: { port: '5001' } }, 'ipfs.port'],
    ['unknown stores', { stores: ['s3'] }, 'stores.0'],
  ])('is refused for %s', async (_, config, told) => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'config.json'), JSON.stringify(config));
    const refused = loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'home') } });
    await expect(refused).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(told),
    });
  });

  it('is refused without quoting it, for it may hold the key', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(join(cwd, 'config.json'), `{"blockchain": {"privateKey": ${KEY}}}`);
    const error = await loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'home') } }).catch(
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain('abab');
  });

  it('may be a folder', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'config.json'));
    const refused = loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'home') } });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

it("a model's own config.json in the working folder is left alone", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'config.json'), JSON.stringify({ model_type: 'llama', architectures: ['X'] }));
  expect((await loadConfig({ cwd, env: { BALLAST_HOME: join(cwd, 'home') } })).config).toEqual({});
});
