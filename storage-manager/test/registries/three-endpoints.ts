import { afterAll, beforeAll } from 'vitest';
import { LATEST, type ModelName, parseModelName } from '../../src/ids/reference.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumReader } from '../../src/registries/ethereum/read.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';

/** Leaves every call to the real node. */
export const honest: Evil = () => false;
/** Takes no connection's call. */
export const dead: Evil = ({ response }) => {
  response.destroy();
  return true;
};
/** Takes calls and never answers. */
export const mute: Evil = () => true;

/** The answer of `resolve`, word by word: what can be lied about. */
export const WORDS = {
  manifest: 1,
  chunkRoot: 2,
  publisher: 5,
  status: 8,
  active: 13,
  channelSeq: 14,
  statementKey: 17,
} as const;

/** Changes words of the contract's answers to `resolve`. */
export function lyingAbout(what: keyof typeof WORDS, value: bigint): Evil {
  return async ({ method, params, forward, response }) => {
    const call = Object(params[0]);
    if (method !== 'eth_call' || call.to === undefined) return false;
    const { result, ...answer } = JSON.parse(await forward());
    const words: string[] = String(result).slice(2).match(/.{64}/g) ?? [];
    if (words.length !== 19) return false;
    const changed = words.with(WORDS[what], value.toString(16).padStart(64, '0'));
    response.end(JSON.stringify({ ...answer, result: `0x${changed.join('')}` }));
    return true;
  };
}

/** Answers with this error of JSON-RPC. */
export function refusing(method: string, error: { code: number; message: string }): Evil {
  return (call) => {
    if (call.method !== method) return false;
    call.response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }));
    return true;
  };
}

export interface Subject {
  readonly chain: TestChain;
  readonly model: ModelName;
  readonly options: EthereumOptions;
}

/** A real EVM with one release of one model, for a test file. */
export function oneRelease(flags: readonly string[] = [], chainId = 31_337): Subject {
  const subject = {} as { -readonly [K in keyof Subject]: Subject[K] };
  beforeAll(async () => {
    subject.chain = await startTestChain(flags, chainId);
    const { url: rpcUrl, contract: contractAddress } = subject.chain;
    const privateKey = await subject.chain.newKey();
    subject.options = { rpcUrl, contractAddress, chainId, privateKey };
    const registry = await openEthereumRegistry(subject.options);
    subject.model = await registry.canonical(parseModelName('local/tiny'));
    await registry.publish(randomRequest(subject.model, '1', { channels: [LATEST] }), memoryLog());
    await registry.close();
  });
  afterAll(() => subject.chain?.close());
  return subject;
}

/** The chain by a proxy for each of these, and what they were asked. */
export async function openBehind(
  { chain, options }: Subject,
  evils: readonly Evil[],
  more: Partial<EthereumOptions> = {},
) {
  const proxies = await Promise.all(evils.map((evil) => startEvilRpc(chain.url, evil)));
  const rpcUrl = proxies.map(({ url }) => url);
  const registry = await openEthereumRegistry({ ...options, privateKey: undefined, rpcUrl, ...more });
  return { registry, urls: rpcUrl, calls: proxies.map(({ calls }) => calls) };
}

/** What the one model's channel leads to. */
export function resolveLatest(registry: EthereumReader, { model }: Subject, signal?: AbortSignal) {
  return registry.resolve(model, { kind: 'channel', channel: LATEST }, { signal });
}

/** An evil one that is always the first to answer calls of this method, and what each of the others is. */
export function outpaced(evil: Evil, paced = 'eth_call'): [first: Evil, others: Evil] {
  const answered = new Map<string, PromiseWithResolvers<void>>();
  const turnOf = (method: string, params: readonly unknown[]) => {
    const key = JSON.stringify([method, params]);
    const turn = answered.get(key) ?? Promise.withResolvers<void>();
    answered.set(key, turn);
    return turn;
  };
  const first: Evil = async (call) => {
    call.response.once('close', turnOf(call.method, call.params).resolve);
    return evil(call);
  };
  const others: Evil = async ({ method, params }) => {
    if (method === paced) await turnOf(method, params).promise;
    return false;
  };
  return [first, others];
}
