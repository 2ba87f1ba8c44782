import type { Digest } from '../../ids/digest.ts';
import { digestToHex } from '../../ids/digest.ts';
import type { CallOptions, PublishRequest, Release } from '../../interfaces.ts';
import { SEGMENT_CHUNKS, SEGMENTS_A_TRANSACTION } from '../../limits.ts';
import { type Lacks, moveCall, publishCall, recordCall } from './calls.ts';
import type { Chain, Head } from './chain.ts';
import type { Sender } from './send.ts';

/** What a publish still has to do, as of one block. All of it follows from the chain, so it can be made anew at will. */
export interface Plan {
  /** The very release, where it is published already. */
  readonly release: Release | null;
  /** A transaction each: places of segments that are not recorded. Their calldata is made when they are sent. */
  readonly records: readonly (readonly number[])[];
  /** The transaction after them; null when nothing is left to do. */
  readonly last: string | null;
  /** `last` as the contract takes it before the segments are recorded: to ask for its gas, and whether it is allowed. */
  readonly trial: string | null;
  readonly chunksKnown: number;
  readonly segments: number;
}

/** How the model stands as of one block. */
export interface Standing extends Lacks {
  /** Null where the version is free. */
  readonly release: Release | null;
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
  const { release } = standing;
  const all = { chunksKnown: request.digests.count, segments: roots.length };
  if (release !== null) {
    const last = standing.moves.length === 0 ? null : moveCall(request, standing.moves);
    return { ...all, release, records: [], last, trial: last };
  }
  const last = publishCall(request, roots, standing);
  const unknown = await unknownSegments(at, request, roots, options);
  if (unknown.length === 0) return { ...all, release, records: [], last, trial: last };
  const records: number[][] = [];
  for (let i = 0; i < unknown.length; i += SEGMENTS_A_TRANSACTION) {
    records.push(unknown.slice(i, i + SEGMENTS_A_TRANSACTION));
  }
  const chunksUnknown = unknown.reduce((sum, place) => sum + chunksOf(request, place), 0);
  return {
    ...all,
    chunksKnown: request.digests.count - chunksUnknown,
    release,
    records,
    last,
    trial: publishCall(request, [], standing),
  };
}

/** Gas of one more segment root in a publish; measured: 3,240 (932 segments, 3.20 M gas). */
const SEGMENT_ROOT_GAS = 3_400;
/** Gas that each transaction costs, whatever it holds (EIP-2028). */
const TRANSACTION_GAS = 21_000;
/** What a shorter last segment costs more a digest; measured below 1 %. */
const RECORD_MARGIN = 1.01;

/**
 * Gas of the whole plan. The first record transaction stands for all: they hold nothing but digests, so their gas goes
 * with the number of these.
 * @throws ContractRefusal where the contract would refuse the publish: before anything is spent
 */
export async function estimatePlan(
  plan: Plan,
  { digests }: PublishRequest,
  sender: Sender,
  options: CallOptions,
): Promise<bigint> {
  const last = plan.trial === null ? 0n : await sender.estimate(plan.trial, options);
  const [first] = plan.records;
  if (first === undefined) return last;
  const unknown = digests.count - plan.chunksKnown;
  const inFirst = Math.min(unknown, SEGMENTS_A_TRANSACTION * SEGMENT_CHUNKS);
  const digest =
    (Number(await sender.estimate(recordCall(digests, first), options)) - TRANSACTION_GAS) / inFirst;
  const records = (plan.records.length * TRANSACTION_GAS + unknown * digest) * RECORD_MARGIN;
  return last + BigInt(Math.ceil(records) + plan.segments * SEGMENT_ROOT_GAS);
}

/** Places of the segments that the chain has not recorded, without repeats of equal ones. */
async function unknownSegments(
  { chain, head }: ChainAt,
  request: PublishRequest,
  roots: readonly Digest[],
  options: CallOptions,
): Promise<number[]> {
  if (roots.length === 0) return [];
  const args = [roots.map(digestToHex), request.digests.count];
  const blocks = (await chain.view(head, 'segmentBlocks', args, options)).toArray();
  const seen = new Set<string>();
  const unknown: number[] = [];
  for (const [place, root] of roots.entries()) {
    const key = `${root}/${chunksOf(request, place)}`;
    if (Number(blocks[place]) === 0 && !seen.has(key)) unknown.push(place);
    seen.add(key);
  }
  return unknown;
}

/** Digests of the segment at `place`. */
function chunksOf(request: PublishRequest, place: number): number {
  return Math.min(SEGMENT_CHUNKS, request.digests.count - place * SEGMENT_CHUNKS);
}
