/** `ballast registry`: a real chain, real kills, a key that lies in a keystore. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestChain, type TestChain, writeTree } from '@ballast-models/storage-manager/testing';
import { computeAddress } from 'ethers/transaction';
import { encryptKeystoreJsonSync } from 'ethers/wallet';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startAnvil } from '../../storage-manager/src/registries/embedded/anvil.ts';
import { startEvilRpc } from '../../storage-manager/test/registries/evil-rpc.ts';
import { Ballast, finish, temporaryFolder } from '../../test/e2e/ballast.ts';

interface Deployed {
  readonly address: string;
  readonly codeHash: string;
  readonly transactions: number;
  readonly pending: readonly object[];
}

const DRY_RUN = ['registry', 'deploy', '--dry-run'];
const PASSWORD = 'canary of a password';

async function open(chain: TestChain) {
  const folder = await temporaryFolder('registry');
  const key = await chain.newKey();
  const address = computeAddress(key);
  const keystore = join(folder, 'keystore.json');
  const options = { scrypt: { N: 1 << 12, r: 8, p: 1 } };
  await writeFile(keystore, encryptKeystoreJsonSync({ address, privateKey: key }, PASSWORD, options), {
    mode: 0o600,
  });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const ballast = (env: Readonly<Record<string, string>>) =>
    new Ballast(folder, { ETH_NODE_URL: chain.url, ...env });
  return { folder, key, address, keystore, passwordFile, ballast };
}

describe('on a chain that mines', () => {
  let chain: TestChain;
  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(() => chain.close());

  it('is deployed, proven, and used', async () => {
    const { folder, key, address, ballast } = await open(chain);
    const owner = ballast({ PRIVATE_KEY: key });
    expect(await owner.json(2, 'registry', 'deploy')).toMatchObject({
      error: { next: expect.stringContaining('--yes') },
    });
    expect(await owner.json(0, 'registry', 'deploy', '--dry-run')).toMatchObject({
      deployed: false,
      transactions: 0,
    });
    const deployed = await owner.json<Deployed>(
      0,
      'registry',
      'deploy',
      '--yes',
      '--admin',
      address,
      '--delay',
      '24h',
    );
    expect(deployed).toMatchObject({ chainId: 31337, transactions: 3, pending: [] });
    expect(JSON.parse(await readFile(join(folder, 'deployments/31337.json'), 'utf8'))).toMatchObject({
      address: deployed.address,
    });
    const { stdout } = await owner.run('registry', 'check', '--address', deployed.address);
    for (const line of [
      /^proven 0x/m,
      /^pause +PAUSER +0x\w+ +at once$/m,
      /^announceSuccessor +STEWARD +0x\w+ +after 24 h$/m,
    ])
      expect(stdout).toMatch(line);
    const user = ballast({ PRIVATE_KEY: key, CONTRACT_ADDRESS: deployed.address });
    const { address: proven, codeHash } = deployed;
    const counted = { address: proven, chainId: 31337, codeHash, transactions: 0, gasUsed: '0' };
    expect(await user.json(0, 'registry', 'check')).toMatchObject(counted);
    const model = await writeTree(join(folder, 'model'), { 'w.bin': 'w' });
    expect(await user.json(0, 'store', model, 'local/m', '--yes')).toMatchObject({ version: '1' });
    const wrong = await owner.json(6, 'registry', 'check', '--address', address);
    expect(wrong).toMatchObject({ error: { code: 'CONTRACT_MISMATCH' } });
  });

  it('is deployed, and a model stored, with a key that lies in a keystore', async () => {
    const { folder, keystore, passwordFile, ballast } = await open(chain);
    const flags = ['--keystore', keystore, '--password-file', passwordFile];
    const { address } = await ballast({}).json<Deployed>(0, 'registry', 'deploy', '--yes', ...flags);
    const model = await writeTree(join(folder, 'model'), { 'w.bin': 'w' });
    const byEnvironment = ballast({
      ETH_KEYSTORE: 'keystore.json',
      ETH_PASSWORD_FILE: 'password',
      CONTRACT_ADDRESS: address,
    });
    const stored = await byEnvironment.run('store', model, 'local/m', '--yes');
    expect(stored).toMatchObject({ code: 0 });
    const blockchain = { keystore: 'keystore.json', passwordFile: 'password', contractAddress: address };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ blockchain }));
    const byFile = await ballast({ DEBUG: '1' }).run('store', model, 'local/n', '--yes');
    expect(byFile).toMatchObject({ code: 0 });
    const shown = await ballast({}).run('config');
    for (const { stdout, stderr } of [stored, byFile, shown]) expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('refuses a wrong password, keystores of others, and to guess', async () => {
    const { key, keystore, passwordFile, ballast } = await open(chain);
    const deploy = ['registry', 'deploy', '--yes', '--keystore', keystore];
    const unknown = await ballast({}).json(2, ...deploy);
    expect(unknown).toMatchObject({ error: { next: expect.stringContaining('--password-file') } });
    await writeFile(passwordFile, 'another canary');
    const wrong = await ballast({ DEBUG: '1' }).run(...deploy, '--password-file', passwordFile);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('must open with the password');
    expect(wrong.stderr).not.toMatch(/another canary/);
    expect(await ballast({ PRIVATE_KEY: key, ETH_KEYSTORE: keystore }).json(2, 'config')).toMatchObject({
      error: { code: 'CONFIG_INVALID' },
    });
    execFileSync('chmod', ['644', keystore]);
    expect(await ballast({}).json(7, ...deploy, '--password-file', passwordFile)).toMatchObject({
      error: { code: 'KEY_UNSAFE' },
    });
  });

  it('takes a signer or a keystore that is named before a key of the environment, and refuses two', async () => {
    const { folder, address, keystore, passwordFile, ballast } = await open(chain);
    const poor = await chain.newKey(0n);
    const signer = await startAnvil(['--accounts', '1']);
    onTestFinished(() => signer.stop());
    const [held] = (await signer.rpc.call('eth_accounts', [])) as string[];
    /** Who would have to pay: of an account without funds it is said that it must have some. */
    const payer = async (env: Readonly<Record<string, string>>, ...flags: readonly string[]) => {
      const out = ['--admin', `0x${'b2'.repeat(20)}`, '--out', join(folder, 'unused')];
      const { error } = await ballast(env).json<{ error: { code: string; message: string } }>(
        9,
        ...['registry', 'deploy', '--yes', ...out, ...flags],
      );
      expect(error.code).toBe('FUNDS_INSUFFICIENT');
      return /0x[0-9a-f]{40}/.exec(error.message)?.[0];
    };
    await chain.rpc.call('anvil_setBalance', [address, '0x0']);
    const byKeystore = ['--keystore', keystore, '--password-file', passwordFile];
    const inEnvironment = { ETH_KEYSTORE: keystore, ETH_PASSWORD_FILE: passwordFile };
    expect(await payer({ PRIVATE_KEY: poor })).toBe(computeAddress(poor).toLowerCase());
    expect(await payer({ PRIVATE_KEY: poor }, ...byKeystore)).toBe(address.toLowerCase());
    for (const env of [{ PRIVATE_KEY: poor }, inEnvironment, { ETH_KEYSTORE: join(folder, 'none') }])
      expect(await payer(env, '--signer', signer.url)).toBe(held?.toLowerCase());
    expect(await ballast({ PRIVATE_KEY: poor }).json(2, ...DRY_RUN, '--keystore', '')).toMatchObject({
      error: { message: expect.stringContaining('--keystore') },
    });
    const both = [...DRY_RUN, '--signer', signer.url, ...byKeystore];
    expect(await ballast({}).json(2, ...both)).toMatchObject({
      error: { message: expect.stringContaining('--keystore') },
    });
  });

  it('asks for the password at the terminal, and shows it nowhere', async () => {
    const { keystore, ballast } = await open(chain);
    const { env } = ballast({});
    const bin = join(import.meta.dirname, '../bin/ballast.js');
    const command = `'${process.execPath}' '${bin}' registry deploy --yes --keystore '${keystore}'`;
    const terminal = spawn('script', ['-qefc', command, '/dev/null'], { env, cwd: env.HOME });
    const ended = finish(terminal);
    await said(terminal, 'password of');
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(PASSWORD);
    terminal.stdin.write(`${PASSWORD}\r`);
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/(deployed|stands already) 0x/)]);
    expect(stdout).not.toContain(PASSWORD);
  });
});

it('is finished by the next run, wherever one was killed', async () => {
  const chain = await startTestChain(['--no-mining']);
  try {
    const { key, address, ballast } = await open(chain);
    const nonce = async (block: string) =>
      Number(await chain.rpc.call('eth_getTransactionCount', [address, block]));
    const deploy = ['registry', 'deploy', '--yes', '--admin', address];
    let looks = 0;
    let waits = () => {};
    const { url } = await startEvilRpc(chain.url, ({ method, params }) => {
      if (method === 'eth_getTransactionCount' && params[1] === 'pending' && ++looks === 2) waits();
      return false;
    });
    const run = ballast({ PRIVATE_KEY: key, ETH_NODE_URL: url });
    for (let sent = 1; sent <= 3; sent += 1) {
      const child = run.start(...deploy);
      const ended = finish(child);
      await vi.waitFor(async () => expect(await nonce('pending')).toBe(sent), {
        timeout: 30_000,
        interval: 50,
      });
      child.kill('SIGKILL');
      expect(await ended).toMatchObject({ signal: 'SIGKILL' });
      // Every other run finds its transaction still on its way: the next must wait for it and send no second one.
      if (sent !== 2) await chain.rpc.call('evm_mine', []);
      else {
        looks = 0;
        waits = () => void chain.rpc.call('evm_mine', []);
      }
    }
    const done = await run.json<Deployed>(0, ...deploy);
    expect(done).toMatchObject({ transactions: 0, pending: [] });
    expect(await nonce('latest')).toBe(3);
    expect(await ballast({}).json(0, 'registry', 'check', '--address', done.address)).toMatchObject({
      paused: false,
    });
  } finally {
    await chain.close();
  }
});

function said({ stdout }: ChildProcess, text: string): Promise<void> {
  let all = '';
  return new Promise((resolve) =>
    stdout?.on('data', (piece) => {
      all += piece;
      if (all.includes(text)) resolve();
    }),
  );
}
