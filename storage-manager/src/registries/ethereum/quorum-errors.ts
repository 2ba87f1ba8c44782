import { TrustError } from '../../errors.ts';
import type { Quorum } from '../../interfaces.ts';
import { refusalOf, saying, type Vote } from './quorum-vote.ts';

/**
 * Why there is no answer that enough have given: they contradict each other (`QUORUM_FAILED`), refuse by themselves
 * (RpcAnswerError, as one node would), or too few answer at all (`CHAIN_UNREACHABLE`).
 */
export function failure(votes: readonly Vote[], method: string, { agreed, asked }: Quorum): Error {
  const said = votes.map((vote) => `${vote.answer.from.name} ${saying(vote, method)}`).join('; ');
  const stated = new Set(votes.filter(({ states }) => states).map(({ alike }) => alike));
  if (stated.size > 1) {
    return new TrustError('QUORUM_FAILED', {
      should: `${agreed} of ${asked} RPC endpoints must answer ${method} alike`,
      was: said,
      next: 'see with `ballast doctor` which of them is wrong or behind, and use others in its place',
    });
  }
  return (
    refusalOf(votes.filter(({ states }) => !states)) ??
    new TrustError('CHAIN_UNREACHABLE', {
      should: `${agreed} of ${asked} RPC endpoints must answer ${method}`,
      was: said,
      next: 'check these endpoints and whether their nodes run, or configure others',
    })
  );
}
