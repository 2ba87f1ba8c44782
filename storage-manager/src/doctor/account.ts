import { isAddress, LOCAL, type Namespace } from '../ids/reference.ts';
import type { Account } from '../registries/ethereum/account.ts';
import type { Chain, Head } from '../registries/ethereum/chain.ts';
import { readFees } from '../registries/ethereum/fees.ts';
import { namespaceId } from '../registries/ethereum/ids.ts';
import { ROLES, readOptional } from '../registries/ethereum/records.ts';
import { readWei } from '../registries/ethereum/values.ts';
import { type Finding, fail, ok, skip, warn } from './check.ts';

/** registry-contract/gas.json: the least publish, and one of 1,024 chunks (1 GiB), each with its channel. */
const LEAST_GAS = 300_000n;
const GIB_GAS = 1_530_000n;
const WEI_PER_ETHER = 10n ** 18n;
const PUBLISH = 1 << ROLES.indexOf('publish');
const ANY_MODEL = `0x${'0'.repeat(64)}`;

/** A chain that has proven itself, as of one block. */
export interface Reached {
  readonly chain: Chain;
  readonly head: Head;
  /** null: this machine only reads. */
  readonly account: Account | null;
  readonly signal: AbortSignal;
}

/** Whether the account can pay, and for how much. */
export async function balanceFinding({ chain, head, account, signal }: Reached): Promise<Finding> {
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

/** Whether whoever signs may publish under bare names. */
export async function namespaceFinding(
  { chain, head, account, signal }: Reached,
  namespace: Namespace | undefined,
): Promise<Finding> {
  if (namespace === undefined) return skip('none configured: models are named namespace/name');
  const own = account?.address;
  if (namespace === LOCAL || namespace === own) return ok(`${namespace}, of the key itself`);
  const next = 'publish with the owner\'s key, or set "namespace" to one of your own';
  if (isAddress(namespace))
    return own === undefined
      ? ok(`${namespace}, to read`)
      : fail('NOT_OWNER', `${namespace} is another's address`, next);
  const id = namespaceId(namespace);
  const info = await chain.view(head, 'namespaceInfo', [id], { signal });
  const owner = readOptional(info.owner);
  if (owner === null) return fail('NOT_OWNER', `nobody has registered the namespace ${namespace}`, next);
  const detail = `${namespace} belongs to ${owner}`;
  if (own === undefined || owner === own) return ok(detail);
  const roles = await chain.view(head, 'rolesOf', [id, ANY_MODEL, own], { signal });
  return Number(roles) & PUBLISH ? ok(`${detail}, who lets ${own} publish`) : fail('NOT_OWNER', detail, next);
}

/** Six decimals, rounded down: a balance never looks like more. */
function etherText(wei: bigint): string {
  const millionths = (wei * 1_000_000n) / WEI_PER_ETHER;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
}
