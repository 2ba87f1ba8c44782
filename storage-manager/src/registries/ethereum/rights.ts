import { keccak256 } from 'ethers/crypto';
import { toBeHex, zeroPadValue } from 'ethers/utils';
import type { CallOptions } from '../../interfaces.ts';
import { ADMINISTERED, type Administered, manager, managerView, ROLES, roleOf } from './access-manager.ts';
import type { Chain, Head } from './chain.ts';
import { readLogs } from './logs.ts';
import { readWei } from './values.ts';

/** Who may do something, and how soon. */
export interface Holder {
  /** `0x` and 40 lower-case hex digits. */
  readonly account: string;
  /** Seconds between the announcement of a call and its earliest execution; 0: at once. */
  readonly delay: number;
  /** Holds the role from then on only, ISO 8601; null: it does already. */
  readonly from: string | null;
  /** A delay that takes the place of this one. */
  readonly next: { readonly delay: number; readonly from: string } | null;
}

/** One thing that administrators may do. */
export interface Right {
  /** A function of the registry; `rights`: the manager's own, that decide who may call them. */
  readonly call: Administered | 'rights';
  /** `ADMIN`, `PAUSER`, `STEWARD`, `everybody`, or the number of another role of the manager. */
  readonly role: string;
  readonly holders: readonly Holder[];
}

/** What a manager says of one registry. */
export interface Rights {
  readonly rights: readonly Right[];
  /** The delay before another role may be asked for; a change of it takes 5 days. */
  readonly roleChange: Pick<Holder, 'delay' | 'next'>;
  /** True: no administrator can do anything to the registry until another call opens it again. */
  readonly closed: boolean;
}

const EVERYBODY = 2n ** 64n - 1n;
/** Of `_targets`, the manager's first variable; its struct keeps delay and closed flag in the second slot. */
const TARGETS_SLOT = zeroPadValue('0x', 32);

/**
 * The rights over a registry. Who holds a role can't be asked of the manager: `accounts` are looked up one by one.
 * @param accounts everyone who may hold one
 */
export async function readRights(
  chain: Chain,
  head: Head,
  registry: string,
  accounts: ReadonlySet<string>,
  options: CallOptions,
): Promise<Rights> {
  const { contract } = chain;
  const right = async (call: Right['call'], role: bigint): Promise<Right> => {
    const holders: Holder[] = [];
    for (const account of role === EVERYBODY ? [] : accounts) {
      const access = await managerView(chain, head, contract, 'getAccess', [role, account], options);
      const [since, delay, next, effect] = [...access].map(Number) as [number, number, number, number];
      if (since === 0) continue;
      const from = since > head.time ? timeOf(since) : null;
      holders.push({
        account,
        delay,
        from,
        next: effect === 0 ? null : { delay: next, from: timeOf(effect) },
      });
    }
    return { call, role: roleName(role), holders };
  };
  const rights: Right[] = [];
  for (const call of Object.keys(ADMINISTERED) as Administered[])
    rights.push(await right(call, await roleOf(chain, head, contract, registry, call, options)));
  rights.push(await right('rights', ROLES.ADMIN));
  const [closed] = await managerView(chain, head, contract, 'isTargetClosed', [registry], options);
  return { rights, roleChange: await readRoleChange(chain, head, registry, options), closed };
}

/** Everyone to whom a role was ever granted, by the manager's events. A node may have lost them. */
export async function readGranted(chain: Chain, head: Head, options: CallOptions): Promise<Set<string>> {
  const topic = manager.getEvent('RoleGranted')!.topicHash;
  const logs = await readLogs(chain, 0, head, [[topic]], options);
  return new Set(logs.map(({ topics }) => `0x${topics[2]!.slice(-40)}`));
}

/** The manager has no getter for a delay that has not begun; its code, which is proven, says where it lies. */
async function readRoleChange(chain: Chain, head: Head, registry: string, options: CallOptions) {
  const key = keccak256(`${zeroPadValue(registry, 32)}${TARGETS_SLOT.slice(2)}`);
  const slot = toBeHex(BigInt(key) + 1n, 32);
  const word = readWei(
    await chain.ask('eth_getStorageAt', [chain.contract, slot, { blockHash: head.hash }], options),
    'a storage slot',
  );
  const [after, before, effect] = [field(word, 0n, 32n), field(word, 32n, 32n), field(word, 64n, 48n)];
  if (effect <= head.time) return { delay: after, next: null };
  return { delay: before, next: { delay: after, from: timeOf(effect) } };
}

function field(word: bigint, shift: bigint, bits: bigint): number {
  return Number(BigInt.asUintN(Number(bits), word >> shift));
}

function roleName(role: bigint): string {
  if (role === EVERYBODY) return 'everybody';
  return Object.entries(ROLES).find(([, id]) => id === role)?.[0] ?? String(role);
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
