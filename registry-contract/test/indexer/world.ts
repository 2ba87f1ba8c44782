import type { Interface } from 'ethers';
import { accountOf } from './ids.ts';
import type { Random } from './random.ts';
import { keyOf, NOBODY, type State } from './state.ts';
import { accounts, authority, LANES } from './universe.ts';

/** What a history goes on from: the state that events told of, and the chance that decides what comes next. */
export interface World {
  readonly random: Random;
  readonly state: State;
  readonly abi: Interface;
  readonly registry: string;
  readonly chainId: bigint;
  /** Number and time of the head of the chain. */
  readonly block: number;
  readonly time: number;
}

/** A call of the registry, by whom. */
export interface Move {
  readonly from: string;
  readonly data: string;
}

export type Action = (world: World) => Move | Promise<Move>;

export function move({ abi }: World, from: string, name: string, args: readonly unknown[]): Move {
  return { from, data: abi.encodeFunctionData(name, args) };
}

/** Who may, nine times in ten; else anybody. */
export function mostly({ random }: World, rightful: string): string {
  return random.chance(90) && accounts.includes(rightful) ? rightful : random.pick(accounts);
}

export function ownerOf({ state }: World, namespace: string): string {
  const owner = state.namespaces.get(namespace)?.owner ?? NOBODY;
  return owner === NOBODY ? accountOf(namespace) : owner;
}

/** The right number, 19 times in 20; else the next. */
export function seqOf({ random }: World, seq: bigint): bigint {
  return random.chance(95) ? seq : seq + 1n;
}

export function byAuthority({ random }: World): string {
  return random.chance(90) ? authority.address : random.pick(accounts);
}

/** The next nonce of one of the account's lanes. */
export function nonceOf({ random, state }: World, account: string): bigint {
  const lane = random.pick(LANES);
  return state.nonces.get(keyOf(account, String(lane))) ?? BigInt(lane) << 64n;
}
