import type { CallOptions, Quorum } from '../../../interfaces.ts';
import { HttpJsonRpc, type JsonRpc } from '../../../transport/json-rpc.ts';
import { Endpoint, isPinned } from './endpoint.ts';
import { disagreement, unanswered } from './errors.ts';
import { gather } from './gather.ts';
import { agreedHead } from './head.ts';
import { comparisonOf, rankOf } from './methods.ts';
import { haveAnswered, isSettled, lose, outcome, refusalOf, type Vote, voteOf, winners } from './vote.ts';

/**
 * A chain by its endpoints. One speaks for itself; of several, as many must agree as `quorum` says.
 * @param quorum default: more than half of them
 * @throws UsageError `CONFIG_INVALID` unless each is an http or https URL
 */
export function openRpc(urls: readonly string[], quorum?: number | null): JsonRpc {
  const [first, ...others] = urls.map((url) => new HttpJsonRpc(url));
  if (first === undefined) throw new RangeError('a chain needs an endpoint');
  const majority = Math.floor(urls.length / 2) + 1;
  return others.length === 0 ? first : new QuorumRpc([first, ...others], quorum ?? majority);
}

/**
 * Several endpoints of one chain as one, of which some may lie, lag or be dead. All are asked at once, and the answer is
 * there as soon as enough have given it. Who contradicts the others about what can't differ is left out for a while.
 * Whatever methods are not named in `methods.ts` must be answered alike, to the letter.
 */
class QuorumRpc implements JsonRpc {
  readonly quorum: Quorum;
  readonly #endpoints: readonly Endpoint[];

  constructor(rpcs: readonly HttpJsonRpc[], quorum: number) {
    this.quorum = { agreed: quorum, asked: rpcs.length };
    const origins = rpcs.map(({ origin }) => origin);
    this.#endpoints = rpcs.map((rpc, place) => {
      const several = origins.filter((origin) => origin === rpc.origin).length > 1;
      return new Endpoint(several ? `${rpc.origin} (number ${place + 1})` : rpc.origin, rpc);
    });
  }

  get dissent(): readonly string[] {
    return this.#endpoints.flatMap(({ name, dissent }) => (dissent === null ? [] : [`${name} ${dissent}`]));
  }

  call(method: string, params: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    if (method === 'eth_sendRawTransaction') return this.#send(method, params, options);
    const [tag] = params;
    if (method === 'eth_getBlockByNumber' && !String(tag).startsWith('0x'))
      return agreedHead(this.#trusted(), { quorum: this.quorum, tag: String(tag) }, options);
    const rank = rankOf(method);
    return rank === null ? this.#alike(method, params, options) : this.#ranked(method, params, rank, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.#endpoints.map(({ rpc }) => rpc.close()));
  }

  #trusted(): readonly Endpoint[] {
    return this.#endpoints.filter(({ barred }) => !barred);
  }

  /** What enough have answered alike. */
  async #alike(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    const { facts, otherwise } = comparisonOf(method);
    const { agreed } = this.quorum;
    const ask = voting(this.#trusted(), method, params, facts);
    const votes = await gather(ask, (given) => isSettled(given, agreed, ask.length), options);
    const winning = winners(votes, agreed);
    if (winning !== null) {
      const certain = isPinned(params) || method === 'eth_chainId';
      for (const vote of votes.filter((each) => !winning.includes(each)))
        if (!vote.states || otherwise === undefined) lose(vote, method, certain);
      return outcome(winning);
    }
    if (otherwise === undefined) throw disagreement(votes, method, this.quorum);
    if (votes.filter(({ states }) => states).length >= agreed) return otherwise;
    throw unanswered(votes, method, this.quorum);
  }

  /** The highest that enough reach; who was silent the last time is not waited for. */
  async #ranked(
    method: string,
    params: readonly unknown[],
    rank: (value: unknown) => bigint,
    options: CallOptions,
  ): Promise<unknown> {
    const { agreed } = this.quorum;
    const endpoints = this.#trusted();
    const ask = voting(endpoints, method, params, (value) => String(rank(value)));
    const awaited = endpoints.filter(({ silent }) => !silent);
    const votes = await gather(
      ask,
      (given) =>
        isSettled(given, agreed, ask.length) ||
        (results(given).length >= agreed && haveAnswered(awaited, given)),
      options,
    );
    const winning = winners(votes, agreed);
    if (winning !== null && winning[0]!.answer.kind === 'refusal') return outcome(winning);
    const highest = results(votes).sort((one, other) => (rank(one) > rank(other) ? -1 : 1));
    if (highest.length < agreed) throw unanswered(votes, method, this.quorum);
    return highest[agreed - 1];
  }

  /** Given to all, for one may lose it or keep it to itself; it is taken where one takes it. */
  async #send(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    const ask = voting(this.#endpoints, method, params, (value) => value);
    const votes = await gather(ask, (given) => results(given).length >= this.quorum.agreed, options);
    const [taken] = results(votes);
    if (taken !== undefined) return taken;
    throw refusalOf(votes) ?? unanswered(votes, method, this.quorum);
  }
}

type Asking = (options: CallOptions) => Promise<Vote>;

function voting(
  endpoints: readonly Endpoint[],
  method: string,
  params: readonly unknown[],
  facts: (value: unknown) => unknown,
): readonly Asking[] {
  return endpoints.map(
    (endpoint) => async (options) => voteOf(await endpoint.ask(method, params, options), facts),
  );
}

function results(votes: readonly Vote[]): unknown[] {
  return votes.flatMap(({ answer }) => (answer.kind === 'result' ? [answer.value] : []));
}
