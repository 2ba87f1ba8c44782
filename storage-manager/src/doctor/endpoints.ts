import type { ChainSettings } from '../config/settings.ts';
import { Chain, type Head, readChainId } from '../registries/ethereum/chain.ts';
import { quantityText } from '../registries/ethereum/values.ts';
import { HttpJsonRpc } from '../transport/json-rpc.ts';
import { type Check, check, type Finding, fail, late, ok, warn } from './check.ts';

/** Heads of nodes that follow the chain differ by less. */
const LAG_SECONDS = 60;

/** What all endpoints together have said; null where they have not agreed. */
export interface Agreed {
  readonly chainId: number | null;
  readonly head: Head | null;
}

/** Each of several endpoints by itself: which one is dead, of another chain, behind, or says something else. */
export function checkEndpoints(
  { rpcUrl, contractAddress }: ChainSettings,
  agreed: Agreed,
  signal?: AbortSignal,
): Promise<Check[]> {
  const contract = contractAddress.toLowerCase();
  return Promise.all(
    rpcUrl.map((url, place) => {
      const next = 'see whether its node runs, or use another endpoint in its place';
      const options = { signal, late: late('CHAIN_UNREACHABLE', url, next) };
      return check(`rpc ${place + 1}`, options, (stop) => findingOf(url, contract, agreed, stop));
    }),
  );
}

async function findingOf(
  url: string,
  contract: string,
  agreed: Agreed,
  signal: AbortSignal,
): Promise<Finding> {
  const rpc = new HttpJsonRpc(url);
  try {
    const chainId = await readChainId(rpc, { signal });
    if (agreed.chainId !== null && chainId !== agreed.chainId) {
      const detail = `${url} speaks for chain ${chainId}, and should for chain ${agreed.chainId}`;
      return fail('CHAIN_MISMATCH', detail, 'take it out of blockchain.rpcUrl');
    }
    const chain = new Chain({ rpc, chainId, contract, finality: 'latest' });
    return await compared(url, chain, agreed.head, signal);
  } finally {
    await rpc.close();
  }
}

async function compared(url: string, chain: Chain, head: Head | null, signal: AbortSignal): Promise<Finding> {
  const own = await chain.head({ signal });
  const detail = `${url} is at block ${own.number}`;
  if (head === null) return ok(detail);
  if (head.time - own.time > LAG_SECONDS) {
    const behind = `${detail}, ${head.number - own.number} behind the others`;
    return warn(behind, 'see whether its node is in sync, or use another endpoint in its place');
  }
  const number = quantityText(head.number);
  const { hash } = Object(await chain.ask('eth_getBlockByNumber', [number, false], { signal }));
  if (hash === undefined || hash === head.hash) return ok(detail);
  const other = `${url} shows ${hash} as block ${head.number}; the others show ${head.hash}`;
  return fail(
    'QUORUM_FAILED',
    other,
    'use another endpoint in its place, unless the next look finds them agreed',
  );
}
