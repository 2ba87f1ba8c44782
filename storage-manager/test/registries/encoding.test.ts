import { randomBytes } from 'node:crypto';
import { abi } from '@ballast-models/registry-contract';
import { Interface, SigningKey, Transaction } from 'ethers';
import { expect, test } from 'vitest';
import { Account } from '../../src/registries/ethereum/account.ts';
import { callsInMulticall, encodeMulticall, encodeRecord } from '../../src/registries/ethereum/contract.ts';
import { readTransaction } from '../../src/registries/ethereum/transaction.ts';

const contract = new Interface(abi);
const KEY = `0x${'11'.repeat(32)}`;

test.each([1, 2, 1_023, 1_024])('packs a segment of %i digests as ethers does', (count) => {
  const packed = randomBytes(count * 32);
  for (const name of ['recordSegment', 'recordPage'] as const)
    expect(encodeRecord(name, packed)).toBe(contract.encodeFunctionData(name, [packed]));
});

test.each([[[]], [[4]], [[4, 32, 33, 64, 0, 4_000]]])('packs calls of %j bytes as ethers does', (lengths) => {
  const calls = lengths.map((length) => `0x${randomBytes(length).toString('hex')}`);
  expect(encodeMulticall(calls)).toBe(contract.encodeFunctionData('multicall', [calls]));
});

test('reads the calls in a multicall', () => {
  const calls = [
    contract.encodeFunctionData('createModel', ['acme', 'tiny']),
    contract.encodeFunctionData('recordPage', ['0x1234']),
  ];
  expect(callsInMulticall(encodeMulticall(calls))).toEqual([
    { name: 'createModel', args: ['acme', 'tiny'] },
    { name: 'recordPage', args: ['0x1234'] },
  ]);
  expect(callsInMulticall(encodeMulticall(['0x12345678']))).toEqual([{ name: '', args: [] }]);
  expect(callsInMulticall(calls[0]!)).toEqual([]);
});

test.each([0, 1, 40, 55, 56, 200, 255, 256, 65_535, 65_536, 98_000])(
  'signs %i bytes of calldata as ethers does',
  (length) => {
    for (const to of [null, `0x${'ab'.repeat(20)}`]) {
      const fields = {
        chainId: 31337,
        nonce: length % 130,
        to,
        data: `0x${randomBytes(length).toString('hex')}`,
        gasLimit: BigInt(length * 40 + 21_000),
        fees: { max: BigInt(length) * 10n ** 9n, priority: BigInt(length % 2) },
      };
      const { fees, ...rest } = fields;
      const expected = Transaction.from({
        ...{ type: 2, ...rest },
        maxFeePerGas: fees.max,
        maxPriorityFeePerGas: fees.priority,
      });
      expected.signature = new SigningKey(KEY).sign(expected.unsignedHash);
      const signed = new Account(KEY).sign(fields);
      expect(signed.raw === expected.serialized).toBe(true);
      expect(signed.hash).toBe(expected.hash);
      expect(readTransaction(signed.raw)).toEqual(signed);
    }
  },
);

test.each(['', '0x', '0x02', 'canary', `0x02${'ff'.repeat(100)}`])(
  'refuses a logged transaction %j',
  (raw) => {
    expect(() => readTransaction(raw)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
  },
);
