import type { Digest } from '../../ids/digest.ts';
import { digestToHex } from '../../ids/digest.ts';
import type { CallOptions, PublishRequest, Release } from '../../interfaces.ts';
import { type Lacks, moveCall, publishCall, recordCall } from './calls.ts';
import type { Chain, Head } from './chain.ts';
import type { Sender } from './send.ts';
import { chunksAt, UNITS, type Unit } from './units.ts';

/** What a publish still has to do, as of one block. All of it follows from the chain, so it can be made anew at will. */
export interface Plan {
  /** The very release, where it is published already. */
  readonly release: Release | null;
  /** A transaction each: places of segments or pages that are not recorded. Their calldata is made when they are sent. */
  readonly records: readonly (readonly number[])[];
  /** The transaction after them; null when nothing is left to do. */
  readonly last: string | null;
  /** `last` as the contract takes it before the digests are recorded: to ask for its gas, and whether it is allowed. */
  readonly trial: string | null;
  readonly chunksKnown: number;
  /** Segments or pages of the whole release. */
  readonly units: number;
  /** The newest block that changed what stands already; 0 where nothing does. */
  readonly changedBlock: number;
}

/** How the model stands as of one block. */
export interface Standing extends Lacks {
  /** Null where the version is free. */
  readonly release: Release | null;
  /** The newest block that changed it, or a channel that leads to it. */
  readonly changedBlock: number;
}

/** The chain as of one block. */
interface ChainAt {
  readonly chain: Chain;
  readonly head: Head;
}

export async function makePlan(
  at: ChainAt,
  request: PublishRequest,
  roots: readonly Digest[],
  standing: Standing,
  options: CallOptions,
): Promise<Plan> {
  const { release, changedBlock } = standing;
  const all = { chunksKnown: request.digests.count, units: roots.length, changedBlock };
  if (release !== null) {
    const last = standing.moves.length === 0 ? null : moveCall(request, standing.moves);
    return { ...all, release, records: [], last, trial: last };
  }
  const last = publishCall(request, roots, standing);
  const unit = UNITS[request.mode];
  const unknown = unit === null ? [] : await unknownUnits(at, unit, request, roots, options);
  if (unit === null || unknown.length === 0) return { ...all, release, records: [], last, trial: last };
  const records: number[][] = [];
  for (let i = 0; i < unknown.length; i += unit.aTransaction) {
    records.push(unknown.slice(i, i + unit.aTransaction));
  }
  const chunksUnknown = unknown.reduce((sum, place) => sum + chunksAt(unit, request, place), 0);
  return {
    ...all,
    chunksKnown: request.digests.count - chunksUnknown,
    release,
    records,
    last,
    trial: publishCall(request, [], standing),
  };
}

/** Gas that each transaction costs, whatever it holds (EIP-2028). */
const TRANSACTION_GAS = 21_000;
/** What a shorter last unit costs more a digest; measured below 1 %. */
const RECORD_MARGIN = 1.01;

/**
 * Gas of the whole plan. The first record transaction stands for all: they hold nothing but digests, so their gas goes
 * with the number of these.
 * @throws ContractRefusal where the contract would refuse the publish: before anything is spent
 */
export async function estimatePlan(
  plan: Plan,
  request: PublishRequest,
  sender: Sender,
  options: CallOptions,
): Promise<bigint> {
  const last = plan.trial === null ? 0n : await sender.estimate(plan.trial, options);
  const [first] = plan.records;
  const unit = UNITS[request.mode];
  if (unit === null || first === undefined) return last;
  const unknown = request.digests.count - plan.chunksKnown;
  const inFirst = first.reduce((sum, place) => sum + chunksAt(unit, request, place), 0);
  const digest =
    (Number(await sender.estimate(recordCall(request, first), options)) - TRANSACTION_GAS) / inFirst;
  const records = (plan.records.length * TRANSACTION_GAS + unknown * digest) * RECORD_MARGIN;
  return last + BigInt(Math.ceil(records) + unit.gas.once + plan.units * unit.gas.root);
}

/** Places of the segments or pages that the chain has not recorded, without repeats of equal ones. */
async function unknownUnits(
  { chain, head }: ChainAt,
  unit: Unit,
  request: PublishRequest,
  roots: readonly Digest[],
  options: CallOptions,
): Promise<number[]> {
  const args = [roots.map(digestToHex), request.digests.count];
  const recorded = (await chain.view(head, unit.places, args, options)).toArray();
  const seen = new Set<string>();
  const unknown: number[] = [];
  for (const [place, root] of roots.entries()) {
    const key = `${root}/${chunksAt(unit, request, place)}`;
    if (Number(recorded[place]) === 0 && !seen.has(key)) unknown.push(place);
    seen.add(key);
  }
  return unknown;
}
