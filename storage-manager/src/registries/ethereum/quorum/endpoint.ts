import type { CallOptions } from '../../../interfaces.ts';
import { sleep } from '../../../sleep.ts';
import { type JsonRpc, RpcAnswerError } from '../../../transport/json-rpc.ts';

/** What one endpoint made of a call. A refusal is its own or, with revert data, the contract's. */
export type Answer = { readonly from: Endpoint } & (
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly error: RpcAnswerError }
  | { readonly kind: 'silence'; readonly error: unknown }
);

/** Waits while an endpoint does not know a block yet that others have agreed on: together less than two seconds. */
const BLOCK_WAITS_MS = [100, 250, 500, 1_000];
/** Clients word it differently; EIP-1898 recommends the code -32001. */
const UNKNOWN_BLOCK = /(header|block|resource).*not (be )?found|unknown block/i;
/**
 * So long is an endpoint left out that contradicted the others, and what was wrong with one told of: a process that runs for
 * months must not lose them all.
 */
const BARRED_MS = 600_000;

/** One of several endpoints, and how it has behaved in this process. */
export class Endpoint {
  /** Scheme and host, and its place where several have the same. */
  readonly name: string;
  readonly rpc: JsonRpc;
  /** Its last call failed: it is asked further, but nobody waits for it. */
  silent = false;
  #barredUntil = 0;
  #dissent: { readonly text: string; readonly until: number } | null = null;

  constructor(name: string, rpc: JsonRpc) {
    this.name = name;
    this.rpc = rpc;
  }

  get barred(): boolean {
    return performance.now() < this.#barredUntil;
  }

  /** What it said lately that was not believed, or why it said nothing; null: nothing was wrong. */
  get dissent(): string | null {
    return this.#dissent !== null && performance.now() < this.#dissent.until ? this.#dissent.text : null;
  }

  /** @param certain it contradicted the others about what honest nodes can't differ in */
  dissents(text: string, certain: boolean): void {
    const until = performance.now() + BARRED_MS;
    this.#dissent = { text, until };
    if (certain) this.#barredUntil = until;
  }

  /** Never throws but the signal's reason. */
  async ask(method: string, params: readonly unknown[], options: CallOptions): Promise<Answer> {
    const answer = await this.#once(method, params, options);
    options.signal?.throwIfAborted();
    this.silent = answer.kind === 'silence';
    return answer;
  }

  /** A node that lags is asked again shortly: that it does not know a block is no answer about it. */
  async #once(method: string, params: readonly unknown[], options: CallOptions): Promise<Answer> {
    for (const wait of [...BLOCK_WAITS_MS, null]) {
      const answer = await this.#call(method, params, options);
      if (!lacksBlock(answer, method, params)) return answer;
      if (wait === null)
        return { from: this, kind: 'silence', error: new Error('it does not know the block') };
      await sleep(wait, options);
    }
    throw new Error('unreachable: the last attempt returns');
  }

  async #call(method: string, params: readonly unknown[], options: CallOptions): Promise<Answer> {
    try {
      return { from: this, kind: 'result', value: await this.rpc.call(method, params, options) };
    } catch (error) {
      return error instanceof RpcAnswerError
        ? { from: this, kind: 'refusal', error }
        : { from: this, kind: 'silence', error };
    }
  }
}

function lacksBlock(answer: Answer, method: string, params: readonly unknown[]): boolean {
  if (answer.kind === 'refusal') {
    const { data, code, message } = answer.error;
    return data === null && isPinned(params) && (code === -32_001 || UNKNOWN_BLOCK.test(message));
  }
  return (
    answer.kind === 'result' &&
    answer.value === null &&
    method === 'eth_getBlockByNumber' &&
    String(params[0]).startsWith('0x')
  );
}

/** Whether a call reads at one block by its hash (EIP-1898), so that honest nodes give the same answer for ever. */
export function isPinned(params: readonly unknown[]): boolean {
  return params.some((param) => Object(param).blockHash !== undefined);
}
