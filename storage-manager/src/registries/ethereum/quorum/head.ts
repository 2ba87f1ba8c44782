import type { CallOptions, Quorum } from '../../../interfaces.ts';
import { sleep } from '../../../sleep.ts';
import type { Endpoint } from './endpoint.ts';
import { disagreement, unanswered } from './errors.ts';
import { gather } from './gather.ts';
import { type BlockFacts, blockFacts } from './methods.ts';
import { haveAnswered, lose, type Vote, voteOf, winners } from './vote.ts';

const METHOD = 'eth_getBlockByNumber';
/** Heads so near to each other, in seconds by their own times, are those of nodes that follow the chain. */
const NEAR_S = 30;
/**
 * Waits before everybody is asked anew, and then waited for: honest nodes may stand on different branches for a moment, and
 * who is quick may lie.
 */
const BRANCH_WAITS_MS = [300, 1_000];

/** What to agree on. */
export interface HeadCall {
  readonly quorum: Quorum;
  readonly tag: string;
}

/**
 * The highest block that enough endpoints have reached and know by the same hash. One that lags behind can't hold the
 * others back: where heads are far apart, everybody who is not known to be dead is waited for.
 * @throws TrustError `QUORUM_FAILED`, `CHAIN_UNREACHABLE`
 */
export async function agreedHead(
  endpoints: readonly Endpoint[],
  { quorum, tag }: HeadCall,
  options: CallOptions,
): Promise<BlockFacts> {
  for (const [round, wait] of [...BRANCH_WAITS_MS, null].entries()) {
    const heads = await askHeads(endpoints, { quorum, tag, hasty: round === 0 }, options);
    const reached = blocksOf(heads).sort(byNumber)[quorum.agreed - 1];
    if (reached === undefined) throw unanswered(heads, METHOD, quorum);
    const votes = await askBlock(heads, reached.number, quorum, options);
    const agreed = winners(votes, quorum.agreed);
    if (agreed !== null) {
      const block = agreed[0]!.facts as BlockFacts;
      for (const vote of heads) judge(vote, block);
      for (const vote of votes) if (!agreed.includes(vote)) lose(vote, METHOD, false);
      return block;
    }
    if (wait === null) throw disagreement(votes, METHOD, quorum);
    await sleep(wait, options);
  }
  throw new Error('unreachable: the last attempt returns or throws');
}

function askHeads(
  endpoints: readonly Endpoint[],
  { quorum, tag, hasty }: HeadCall & { readonly hasty: boolean },
  options: CallOptions,
): Promise<readonly Vote[]> {
  const awaited = endpoints.filter(({ silent }) => !silent);
  const ask = endpoints.map(
    (endpoint) => async (call: CallOptions) =>
      voteOf(await endpoint.ask(METHOD, [tag, false], call), headFacts),
  );
  return gather(
    ask,
    (given) => {
      const highest = blocksOf(given).sort(byNumber).slice(0, quorum.agreed);
      return (
        highest.length === quorum.agreed && ((hasty && areNear(highest)) || haveAnswered(awaited, given))
      );
    },
    options,
  );
}

function areNear(heads: readonly BlockFacts[]): boolean {
  const times = heads.map(({ timestamp }) => Number(timestamp));
  return Math.max(...times) - Math.min(...times) <= NEAR_S;
}

/** That block by each who has reached it: their own heads, else they are asked for it. */
async function askBlock(
  heads: readonly Vote[],
  number: string,
  { agreed }: Quorum,
  options: CallOptions,
): Promise<readonly Vote[]> {
  const own = heads.filter(
    ({ facts }) => facts !== undefined && byNumber(facts as BlockFacts, { number }) === 0,
  );
  if (winners(own, agreed) !== null) return own;
  const ahead = heads.filter(
    ({ facts }) => facts !== undefined && byNumber(facts as BlockFacts, { number }) < 0,
  );
  const ask = ahead.map(
    ({ answer: { from } }) =>
      async (call: CallOptions) =>
        voteOf(await from.ask(METHOD, [number, false], call), headFacts),
  );
  const asked = await gather(ask, (given) => winners([...own, ...given], agreed) !== null, options);
  return [...own, ...asked];
}

/** A head that is far from the agreed one is told of: its endpoint lags, or makes blocks up. */
function judge(vote: Vote, { number, timestamp }: BlockFacts): void {
  const { from } = vote.answer;
  const head = vote.facts as BlockFacts | undefined;
  if (head === undefined) lose(vote, METHOD, false);
  else if (Math.abs(Number(head.timestamp) - Number(timestamp)) > NEAR_S)
    from.dissents(`is at block ${Number(head.number)} where the others are at ${Number(number)}`, false);
}

function headFacts(value: unknown): BlockFacts {
  const facts = blockFacts(value);
  if (facts === null) throw new TypeError('it has no such block');
  return facts;
}

function blocksOf(votes: readonly Vote[]): BlockFacts[] {
  return votes.flatMap(({ facts }) => (facts === undefined ? [] : [facts as BlockFacts]));
}

/** The highest first. */
function byNumber(one: Pick<BlockFacts, 'number'>, other: Pick<BlockFacts, 'number'>): number {
  return Number(other.number) - Number(one.number);
}
