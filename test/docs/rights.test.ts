/** docs/rights.md: each command on it, run against a chain, prints what the page says. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../../storage-manager/src/testing/nodes/anvil.ts';
import { finish } from '../e2e/ballast.ts';
import { root } from '../rules/source-tree.ts';
import { putBallast } from './command.ts';
import { matches, sessions } from './console.ts';

const page = readFileSync(join(root, 'docs/rights.md'), 'utf8');

let folder: string;
let chain: TestChain;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-rights-'));
  chain = await startTestChain();
  mkdirSync(join(folder, 'my-model'));
  writeFileSync(join(folder, 'my-model/weights.bin'), 'weights');
  env = {
    ...{ PATH: putBallast(folder) },
    ...{ HOME: folder, BALLAST_HOME: join(folder, 'home'), LANG: 'C.UTF-8', NO_COLOR: '1' },
    ...{ ETH_NODE_URL: chain.url, CONTRACT_ADDRESS: chain.contract, PRIVATE_KEY: await chain.newKey() },
  };
});
afterAll(async () => {
  await chain.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a command says; a minute of the chain passes where it waits for one. */
async function run(command: string): Promise<string> {
  // Never spawnSync: the chain says much, and nobody would read it meanwhile.
  const child = spawn('bash', ['--norc', '-c', command], { cwd: folder, env });
  child.stderr.on('data', (text) => {
    if (String(text).includes('to go: the chain takes')) void chain.rpc.call('evm_increaseTime', [61]);
  });
  const { stdout, stderr } = await finish(child);
  const ends = (line: string) => /^(fetch it: |nothing was sent)/.test(line);
  const lines = stderr.split('\n').filter(Boolean);
  return [...lines.filter((line) => !ends(line)), stdout.trimEnd(), ...lines.filter(ends)].join('\n');
}

/** The Safe of the page does what it is told. */
async function sendPrepared(output: string): Promise<void> {
  const { from, to, data } = Object.fromEntries(
    [...output.matchAll(/^ {2}(from|to|data) +(0x\w+)$/gm)].map(([, name, value]) => [name, value]),
  );
  if (data === undefined) return;
  await chain.rpc.call('anvil_impersonateAccount', [from]);
  await chain.rpc.call('anvil_setBalance', [from, '0xde0b6b3a7640000']);
  await chain.rpc.call('eth_sendTransaction', [{ from, to, data }]);
  await chain.rpc.call('evm_mine', []);
}

it('prints what it says', async () => {
  const wrong: object[] = [];
  const shown = sessions(page);
  expect(shown.length).toBeGreaterThan(8);
  for (const { command, printed } of shown) {
    const output = await run(command);
    await sendPrepared(output);
    if (!matches(printed, output)) wrong.push({ command, printed, output });
  }
  expect(wrong).toEqual([]);
});
