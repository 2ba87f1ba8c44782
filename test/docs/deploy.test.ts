/** docs/deploy.md: each command on it, run against two chains, prints what the page says. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptKeystoreJsonSync } from 'ethers/wallet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Anvil, startAnvil } from '../../storage-manager/src/registries/embedded/anvil.ts';
import { Account } from '../../storage-manager/src/registries/ethereum/account.ts';
import { finish } from '../e2e/ballast.ts';
import { root } from '../rules/source-tree.ts';
import { putBallast } from './command.ts';
import { matches, sessions } from './console.ts';

const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
const KEY = `0x${'5e'.repeat(32)}`;
const PASSWORD = 'of the page';

let folder: string;
let chains: readonly Anvil[];
let signer: Anvil;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-deploying-'));
  const ids = ['31337', '10'];
  chains = await Promise.all(ids.map((id) => startAnvil(['--chain-id', id, '--slots-in-an-epoch', '1'])));
  const { address } = new Account(KEY);
  signer = await startAnvil(['--chain-id', '31337', '--accounts', '1']);
  const [held] = Object(await signer.rpc.call('eth_accounts', []));
  for (const { rpc } of chains)
    for (const payer of [address, held]) await rpc.call('anvil_setBalance', [payer, '0xde0b6b3a7640000']);
  const options = { scrypt: { N: 2, r: 8, p: 1 } };
  const keystore = encryptKeystoreJsonSync({ address, privateKey: KEY }, PASSWORD, options);
  writeFileSync(join(folder, 'deployer.json'), keystore, { mode: 0o600 });
  writeFileSync(join(folder, 'password'), PASSWORD, { mode: 0o600 });
  mkdirSync(join(folder, 'my-model'));
  writeFileSync(join(folder, 'my-model/weights.bin'), 'weights');
  env = {
    PATH: putBallast(folder),
    HOME: folder,
    BALLAST_HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  };
});
afterAll(async () => {
  await Promise.all([...chains, signer].map((anvil) => anvil.stop()));
  rmSync(folder, { recursive: true, force: true });
});

it('prints what it says', async () => {
  const shown = sessions(page);
  expect(shown.length).toBeGreaterThan(8);
  const wrong: object[] = [];
  let exports = '';
  for (const { command, printed } of shown) {
    if (command.startsWith('export ')) exports += `${command}\n`;
    const [first = '', second = ''] = chains.map(({ url }) => url);
    const script = `${exports}${command}`
      .replaceAll('http://localhost:8545', first)
      .replaceAll('http://localhost:9545', second)
      .replaceAll('http://localhost:9000', signer.url);
    // Never spawnSync: the chains say much, and nobody would read it meanwhile.
    const { stdout, stderr } = await finish(spawn('bash', ['--norc', '-c', script], { cwd: folder, env }));
    // What is for programs comes after what is for people, as a terminal shows a command's last hint.
    const hints = stderr.split('\n').filter((line) => line.startsWith('use it: '));
    const rest = stderr.split('\n').filter((line) => !line.startsWith('use it: '));
    const output = [...rest.filter(Boolean), stdout.trimEnd(), ...hints]
      .join('\n')
      .replaceAll(`node ${join(root, 'cli/bin/ballast.js')}`, 'ballast');
    if (!matches(printed, output)) wrong.push({ command, printed, output });
  }
  expect(wrong).toEqual([]);
});
