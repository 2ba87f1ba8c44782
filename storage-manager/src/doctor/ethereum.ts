import type { ChainSettings } from '../config/settings.ts';
import type { Namespace } from '../ids/reference.ts';
import { Account } from '../registries/ethereum/account.ts';
import { Chain, type Head, readChainId } from '../registries/ethereum/chain.ts';
import { DEVELOPMENT_CHAINS, finalityOf, maxHeadAgeOf } from '../registries/ethereum/open.ts';
import { openRpc } from '../registries/ethereum/quorum/quorum.ts';
import type { JsonRpc } from '../transport/json-rpc.ts';
import { balanceFinding, namespaceFinding, type Reached } from './account.ts';
import {
  type Check,
  type CheckOptions,
  check,
  type Finding,
  fail,
  late,
  ok,
  skip,
  skipped,
  warn,
} from './check.ts';
import { clockAgainst } from './clock.ts';
import { checkEndpoints } from './endpoints.ts';
import { checkOtherChains } from './other-chains.ts';

const OF_CONTRACT = ['head', 'balance', 'namespace'];

/** Public chains have a block each 12 s at most. */
const OLD_SECONDS = 300;

export interface EthereumPatient {
  readonly settings: ChainSettings;
  readonly namespace: Namespace | undefined;
  /** Where the private key was configured. */
  readonly keyOrigin: string;
}

/** What the checks of one chain share. */
interface Visit extends EthereumPatient {
  readonly rpc: JsonRpc;
  readonly account: Account | null;
  readonly options: CheckOptions;
}

/** The key, the RPC, the contract behind it and the account that pays. */
export async function checkEthereum(patient: EthereumPatient, signal?: AbortSignal): Promise<Check[]> {
  const { rpcUrl, quorum, privateKey, keystore, otherChains } = patient.settings;
  const next = 'check the RPC URL and whether the node runs, or use another RPC endpoint';
  const options = { signal, late: late('CHAIN_UNREACHABLE', rpcUrl.join(' and '), next) };
  const account = privateKey === null ? null : new Account(privateKey);
  const rpc = openRpc(rpcUrl, quorum);
  try {
    const key = await check('key', options, () =>
      account === null
        ? skip(keystore === null ? 'none configured: this machine only reads' : `in ${keystore}, left closed`)
        : ok(`${account.address}, from ${patient.keyOrigin}`),
    );
    const chains = [checkChain({ ...patient, rpc, account, options }), checkOtherChains(otherChains, signal)];
    return [key, ...(await Promise.all(chains)).flat()];
  } finally {
    await rpc.close();
  }
}

async function checkChain(visit: Visit): Promise<Check[]> {
  const { rpc, settings, options } = visit;
  let chainId = 0;
  const answer = await check('chain', options, async (signal) => {
    const begun = performance.now();
    chainId = await readChainId(rpc, { signal });
    const ms = Math.round(performance.now() - begun);
    const detail = `${speakers(visit)} chain ${chainId}, in ${ms} ms`;
    if (settings.chainId === null || settings.chainId === chainId) return ok(detail);
    return fail(
      'CHAIN_MISMATCH',
      detail,
      `set blockchain.chainId (${settings.chainId}) or the RPC's URL right`,
    );
  });
  const heads: Head[] = [];
  const checks =
    answer.status === 'fail'
      ? skipped(['contract', ...OF_CONTRACT], 'the chain must answer first')
      : await checkContract(visit, chainId, heads);
  if (settings.rpcUrl.length === 1) return [answer, ...checks];
  const agreed = { chainId: settings.chainId ?? (chainId || null), head: heads[0] ?? null };
  return [answer, ...(await checkEndpoints(settings, agreed, options.signal)), ...checks];
}

/** One endpoint is believed whatever it says; nobody contradicts it. */
function speakers({ rpc, settings }: Visit): string {
  const { agreed, asked } = rpc.quorum ?? { agreed: 1, asked: 1 };
  return asked === 1 ? `${settings.rpcUrl} alone speaks for` : `${agreed} of ${asked} endpoints agree on`;
}

/** @param heads gets the newest block */
async function checkContract(visit: Visit, chainId: number, heads: Head[]): Promise<Check[]> {
  const { rpc, settings, account, namespace, options } = visit;
  const developed = DEVELOPMENT_CHAINS.includes(chainId);
  const finality = finalityOf(chainId, settings.finality === 'auto' ? undefined : settings.finality);
  const maxHeadAgeMinutes = maxHeadAgeOf(chainId, settings.maxHeadAgeMinutes);
  const address = settings.contractAddress.toLowerCase();
  const chain = new Chain({ rpc, chainId, contract: address, finality, maxHeadAgeMinutes });
  const contract = await check('contract', options, async (signal) => {
    heads.push(await chain.head({ signal }));
    return ok(`${settings.contractAddress} holds the code of this version`);
  });
  const [head] = heads;
  if (head === undefined) return [contract, ...skipped(OF_CONTRACT, 'the contract must be there first')];
  const reached = { chain, head, account };
  return [
    contract,
    ...(await Promise.all([
      check('head', options, (signal) => headFinding({ ...reached, signal }, developed)),
      check('balance', options, (signal) => balanceFinding({ ...reached, signal })),
      check('namespace', options, (signal) => namespaceFinding({ ...reached, signal }, namespace)),
    ])),
  ];
}

async function headFinding({ chain, head, signal }: Reached, developed: boolean): Promise<Finding> {
  const clock = clockAgainst(head.time * 1000, `block ${head.number} was mined`);
  if (!developed && clock.status !== 'ok') return clock;
  const final = await chain.finalBlock(head, head.number, { signal });
  const age = Math.max(0, Math.round(Date.now() / 1000 - head.time));
  const detail = `block ${head.number}, ${age} s old; final up to block ${final}`;
  if (developed || age <= OLD_SECONDS) return ok(detail);
  return warn(
    detail,
    'the node is behind, the chain has halted, or the clock here runs ahead: see whether it syncs, or use another RPC',
  );
}
