import { TrustError } from '../../../errors.ts';
import type { Quorum } from '../../../interfaces.ts';
import { refusalOf, saying, type Vote } from './vote.ts';

/** Why there is no answer that enough have given: they contradict each other, or `unanswered`. */
export function disagreement(votes: readonly Vote[], method: string, quorum: Quorum): Error {
  const stated = new Set(votes.filter(({ states }) => states).map(({ alike }) => alike));
  if (stated.size < 2) return unanswered(votes, method, quorum);
  return new TrustError('QUORUM_FAILED', {
    should: `${quorum.agreed} of ${quorum.asked} RPC endpoints must answer ${method} alike`,
    was: said(votes, method),
    next: 'see with `ballast doctor` which of them is wrong or behind, and use others in its place',
  });
}

/** Too few have answered: nodes refused by themselves (RpcAnswerError, as one would), or said nothing (`CHAIN_UNREACHABLE`). */
export function unanswered(votes: readonly Vote[], method: string, { agreed, asked }: Quorum): Error {
  return (
    refusalOf(votes.filter(({ states }) => !states)) ??
    new TrustError('CHAIN_UNREACHABLE', {
      should: `${agreed} of ${asked} RPC endpoints must answer ${method}`,
      was: said(votes, method),
      next: 'check these endpoints and whether their nodes run, or configure others',
    })
  );
}

function said(votes: readonly Vote[], method: string): string {
  return votes.map((vote) => `${vote.answer.from.name} ${saying(vote, method)}`).join('; ');
}
