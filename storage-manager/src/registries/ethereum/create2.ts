import {
  accessManagerBytecode,
  accessManagerCodeHash,
  bytecode,
  runtimeCodeHash,
} from '@ballast-models/registry-contract';
import { getCreate2Address } from 'ethers/address';
import { keccak256 } from 'ethers/crypto';

/**
 * Creates contracts by CREATE2 for whoever sends it salt and creation code: the same address on every chain
 * (https://github.com/Arachnid/deterministic-deployment-proxy). Most chains have it; EIP-7997 is to give it to all.
 */
export const FACTORY = '0x4e59b44847b379578588920ca78fbf26c0b4956c';
export const FACTORY_CODE_HASH = '0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989';

/** What makes the factory where a chain lacks it: fund the signer, then broadcast the transaction, which no key signed. */
export const FACTORY_SIGNER = '0x3fab184622dc19b6109349b94811493bf2a45362';
export const FACTORY_CREATION =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222';

/** The word `ballast`, padded with zeros on the right, for every contract that is created here. */
export const SALT = `0x${Buffer.from('ballast').toString('hex').padEnd(64, '0')}`;

/** No administrators, for ever. */
export const NOBODY = `0x${'0'.repeat(40)}`;

/** A contract that the factory makes, and what its code must then be. */
export interface Creation {
  readonly contract: 'AccessManager' | 'ChunkedModelRegistry';
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string;
  readonly codeHash: string;
  /** Calldata for the factory. */
  readonly data: string;
}

/** @param authority the AccessManager; `NOBODY`: none */
export function registryCreation(authority: string): Creation {
  return creation('ChunkedModelRegistry', bytecode, authority, runtimeCodeHash);
}

/** @param admin who holds all rights at first: an account or a Safe */
export function managerCreation(admin: string): Creation {
  return creation('AccessManager', accessManagerBytecode, admin, accessManagerCodeHash);
}

/** Both constructors take one address, a word behind the code. */
function creation(
  contract: Creation['contract'],
  code: string,
  argument: string,
  codeHash: string,
): Creation {
  const init = `${code}${argument.slice(2).toLowerCase().padStart(64, '0')}`;
  const address = getCreate2Address(FACTORY, SALT, keccak256(init)).toLowerCase();
  return { contract, address, codeHash, data: `${SALT}${init.slice(2)}` };
}
