import type { OtherChainSettings } from '../config/settings.ts';
import { Chain } from '../registries/ethereum/chain.ts';
import { openRpc } from '../registries/ethereum/quorum/quorum.ts';
import { type Check, check, late, ok } from './check.ts';

/** The chains that a fetch asks too, and can't do without. */
export function checkOtherChains(
  others: readonly OtherChainSettings[],
  signal?: AbortSignal,
): Promise<Check[]> {
  return Promise.all(others.map((other) => checkOther(other, signal)));
}

function checkOther(
  { rpcUrl, quorum, chainId, contractAddress }: OtherChainSettings,
  signal?: AbortSignal,
): Promise<Check> {
  const next = 'check its RPC URL and whether the node runs, or leave it out of blockchain.otherChains';
  const options = { signal, late: late('CHAIN_UNREACHABLE', rpcUrl.join(' and '), next) };
  return check(`chain ${chainId}`, options, async (stop) => {
    const rpc = openRpc(rpcUrl, quorum);
    try {
      const contract = contractAddress.toLowerCase();
      const chain = new Chain({ rpc, chainId, contract, finality: 'latest' });
      const { number } = await chain.head({ signal: stop });
      return ok(`${rpcUrl.join(', ')} has ${contractAddress} at block ${number}`);
    } finally {
      await rpc.close();
    }
  });
}
