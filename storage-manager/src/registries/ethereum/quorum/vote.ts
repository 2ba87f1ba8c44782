import { digestOf } from '../../../ids/digest.ts';
import { RpcAnswerError } from '../../../transport/json-rpc.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { alikeText } from './methods.ts';

/** An answer as it is counted. */
export interface Vote {
  readonly answer: Answer;
  /** Equal for answers that are alike; null: none that counts. */
  readonly alike: string | null;
  /** What is compared of a result. */
  readonly facts?: unknown;
  /** Whether it says something about the chain: a result, or a refusal of the contract. */
  readonly states: boolean;
}

/** @param facts what is compared of a result. @throws (the function) where that is malformed */
export function voteOf(answer: Answer, facts: (value: unknown) => unknown): Vote {
  if (answer.kind === 'silence') return { answer, alike: null, states: false };
  if (answer.kind === 'refusal') {
    // What the contract refuses it refuses with the same data everywhere. A node's own refusal says nothing of the chain.
    const { data } = answer.error;
    const alike = data === null ? null : `refused ${data.toLowerCase()}`;
    return { answer, alike, states: data !== null };
  }
  try {
    const compared = facts(answer.value);
    return { answer, alike: `= ${fingerprint(alikeText(compared))}`, facts: compared, states: true };
  } catch (error) {
    return { answer: { from: answer.from, kind: 'silence', error }, alike: null, states: false };
  }
}

/** Stands for a text that may be as large as an answer: many of them are held at once. */
function fingerprint(text: string): string {
  return `${text.length} characters (SHA-256 ${digestOf(Buffer.from(text))})`;
}

/** The votes for what enough have answered alike; null where nothing has enough. */
export function winners(votes: readonly Vote[], quorum: number): readonly Vote[] | null {
  const counted = votes.filter(({ alike }) => alike !== null);
  const groups = Map.groupBy(counted, ({ alike }) => alike);
  for (const group of groups.values()) if (group.length >= quorum) return group;
  return null;
}

/** Nothing that is still to come changes the outcome: enough are alike, or so many nodes refuse that too few are left. */
export function isSettled(votes: readonly Vote[], quorum: number, asked: number): boolean {
  const refusing = votes.filter(({ answer, states }) => answer.kind === 'refusal' && !states).length;
  return winners(votes, quorum) !== null || (refusing >= quorum && asked - refusing < quorum);
}

/** What all of these answered. @throws RpcAnswerError where it was a refusal */
export function outcome(alike: readonly Vote[]): unknown {
  const refusal = refusalOf(alike);
  if (refusal !== null) throw refusal;
  return alike[0]?.facts;
}

/** Whether each of these endpoints is among those that answered. */
export function haveAnswered(endpoints: readonly Endpoint[], votes: readonly Vote[]): boolean {
  return endpoints.every((endpoint) => votes.some(({ answer }) => answer.from === endpoint));
}

/** Remembers what an endpoint said that was not believed. @param certain honest nodes can't differ in it */
export function lose(vote: Vote, method: string, certain: boolean): void {
  const text = vote.states ? `answered ${method} differently` : saying(vote, method);
  vote.answer.from.dissents(text, vote.states && certain);
}

/** What an endpoint said, for people; the transport has taken secrets out of it. */
export function saying({ answer, alike, facts }: Vote, method: string): string {
  if (answer.kind === 'result') return `answered ${method} with ${shown(facts, String(alike))}`;
  const error = Object(answer.error);
  if (answer.kind === 'silence') return `did not answer ${method}: ${error.was ?? error.message}`;
  return `refused ${method}: ${error.message}`;
}

/** A number, a hash, the hash of a block; else only what tells answers apart: whoever made it up may quote a key in it. */
function shown(facts: unknown, alike: string): string {
  const value: unknown = Object(facts).hash ?? facts;
  if (typeof value === 'string' && /^0x[0-9a-f]{0,64}$/i.test(value)) return value;
  return alike.replace(/^= /, '').replace(/([\da-f]{8})[\da-f]+\)$/, '$1…)');
}

/** What the contract refused, or the nodes' own refusals as one, for who can ask for less; null where there is none. */
export function refusalOf(votes: readonly Vote[]): RpcAnswerError | null {
  const refusals = votes.flatMap(({ answer }) => (answer.kind === 'refusal' ? [answer] : []));
  const [first] = refusals;
  if (first === undefined || first.error.data !== null) return first?.error ?? null;
  const message = refusals.map(({ from, error }) => `${from.name}: ${error.message}`).join('; ');
  return new RpcAnswerError(message, first.error.code, null);
}
