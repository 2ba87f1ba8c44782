/** Which chain is meant while it is out of reach and no id is configured. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { knownChainId } from '../../src/config/known-chain.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { TrustError } from '../../src/errors.ts';
import { writeLockfile } from '../../src/format/lockfile.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseModelName, parseNamespace, parseVersion } from '../../src/ids/reference.ts';
import { ethereumId } from '../../src/registries/registry-id.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { Lockfile } from '../../src/trust/lockfile.ts';
import { Seen } from '../../src/trust/seen.ts';
import { temporaryFolder } from './folder.ts';

const CONTRACT = `0x${'ab'.repeat(20)}`;
const model = parseModelName('acme/tiny');
const version = parseVersion('1');

let seen: Seen;
let lockfile: Lockfile;
beforeEach(async () => {
  const folder = await temporaryFolder();
  seen = await Seen.open(join(folder, 'seen.sqlite'));
  lockfile = new Lockfile(join(folder, 'models.lock'));
  onTestFinished(() => seen.close());
});

function unreachable(): TrustError {
  return new TrustError('CHAIN_UNREACHABLE', { should: 'it must answer', was: 'it does not', next: 'wait' });
}

function known(error: unknown, chainId?: number): Promise<number> {
  const blockchain = {
    rpcUrl: 'http://127.0.0.1:9',
    contractAddress: CONTRACT.toUpperCase().replace('0X', '0x'),
  };
  const { chain } = settingsOf({ blockchain: { ...blockchain, ...(chainId && { chainId }) } }, '/home');
  return knownChainId(error, chain!, seen, lockfile);
}

async function reached(chainId: number, contract = CONTRACT): Promise<void> {
  const registry = new MemoryRegistry();
  await registry.publish(randomRequest(model, version));
  const found = await registry.resolve(model, { kind: 'version', version });
  await seen.reached(ethereumId(chainId, contract), parseNamespace('acme'), found.asOf, Date.now());
}

async function locked(chainId: number): Promise<void> {
  const digest = digestOf(new Uint8Array());
  const release = { model, version, manifest: digest, chunkRoot: digest, chunkCount: 1, bytes: 1 };
  const entry = {
    ...{ reference: `${model}@${version}`, release, chainId, genesis: `0x${'00'.repeat(32)}` },
    ...{ registry: CONTRACT, channelSeq: null, statementKey: null, status: 'active' as const },
    ...{ block: 1, time: new Date(0) },
  };
  await writeFile(lockfile.name, writeLockfile([entry]));
}

test('the one on which this machine has reached the contract, or the lock file names it', async () => {
  const error = unreachable();
  await expect(known(error)).rejects.toBe(error);
  await reached(7, `0x${'cd'.repeat(20)}`);
  await expect(known(error)).rejects.toBe(error);
  await reached(10);
  expect(await known(error)).toBe(10);
  await locked(10);
  expect(await known(error)).toBe(10);
});

test('none where they name several: a contract may have one address on all chains', async () => {
  const error = unreachable();
  await locked(1);
  expect(await known(error)).toBe(1);
  await reached(10);
  await expect(known(error)).rejects.toBe(error);
});

test('none where one is configured, or where the chain did answer', async () => {
  await reached(10);
  const error = unreachable();
  await expect(known(error, 10)).rejects.toBe(error);
  const other = new TrustError('CHAIN_MISMATCH', { should: 'a', was: 'b', next: 'c' });
  await expect(known(other)).rejects.toBe(other);
});
