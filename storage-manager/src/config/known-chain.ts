import { BallastError } from '../errors.ts';
import { chainIdOf } from '../registries/registry-id.ts';
import type { Lockfile } from '../trust/lockfile.ts';
import type { Seen } from '../trust/seen.ts';
import type { ChainSettings } from './settings.ts';

/**
 * The id of a chain that is out of reach and has none configured: that of the one on which this machine has reached the
 * contract, or its lock file names it. An RPC that answers later is held to it.
 * @throws `error` where nobody knows, or the contract is known on several chains: its address may be the same on all
 */
export async function knownChainId(
  error: unknown,
  { chainId, contractAddress }: ChainSettings,
  seen: Seen,
  lockfile: Lockfile | null,
): Promise<number> {
  const outOfReach = error instanceof BallastError && error.code === 'CHAIN_UNREACHABLE';
  if (!outOfReach || chainId !== null) throw error;
  const contract = contractAddress.toLowerCase();
  const reached = (await seen.registries(`/${contract}`)).map(chainIdOf);
  const locked = (await lockfile?.entries())?.filter(({ registry }) => registry === contract) ?? [];
  const [known, ...others] = new Set([...reached, ...locked.map((entry) => entry.chainId)]);
  if (known === undefined || known === null || others.length > 0) throw error;
  return known;
}
