import { BallastError, TrustError } from '../errors.ts';
import type { ChainTrust, Trust, TrustedRelease } from '../interfaces.ts';

/**
 * Vouches for a release while the chain is out of reach.
 * @throws TrustError with a code of `NEXT_RUNG` where it can't; any other error is final
 */
export type Rung = Trust['resolve'];

/** The chain gave no answer. Whatever answer it gives, good or bad, is not a reason to ask anybody else. */
const OUT_OF_REACH: readonly string[] = ['CHAIN_UNREACHABLE', 'CHAIN_STALE'];
const NEXT_RUNG: readonly string[] = ['STATEMENT_REFUSED', 'LOCK_MISSING'];

/**
 * Fallback changes the route, never the check: where the chain can't be reached, the rungs below are asked in their order,
 * and where none of them holds nothing is used.
 */
export function ladder(chain: ChainTrust, below: readonly Rung[]): Trust {
  const climb =
    (ask: ChainTrust['look']): Rung =>
    async (model, selector, options) => {
      try {
        return await ask(model, selector, options);
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
        return descend(error, below, [model, selector, options]);
      }
    };
  return { chain, look: climb(chain.look), resolve: climb(chain.resolve) };
}

async function descend(
  unreached: BallastError,
  below: readonly Rung[],
  question: Parameters<Rung>,
): Promise<TrustedRelease> {
  const failed: BallastError[] = [];
  for (const rung of below) {
    try {
      return await rung(...question);
    } catch (error) {
      if (!hasCode(error, NEXT_RUNG)) throw error;
      failed.push(error);
    }
  }
  const [should = ''] = unreached.message.split(', but ');
  throw new TrustError(unreached.code === 'CHAIN_STALE' ? 'CHAIN_STALE' : 'CHAIN_UNREACHABLE', {
    should,
    was: [unreached, ...failed].map(({ was }) => was).join('; '),
    next: `${unreached.next}; without the chain a release can be had that was locked before (\`ballast lock\`), or that a statement vouches for`,
    cause: unreached,
    attempts: [unreached, ...failed],
  });
}

/** Whether it leads below the first rung. */
export function isOutOfReach(error: unknown): error is BallastError {
  return hasCode(error, OUT_OF_REACH);
}

function hasCode(error: unknown, codes: readonly string[]): error is BallastError {
  return error instanceof BallastError && codes.includes(error.code);
}
