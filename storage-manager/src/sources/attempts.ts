import { BallastError, CorruptError, MissingError, UnavailableError } from '../errors.ts';
import type { Digest } from '../ids/digest.ts';

/** Errors that say something of one source only; anything else (a stopped job, a broken disk of ours) ends the read. */
export function isAboutThisSource(error: unknown): error is BallastError {
  return error instanceof BallastError && ['missing', 'corrupt', 'unavailable'].includes(error.kind);
}

/**
 * What a route says once none of its sources has delivered a block. One that could not be reached may have it, so that
 * later is another answer than now; else wrong bytes are graver than none.
 * @param names of the sources that were asked
 */
export function exhausted(
  digest: Digest,
  names: string,
  failures: readonly BallastError[],
): MissingError | CorruptError | UnavailableError {
  const attempts = failures.flatMap(attemptsIn);
  const parts = {
    should: `block ${digest} must be in ${names || 'a source'}`,
    was: attempts.map(({ was }) => was).join('; ') || 'no source is configured',
    next: 'start or name another source that holds it',
    attempts,
  };
  const some = (kind: BallastError['kind']) => attempts.some((error) => error.kind === kind);
  if (some('unavailable')) return new UnavailableError('SOURCES_EXHAUSTED', parts);
  if (some('corrupt')) return new CorruptError('CHUNK_CORRUPT', parts);
  return new MissingError('CHUNK_MISSING', parts);
}

/** A route's error is about its sources: theirs stand for it. */
export function attemptsIn(error: BallastError): readonly BallastError[] {
  const inner = error.attempts.filter((attempt) => attempt instanceof BallastError);
  return inner.length === 0 ? [error] : inner;
}
