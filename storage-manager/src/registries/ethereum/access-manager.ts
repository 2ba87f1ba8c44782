import { abi, accessManagerAbi } from '@ballast-models/registry-contract';
import { Interface, type Result } from 'ethers/abi';
import type { CallOptions } from '../../interfaces.ts';
import { type Chain, decoded, type Head } from './chain.ts';

/** OpenZeppelin's AccessManager as calldata and answers: access/manager/IAccessManager.sol is its manual. */
export const manager = new Interface(accessManagerAbi);
const registry = new Interface(abi);

/** Roles of the manager: 0 is the manager's own; the others are ours, and labelled by the set-up. */
export const ROLES = { ADMIN: 0n, PAUSER: 1n, STEWARD: 2n } as const;

/** What administrators may do to the registry, and with which role the set-up lets them. */
export const ADMINISTERED = {
  pause: ROLES.PAUSER,
  unpause: ROLES.STEWARD,
  reserveNamespace: ROLES.STEWARD,
  announceSuccessor: ROLES.STEWARD,
} as const;
/** One of these functions. */
export type Administered = keyof typeof ADMINISTERED;

/** Who gets which right. */
export interface Administration {
  /** Holds everything, after `delay`: an account or a Safe. */
  readonly admin: string;
  /** Pauses at once. */
  readonly pauser: string;
  /** Seconds between the announcement of a delayed call and its earliest execution. */
  readonly delay: number;
}

/**
 * One transaction of the admin that gives a fresh manager its roles and delays, all or none. The admin's own delay comes
 * last and holds from then on: nothing after it is possible sooner, not even for the admin. The delay of the target takes
 * 5 days to begin, as each change of it does (`minSetback`).
 */
export function setUp(address: string, { admin, pauser, delay }: Administration): string {
  const call = (name: string, ...args: readonly unknown[]) => manager.encodeFunctionData(name, args);
  const steward = [selector('unpause'), selector('reserveNamespace'), selector('announceSuccessor')];
  return call('multicall', [
    call('labelRole', ROLES.PAUSER, 'PAUSER'),
    call('labelRole', ROLES.STEWARD, 'STEWARD'),
    call('setTargetFunctionRole', address, [selector('pause')], ROLES.PAUSER),
    call('setTargetFunctionRole', address, steward, ROLES.STEWARD),
    call('grantRole', ROLES.PAUSER, pauser, 0),
    call('grantRole', ROLES.STEWARD, admin, delay),
    call('setTargetAdminDelay', address, delay),
    call('grantRole', ROLES.ADMIN, admin, delay),
  ]);
}

/** Whether the manager has been set up for this registry: a fresh one lets its admin do everything. */
export async function isSetUp(
  chain: Chain,
  head: Head,
  address: string,
  registryAddress: string,
  options: CallOptions,
) {
  return (await roleOf(chain, head, address, registryAddress, 'pause', options)) !== ROLES.ADMIN;
}

/** The role that the manager asks for before a function of the registry. */
export async function roleOf(
  chain: Chain,
  head: Head,
  address: string,
  registryAddress: string,
  name: Administered,
  options: CallOptions,
): Promise<bigint> {
  const args = [registryAddress, selector(name)];
  return (await managerView(chain, head, address, 'getTargetFunctionRole', args, options))[0];
}

/** A view of the manager at one block; all results by place. */
export async function managerView(
  chain: Chain,
  head: Head,
  address: string,
  name: string,
  args: readonly unknown[],
  options: CallOptions,
): Promise<Result> {
  const data = manager.encodeFunctionData(name, args);
  const answer = await chain.ask('eth_call', [{ to: address, data }, { blockHash: head.hash }], options);
  return decoded(name, () => manager.decodeFunctionResult(name, String(answer)));
}

function selector(name: Administered): string {
  return registry.getFunction(name)!.selector;
}
