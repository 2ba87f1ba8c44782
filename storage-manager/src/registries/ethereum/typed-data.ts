import { randomBytes } from 'node:crypto';
import { TypedDataEncoder } from 'ethers/hash';
import type { SignableAction } from '../../actions.ts';
import { digestToHex } from '../../ids/digest.ts';
import { splitModel } from '../../ids/reference.ts';
import type { PinnedRelease } from '../../interfaces.ts';
import { structOf } from './structs.ts';

/** Typed data as wallets take it (EIP-712, `eth_signTypedData_v4`); whole numbers are decimal texts. */
export interface TypedData {
  readonly domain: { name: string; version: string; chainId?: number; verifyingContract?: string };
  readonly types: Record<string, { name: string; type: string }[]>;
  readonly primaryType: string;
  readonly message: Record<string, unknown>;
}

/** Which contract on which chain a signature is for. */
export interface SigningDomain {
  readonly chainId: number;
  readonly contract: string;
}

/** Until when a signature may be used, and the number that makes it good for one time. */
export interface Once {
  readonly nonce: bigint;
  /** Seconds since 1970. */
  readonly deadline: number;
}

const NAME = { name: 'Ballast', version: '1' };

/** What is signed of an action: the fields of the contract's struct and then those of `Once` (`TypedData.sol`). */
const TYPES = {
  Publish:
    'string namespace,string name,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 byteCount,uint8 mode,uint64 homeChainId,bytes32 base,bytes32[] segmentRoots',
  SetStatus: 'bytes32 model,bytes32 version,uint8 from,uint8 to,uint64 seq,uint8 reason,bytes32 reportDigest',
  SetChannel: 'bytes32 model,bytes32 channel,bytes32 version,uint64 seq',
  Attest: 'bytes32 release,uint32 checked,uint32 ok,bool full,uint64 asOf,bytes32 reportDigest',
  Grant: 'bytes20 namespace,bytes32 model,address account,uint32 roles,uint64 expiresAt,uint64 seq',
} as const;
/** Names of what is signed. */
export type SignedType = keyof typeof TYPES;

const ONCE = 'uint256 nonce,uint256 deadline';
const STATEMENT =
  'uint256 chainId,address registry,string namespace,string model,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 bytes,uint64 issuedAt,uint64 expiresAt';

const TYPE_OF = { status: 'SetStatus', channel: 'SetChannel', attest: 'Attest', grant: 'Grant' } as const;

export function actionTypedData(domain: SigningDomain, action: SignableAction, once: Once): TypedData {
  return structTypedData(domain, TYPE_OF[action.kind], structOf(action), once);
}

/** The same of a struct as the contract takes it: a `Publication`, a `StatusChange` … */
export function structTypedData(
  { chainId, contract }: SigningDomain,
  type: SignedType,
  struct: Readonly<Record<string, unknown>>,
  once: Once,
): TypedData {
  const domain = { ...NAME, chainId, verifyingContract: contract };
  return typedData(domain, type, `${TYPES[type]},${ONCE}`, { ...struct, ...once });
}

/**
 * The portable release statement, which vouches for a release while no chain can be reached: its domain names no chain
 * and no contract, the statement does. @param issuedAt seconds since 1970, as `expiresAt`
 */
export function statementTypedData(
  { chainId, contract }: SigningDomain,
  release: PinnedRelease,
  { issuedAt, expiresAt }: { readonly issuedAt: number; readonly expiresAt: number },
): TypedData {
  const { namespace, name } = splitModel(release.model);
  const { version, manifest, chunkRoot, chunkCount, bytes } = release;
  return typedData(NAME, 'Release', STATEMENT, {
    ...{ chainId, registry: contract, namespace, model: name, version },
    ...{ manifestDigest: digestToHex(manifest), chunkRoot: digestToHex(chunkRoot), chunkCount, bytes },
    ...{ issuedAt, expiresAt },
  });
}

/** What a key signs. `0x` and 64 hex digits. */
export function typedDataHash({ domain, types, message }: TypedData): string {
  return TypedDataEncoder.hash(domain, types, message);
}

/** A nonce of a lane that nobody else uses: signatures come in any order (`NoncesKeyed`: 192 bits of lane, 64 of count). */
export function freshNonce(): bigint {
  return BigInt(`0x${randomBytes(24).toString('hex')}`) << 64n;
}

function typedData(
  domain: TypedData['domain'],
  primaryType: string,
  fields: string,
  values: Record<string, unknown>,
): TypedData {
  const type = fields.split(',').map((field) => {
    const [kind = '', name = ''] = field.split(' ');
    return { name, type: kind };
  });
  const message = Object.fromEntries(type.map(({ name }) => [name, plain(values[name])]));
  return { domain, types: { [primaryType]: type }, primaryType, message };
}

/** JSON has no whole numbers past 2^53, and wallets read them from texts. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
}
