import type { CallOptions } from '../../interfaces.ts';
import { MAX_FINAL_AGE_MINUTES } from '../../limits.ts';
import type { JsonRpc } from '../../transport/json-rpc.ts';
import { ethereumId } from '../registry-id.ts';
import { Account } from './account.ts';
import { Chain, type Finality, readChainId } from './chain.ts';
import type { HighWater } from './freshness.ts';
import { openRpc } from './quorum/quorum.ts';
import { EthereumRegistry } from './registry.ts';
import { Sender } from './send.ts';

export interface EthereumOptions {
  /** One endpoint, or several that are asked at once. */
  readonly rpcUrl: string | readonly string[];
  /** How many of them must give the same answer. Default: more than half. */
  readonly quorum?: number | null | undefined;
  /** `0x` and 40 hex digits. */
  readonly contractAddress: string;
  /** 64 hex digits; without it the registry only reads. */
  readonly privateKey?: string | undefined;
  /** Refuses a node of another chain. Default: the chain that the node names when it is first asked. */
  readonly chainId?: number | undefined;
  /** Blocks that must contain or follow a transaction before a publish returns. Default: 1. */
  readonly confirmations?: number | undefined;
  /** How long one transaction is waited for, in milliseconds. Default: 10 minutes. */
  readonly pendingMs?: number | undefined;
  /** Folder of lock files that all publishers of one account share. Default: they take turns in this process only. */
  readonly locks?: string | undefined;
  /** From which block on an answer is final. Default: `finalized`; `latest` on the development chains 1337 and 31337. */
  readonly finality?: Finality | undefined;
  /** How old the newest final block may be. Default: 30 minutes; any on the development chains 1337 and 31337. */
  readonly maxHeadAgeMinutes?: number | null | undefined;
  /** What this machine has seen of the chain; kept of no development chain. Default: nothing is kept. */
  readonly highWater?: HighWater | undefined;
}

/** One party mines there, when it likes: its newest block is final, however old. */
export const DEVELOPMENT_CHAINS: readonly number[] = [1337, 31337];

/** @param chosen what the user wants instead of what suits the chain */
export function finalityOf(chainId: number, chosen?: Finality): Finality {
  return chosen ?? (DEVELOPMENT_CHAINS.includes(chainId) ? 'latest' : 'finalized');
}

/** How old the newest final block may be, in minutes; null: as old as it likes. @param chosen what the user wants instead */
export function maxHeadAgeOf(chainId: number, chosen: number | null = null): number | null {
  return chosen ?? (DEVELOPMENT_CHAINS.includes(chainId) ? null : MAX_FINAL_AGE_MINUTES);
}

export const PENDING_MS = 600_000;

/** @throws UsageError `CONFIG_INVALID`; TrustError `CHAIN_UNREACHABLE` when the chain id must be asked for */
export async function openEthereumRegistry(
  options: EthereumOptions,
  call: CallOptions = {},
): Promise<EthereumRegistry> {
  const account = options.privateKey === undefined ? null : new Account(options.privateKey);
  const contract = options.contractAddress.toLowerCase();
  const rpc = openRpc([options.rpcUrl].flat(), options.quorum);
  const chainId = options.chainId ?? (await askChainId(rpc, call));
  const finality = finalityOf(chainId, options.finality);
  const developed = DEVELOPMENT_CHAINS.includes(chainId);
  const maxHeadAgeMinutes = maxHeadAgeOf(chainId, options.maxHeadAgeMinutes);
  // A development chain begins anew when its owner likes.
  const highWater = developed ? undefined : options.highWater;
  const chain = new Chain({ rpc, chainId, contract, finality, maxHeadAgeMinutes, highWater });
  const wait = {
    confirmations: options.confirmations ?? 1,
    pendingMs: options.pendingMs ?? PENDING_MS,
    locks: options.locks,
  };
  const sender = account === null ? null : new Sender(chain, account, wait);
  return new EthereumRegistry(chain, { id: ethereumId(chainId, contract), trust: 'chain' }, sender);
}

async function askChainId(rpc: JsonRpc, call: CallOptions): Promise<number> {
  try {
    return await readChainId(rpc, call);
  } catch (error) {
    await rpc.close();
    throw error;
  }
}
