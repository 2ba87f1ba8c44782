import type { CallOptions } from '../interfaces.ts';
import { type Administration, isSetUp, setUp } from '../registries/ethereum/access-manager.ts';
import type { Chain, Head } from '../registries/ethereum/chain.ts';
import { type Creation, FACTORY } from '../registries/ethereum/create2.ts';
import { readQuantity } from '../registries/ethereum/values.ts';
import { type Site, stands } from './site.ts';

/** One transaction. */
export interface Step {
  /** What it does, for people. */
  readonly what: string;
  readonly to: string;
  readonly data: string;
  /** What it makes; null for the set-up of rights. */
  readonly creation: Creation | null;
}

/** What is left of a deployment as of one block. */
export interface Plan {
  /** Ours to send, in this order. */
  readonly steps: readonly Step[];
  /** The admin's, who is not the signer. */
  readonly pending: readonly Step[];
}

/** Measured: 263,000. For the dry run, where the manager that would be asked for an estimate does not stand yet. */
const SET_UP_GAS = 270_000n;

/** @param signer null: nobody, so that the set-up of rights is the admin's */
export async function planDeployment(
  chain: Chain,
  head: Head,
  site: Site,
  administration: Administration | null,
  signer: string | null,
  options: CallOptions,
): Promise<Plan> {
  const { manager, registry } = site;
  const steps: Step[] = [];
  for (const creation of [manager, registry]) {
    if (creation === null || (await stands(chain, head, creation, options))) continue;
    const what = `create ${creation.contract} at ${creation.address}`;
    steps.push({ what, to: FACTORY, data: creation.data, creation });
  }
  if (manager === null || administration === null) return { steps, pending: [] };
  const fresh = steps.some(({ creation }) => creation === manager);
  if (!fresh && (await isSetUp(chain, head, manager.address, registry.address, options)))
    return { steps, pending: [] };
  const step = setUpStep(manager.address, registry.address, administration);
  return signer === administration.admin
    ? { steps: [...steps, step], pending: [] }
    : { steps, pending: [step] };
}

function setUpStep(manager: string, registry: string, administration: Administration): Step {
  const { admin, pauser, delay } = administration;
  const soon = `${delay % 3_600 === 0 ? `${delay / 3_600} h` : `${delay} s`} after its announcement`;
  return {
    what: `let ${pauser} pause at once; let ${admin} unpause, reserve namespaces, name a successor and change these rights, each ${soon}`,
    to: manager,
    data: setUp(registry, administration),
    creation: null,
  };
}

/** Gas of a step as of the newest block. @param from who would send it */
export async function estimateStep(
  chain: Chain,
  head: Head,
  { to, data, creation }: Step,
  from: string,
  options: CallOptions,
): Promise<bigint> {
  const { codeHashes } = await chain.probe(head, [to], options);
  if (creation === null && codeHashes[0] === null) return SET_UP_GAS;
  const gas = await chain.ask('eth_estimateGas', [{ from, to, data }], options);
  return BigInt(readQuantity(gas, 'a gas estimate'));
}
