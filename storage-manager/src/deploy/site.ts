import { TrustError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { Chain, type Head } from '../registries/ethereum/chain.ts';
import {
  type Creation,
  FACTORY,
  FACTORY_CODE_HASH,
  FACTORY_CREATION,
  FACTORY_SIGNER,
  managerCreation,
  NOBODY,
  registryCreation,
} from '../registries/ethereum/create2.ts';
import type { Connection } from './connect.ts';

/** Where the contracts of one deployment belong: a function of the admin alone. */
export interface Site {
  /** null: a registry without administrators. */
  readonly manager: Creation | null;
  readonly registry: Creation;
}

/** @param admin first administrator; null: there are none */
export function siteOf(admin: string | null): Site {
  const manager = admin === null ? null : managerCreation(admin);
  return { manager, registry: registryCreation(manager?.address ?? NOBODY) };
}

/** The factory on a chain. @throws TrustError `CONTRACT_MISMATCH` where it is missing, with what makes it */
export async function openFactory({ rpc, chainId }: Connection, options: CallOptions): Promise<Chain> {
  const codes = new Map([[FACTORY, FACTORY_CODE_HASH]]);
  const bare = new Chain({ rpc, chainId, contract: FACTORY, finality: 'latest', codes: new Map() });
  const { codeHashes } = await bare.probe(await bare.head(options), [FACTORY], options);
  if (codeHashes[0] !== null)
    return new Chain({ rpc, chainId, contract: FACTORY, finality: 'latest', codes });
  throw new TrustError('CONTRACT_MISMATCH', {
    should: `the CREATE2 factory must be at ${FACTORY} on chain ${chainId}`,
    was: 'no contract is there',
    next: `send 0.01 ether to ${FACTORY_SIGNER}, then give the node this transaction, which makes the factory: \`cast publish --rpc-url URL ${FACTORY_CREATION}\` (a node that refuses it because it names no chain must be told to take it, geth by --rpc.allow-unprotected-txs), and run the same command again`,
  });
}

/** Whether a contract stands where it belongs. @throws TrustError `CONTRACT_MISMATCH` where another has its address */
export async function stands(
  chain: Chain,
  head: Head,
  creation: Creation,
  options: CallOptions,
): Promise<boolean> {
  const { contract, address, codeHash } = creation;
  const [found] = (await chain.probe(head, [address], options)).codeHashes;
  if (found === null || found === codeHash) return found !== null;
  throw new TrustError('CONTRACT_MISMATCH', {
    should: `${contract} at ${address} on chain ${chain.chainId} must have the code ${codeHash}`,
    was: `its code is ${found}`,
    next: 'do not use this chain through this RPC: the address is a function of the code; ask another RPC endpoint',
  });
}
