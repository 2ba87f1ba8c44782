import { PolicyError, TrustError } from '../../errors.ts';
import { type JobOptions, waiting } from '../../events.ts';
import type { CallOptions } from '../../interfaces.ts';
import { MAX_EVENTS } from '../../limits.ts';
import { RpcAnswerError } from '../../transport/json-rpc.ts';
import type { Chain, Head } from './chain.ts';
import { chainUnreachable, quantityText, readQuantity, readSeconds } from './values.ts';

/** A log of the contract, in its place. */
export interface ContractLog {
  readonly block: number;
  readonly index: number;
  readonly transaction: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** What a node must match, place by place; null: anything (execution-apis, `eth_getLogs`). */
export type Topics = readonly (readonly string[] | null)[];

/** Where nodes cut an answer off, some in silence. */
const CUT_AT = 10_000;
/** A node that does not answer a range may answer a much shorter one; one that is out of reach is asked few times. */
const SHRINK = { refused: 2, silent: 32 };

/** Headers that are asked for at once: enough to hide the way, few enough for public endpoints. */
const AT_ONCE = 8;

/**
 * Logs of the contract from one block to another, in the order of the chain. Nodes refuse ranges or answers for being too
 * large, each in its own words: whatever a node refuses is asked for in halves, down to one block. Of many ranges is told
 * how long they will take.
 * @throws TrustError `CHAIN_UNREACHABLE`; PolicyError `LIMIT_EXCEEDED`
 */
export async function readLogs(
  chain: Chain,
  from: number,
  head: Head,
  topics: Topics,
  options: JobOptions,
): Promise<ContractLog[]> {
  const began = performance.now();
  const logs = new Map<string, ContractLog>();
  let span = head.number - from + 1;
  for (let start = from; start <= head.number; ) {
    const end = Math.min(head.number, start + span - 1);
    const found = await ask(chain, start, end, topics, options).catch((error) => {
      options.signal?.throwIfAborted();
      if (start === end) throw error instanceof RpcAnswerError ? withheld(start, error) : error;
      span = Math.ceil(
        (end - start + 1) / (error instanceof RpcAnswerError ? SHRINK.refused : SHRINK.silent),
      );
      return null;
    });
    if (found === null) continue;
    if (found.length >= CUT_AT && start < end) {
      span = Math.ceil((end - start + 1) / SHRINK.refused);
      continue;
    }
    // By its place, so that a log that is given twice counts once.
    for (const log of found) logs.set(`${log.block}/${log.index}`, log);
    if (logs.size > MAX_EVENTS) throw tooMany();
    start = end + 1;
    span *= SHRINK.refused;
    const left = head.number - end;
    const seconds = ((performance.now() - began) * left) / (end + 1 - from) / 1_000;
    if (left > 0) waiting(options, `reading the events of blocks ${from} to ${head.number}`, seconds);
  }
  return [...logs.values()].sort((a, b) => a.block - b.block || a.index - b.index);
}

async function ask(
  chain: Chain,
  from: number,
  to: number,
  topics: Topics,
  options: CallOptions,
): Promise<ContractLog[]> {
  const [fromBlock, toBlock] = [quantityText(from), quantityText(to)];
  const filter = { address: chain.contract, fromBlock, toBlock, topics };
  const answer = await chain.rpc.call('eth_getLogs', [filter], options);
  if (!Array.isArray(answer))
    throw chainUnreachable('eth_getLogs must be answered by a list', 'the node gave none');
  return answer.map(Object).flatMap((log) => {
    const { address, topics: own, data, removed, transactionHash } = log;
    const block = readQuantity(log.blockNumber, 'the block of a log');
    const asked = textOf(address).toLowerCase() === chain.contract && block >= from && block <= to;
    const said = Array.isArray(own) ? own.map(textOf) : null;
    if (removed === true || !asked || said === null || !matches(said, topics)) return [];
    const index = readQuantity(log.logIndex, 'the place of a log');
    return [{ block, index, transaction: textOf(transactionHash), topics: said, data: textOf(data) }];
  });
}

/** What was not asked for is none of ours, however the node came by it. */
function matches(own: readonly string[], topics: Topics): boolean {
  return topics.every((wanted, place) => wanted === null || wanted.includes(own[place]?.toLowerCase() ?? ''));
}

/** Of what is none: one that says nothing. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The block in which the contract was deployed, or an earlier one where the node has forgotten the states of the past:
 * then there is more to search, and nothing is missed.
 */
export async function deploymentBlock(chain: Chain, head: Head, options: CallOptions): Promise<number> {
  let [without, withCode] = [-1, head.number];
  while (withCode - without > 1) {
    const middle = Math.floor((without + withCode) / 2);
    const code = await chain.rpc
      .call('eth_getCode', [chain.contract, quantityText(middle)], options)
      .catch((error) => {
        if (error instanceof RpcAnswerError) return null;
        throw error;
      });
    if (code === null) return without + 1;
    if (code === '0x') without = middle;
    else withCode = middle;
  }
  return withCode;
}

/** When blocks were made, by their numbers. */
export async function blockTimes(
  chain: Chain,
  blocks: ReadonlySet<number>,
  options: CallOptions,
): Promise<ReadonlyMap<number, Date>> {
  const times = new Map<number, Date>();
  const ask = async (block: number) => {
    const number = quantityText(block);
    const header = Object(await chain.ask('eth_getBlockByNumber', [number, false], options));
    times.set(block, new Date(readSeconds(header.timestamp, 'the time of a block') * 1000));
  };
  const all = [...blocks];
  for (let at = 0; at < all.length; at += AT_ONCE) await Promise.all(all.slice(at, at + AT_ONCE).map(ask));
  return times;
}

function withheld(block: number, cause: RpcAnswerError): TrustError {
  return new TrustError('CHAIN_UNREACHABLE', {
    should: `the node must give the events of block ${block}`,
    was: `it said: ${cause.message}`,
    next: 'use an RPC endpoint that keeps all events; without them `ballast history` can begin later (--from-block), and `ballast namespace show` can ask about one account',
    cause,
  });
}

function tooMany(): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `a history must have at most ${MAX_EVENTS} events`,
    was: 'this one has more',
    next: 'ask for one release (model@version), or begin later with --from-block',
  });
}
