import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { abi } from '../src/index.ts';

const read = async (path: string): Promise<string> =>
  await readFile(new URL(`../${path}`, import.meta.url), 'utf8');

const readme = await read('README.md');

test('the example in the README is the one that is compiled and tested', async () => {
  const [, example] = /^```solidity\n([\s\S]*?)^```$/m.exec(readme)!;
  const source = await read('test/examples/ChunkReports.sol');
  expect(example).toBe(source.replaceAll('../../contracts/', '@ballast-models/registry-contract/contracts/'));
});

test('the README lists every event, and no other', () => {
  const [, table] = /^## Events\n([\s\S]*?)^\[/m.exec(readme)!;
  const listed = [...table!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  const declared = abi.flatMap((entry) => (entry.type === 'event' ? [entry.name as string] : []));
  // ERC-5267 declares one for contracts whose domain can change.
  expect(listed.sort()).toEqual(declared.filter((name) => name !== 'EIP712DomainChanged').sort());
});

test.each(['README.md', '../docs/spec.md'])(
  '%s has every type of signed data, letter by letter',
  async (page) => {
    const source = await read('contracts/lib/TypedData.sol');
    const types = [...source.matchAll(/"(\w+\([^"]*\))"/g)].map(([, type]) => type!);
    expect(types.length).toBe(6);
    const lines = (await read(page)).split('\n');
    for (const type of types) expect(lines).toContain(type);
  },
);
