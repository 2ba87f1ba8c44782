import { type Interface, isCallException, type JsonRpcProvider } from 'ethers';
import { Answers, Refusal } from './answers.ts';
import { CHAIN_ID, type History } from './history.ts';
import { type Question, questions } from './questions.ts';

/** A question to which contract and index give different answers. */
export interface Difference {
  readonly question: Question;
  readonly contract: unknown;
  readonly index: unknown;
}

/** Asks contract and index all questions as of the block that the index has read, and compares the bytes of the answers. */
export async function differences(history: History, provider: JsonRpcProvider): Promise<Difference[]> {
  const { abi, registry, follower } = history;
  const { hash, time } = follower.head;
  const answers = new Answers(follower.state(), { chainId: CHAIN_ID, registry, time });
  const found = await Promise.all(
    questions().map(async (question): Promise<Difference[]> => {
      const [getter, args] = question;
      const call = { to: registry, data: abi.encodeFunctionData(getter, args) };
      const contract = await answerOf(provider, [call, { blockHash: hash }]);
      const index = answerFrom(answers, abi, question);
      if (contract === index) return [];
      return [{ question, contract: readable(abi, getter, contract), index: readable(abi, getter, index) }];
    }),
  );
  return found.flat();
}

/** The returned bytes, or those of the error. */
async function answerOf(provider: JsonRpcProvider, params: readonly unknown[]): Promise<string> {
  try {
    return await provider.send('eth_call', [...params]);
  } catch (error) {
    if (!isCallException(error) || error.data === null) throw error;
    return error.data;
  }
}

function answerFrom(answers: Answers, abi: Interface, [getter, args]: Question): string {
  try {
    const answer = answers[getter.split('(')[0] as keyof Answers] as (
      ...args: readonly unknown[]
    ) => readonly unknown[];
    return abi.encodeFunctionResult(getter, answer.apply(answers, [...args]));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return abi.encodeErrorResult(error.message, error.args);
  }
}

function readable(abi: Interface, getter: string, bytes: string): unknown {
  const error = bytes.length % 64 === 10 ? abi.parseError(bytes) : null;
  return error ?? abi.decodeFunctionResult(getter, bytes).toArray(true);
}
