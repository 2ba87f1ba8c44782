/** The hashes that people sign are those of the vectors, to which the contract is held too. */
import { recoverAddress } from 'ethers/transaction';
import { expect, it } from 'vitest';
import vectors from '../../../registry-contract/vectors/typed-data.json' with { type: 'json' };
import { digestFromBytes } from '../../src/ids/digest.ts';
import { hexToBytes } from '../../src/ids/hash.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import {
  type SignedType,
  statementTypedData,
  structTypedData,
  typedDataHash,
} from '../../src/registries/ethereum/typed-data.ts';

const domain = { chainId: vectors.chainId, contract: vectors.registry };

it.each(vectors.actions)('$type', ({ type, message, hash, signature }) => {
  const once = { nonce: BigInt(message.nonce), deadline: message.deadline };
  const typed = structTypedData(domain, type as SignedType, message, once);
  expect(typedDataHash(typed)).toBe(hash);
  expect(recoverAddress(hash, signature)).toBe(vectors.signer);
});

it('the release statement', () => {
  const { message, hash } = vectors.statement;
  const digest = (hex: string) => digestFromBytes(hexToBytes(hex.slice(2)));
  const release = {
    model: parseModelName(`${message.namespace}/${message.model}`),
    version: parseVersion(message.version),
    manifest: digest(message.manifestDigest),
    chunkRoot: digest(message.chunkRoot),
    chunkCount: message.chunkCount,
    bytes: message.bytes,
  };
  expect(typedDataHash(statementTypedData(domain, release, message))).toBe(hash);
});
