import type { ChainSettings } from '../config/settings.ts';
import { LOCAL, type Namespace } from '../ids/reference.ts';
import { Account } from '../registries/ethereum/account.ts';
import { Chain, type Head, readChainId, readWei } from '../registries/ethereum/chain.ts';
import { readFees } from '../registries/ethereum/fees.ts';
import { DEVELOPMENT_CHAINS } from '../registries/ethereum/open.ts';
import { HttpJsonRpc } from '../transport/json-rpc.ts';
import { type Check, check, type Finding, fail, ok, skip, skipped, warn } from './check.ts';

/** registry-contract/gas.json: the least publish, and one of 1,024 chunks (1 GiB), each with its channel. */
const LEAST_GAS = 250_000n;
const GIB_GAS = 1_530_000n;
const NOBODY = `0x${'0'.repeat(40)}`;
const WEI_PER_ETHER = 10n ** 18n;

/** Public chains have a block each 12 s at most. */
const OLD_SECONDS = 300;
const LATE = 'CHAIN_UNREACHABLE';

interface Reached {
  readonly chain: Chain;
  readonly head: Head;
  readonly account: Account | null;
  readonly signal: AbortSignal;
}

/** The key, the RPC, the contract behind it and the account that pays. */
export async function checkEthereum(
  settings: ChainSettings,
  namespace: Namespace | undefined,
  keyOrigin: string,
  signal?: AbortSignal,
): Promise<Check[]> {
  const { privateKey, contractAddress } = settings;
  const account = privateKey === null ? null : new Account(privateKey);
  const key = await check('key', { signal, late: LATE }, () =>
    account === null
      ? skip('none configured: this machine only reads')
      : ok(`${account.address}, from ${keyOrigin}`),
  );
  const rpc = new HttpJsonRpc(settings.rpcUrl);
  try {
    let chainId = 0;
    const rpcCheck = await check('chain', { signal, late: LATE }, async (stop) => {
      const begun = performance.now();
      chainId = await readChainId(rpc, { signal: stop });
      const ms = Math.round(performance.now() - begun);
      const detail = `${settings.rpcUrl} speaks for chain ${chainId}, in ${ms} ms`;
      if (settings.chainId === null || settings.chainId === chainId) return ok(detail);
      return fail(
        'CHAIN_MISMATCH',
        detail,
        `set blockchain.chainId (${settings.chainId}) or the RPC's URL right`,
      );
    });
    const first = [key, rpcCheck];
    if (rpcCheck.status === 'fail')
      return [
        ...first,
        ...skipped(['contract', 'head', 'balance', 'namespace'], 'the chain must answer first'),
      ];
    const developed = DEVELOPMENT_CHAINS.includes(chainId);
    const finality = settings.finality === 'auto' ? (developed ? 'latest' : 'finalized') : settings.finality;
    const chain = new Chain({ rpc, chainId, contract: contractAddress.toLowerCase(), finality });
    let head: Head | null = null;
    const contract = await check('contract', { signal, late: LATE }, async (stop) => {
      head = await chain.head({ signal: stop });
      return ok(`${contractAddress} holds the code of this version`);
    });
    if (head === null)
      return [
        ...first,
        contract,
        ...skipped(['head', 'balance', 'namespace'], 'the contract must be there first'),
      ];
    const reached = (stop: AbortSignal): Reached => ({ chain, head: head as Head, account, signal: stop });
    const rest = await Promise.all([
      check('head', { signal, late: LATE }, (stop) => headFinding(reached(stop), developed)),
      check('balance', { signal, late: LATE }, (stop) => balanceFinding(reached(stop))),
      check('namespace', { signal, late: LATE }, (stop) => namespaceFinding(reached(stop), namespace)),
    ]);
    return [...first, contract, ...rest];
  } finally {
    await rpc.close();
  }
}

async function headFinding({ chain, head, signal }: Reached, developed: boolean): Promise<Finding> {
  const final = await chain.finalBlock(head, { signal });
  const age = Math.max(0, Math.round(Date.now() / 1000 - head.time));
  const detail = `block ${head.number}, ${age} s old; final up to block ${final}`;
  if (developed || age <= OLD_SECONDS) return ok(detail);
  return warn(
    detail,
    'the node is behind, or the chain has halted: see whether it syncs, or use another RPC',
  );
}

async function balanceFinding({ chain, head, account, signal }: Reached): Promise<Finding> {
  if (account === null) return skip('no key is configured');
  const { address } = account;
  const asked = await chain.ask('eth_getBalance', [address, 'latest'], { signal });
  const balance = readWei(asked, 'a balance');
  const { present } = await readFees(chain, head, { signal });
  if (present === 0n) return ok(`${address} holds ${etherText(balance)} ETH, and gas is free here`);
  const count = balance / (present * GIB_GAS);
  const price = `${Number(present) / 1e9} gwei a unit of gas`;
  const detail = `${address} holds ${etherText(balance)} ETH, which pays about ${count} releases of 1 GiB at ${price}`;
  const next = 'send funds to that address';
  if (balance < present * LEAST_GAS) return fail('FUNDS_INSUFFICIENT', detail, next);
  return count === 0n ? warn(detail, next) : ok(detail);
}

async function namespaceFinding(
  { chain, head, account, signal }: Reached,
  namespace: Namespace | undefined,
): Promise<Finding> {
  if (namespace === undefined) return skip('none configured: models are named namespace/name');
  const own = account?.address;
  if (namespace === LOCAL || namespace === own) return ok(`${namespace}, of the key itself`);
  const next = 'publish with the owner\'s key, or set "namespace" to one of your own';
  if (namespace.startsWith('0x'))
    return own === undefined
      ? ok(`${namespace}, to read`)
      : fail('NOT_OWNER', `${namespace} is another's address`, next);
  const info = await chain.view(head, 'namespaceInfo', [namespace], { signal });
  const owner = String(info.owner).toLowerCase();
  if (owner === NOBODY) return fail('NOT_OWNER', `nobody has registered the namespace ${namespace}`, next);
  const detail = `${namespace} belongs to ${owner}`;
  return own === undefined || owner === own ? ok(detail) : fail('NOT_OWNER', detail, next);
}

/** Six decimals, rounded down: a balance never looks like more. */
function etherText(wei: bigint): string {
  const millionths = (wei * 1_000_000n) / WEI_PER_ETHER;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
}
