/** Anyone can compile what ships: standard-input.json and the compiler are enough, in any folder. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256 } from 'ethers';
import { expect, test } from 'vitest';
import { root } from '../scripts/foundry.ts';
import { storageLines } from '../scripts/snapshots.ts';
import type { Compiled } from '../scripts/standard-input.ts';
import * as shipped from '../src/index.ts';

const input = readFileSync(join(root, 'standard-input.json'));
const options = { cwd: tmpdir(), input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
const { stdout } = spawnSync(process.execPath, [join(root, 'tools/solc'), '--standard-json'], options);
const { contracts } = JSON.parse(stdout) as { contracts: Record<string, Record<string, Compiled>> };
const byName: Record<string, Compiled> = Object.assign({}, ...Object.values(contracts));
const creation = (name: string) => `0x${byName[name]!.evm.bytecode.object}`;
const runtime = (name: string) => `0x${byName[name]!.evm.deployedBytecode.object}`;

test.each([
  ['ChunkedModelRegistry', shipped.bytecode, shipped.runtimeCodeHash],
  ['AccessManager', shipped.accessManagerBytecode, shipped.accessManagerCodeHash],
])('it makes the %s that ships', (name, bytecode, codeHash) => {
  expect(creation(name)).toBe(bytecode);
  expect(keccak256(runtime(name))).toBe(codeHash);
});

test('it makes the reader that ships', () => {
  expect(keccak256(runtime('RegistryReader'))).toBe(shipped.readerCodeHash);
});

test.each(['ChunkedModelRegistry', 'RegistryReader', 'AccessManager'])('%s fits into a contract', (name) => {
  // EIP-170: code of a contract; EIP-3860: code that creates one. Each byte is two digits.
  expect(runtime(name).length - 2).toBeLessThan(2 * 24_576);
  expect(creation(name).length - 2).toBeLessThan(2 * 49_152);
});

test('the reader finds the storage of the registry as the registry wrote it', () => {
  const { variables: own = [] } = storageLines(byName.RegistryReader!.storageLayout);
  const { variables: lent = [] } = storageLines(byName.ChunkedModelRegistry!.storageLayout);
  expect(own.length).toBeGreaterThan(0);
  expect(lent.slice(0, own.length)).toEqual(own);
});
