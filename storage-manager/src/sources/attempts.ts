import { BallastError, CorruptError, MissingError, UnavailableError } from '../errors.ts';
import type { Digest } from '../ids/digest.ts';

/** Errors that say something of one source only; anything else (a stopped job, a broken disk of ours) ends the read. */
export function isAboutThisSource(error: unknown): error is BallastError {
  return error instanceof BallastError && ['missing', 'corrupt', 'unavailable'].includes(error.kind);
}

/** What a source threw. */
export interface Failure {
  readonly name: string;
  readonly error: BallastError;
  /** What is told of it, where the error's own `was` would mislead. */
  readonly was?: string;
}

/**
 * What a route says once none of its sources has delivered a block. One that could not be reached may have it, so that
 * later is another answer than now; else wrong bytes are graver than none.
 * @param failures the last one of each source
 */
export function exhausted(
  digest: Digest,
  failures: readonly Failure[],
): MissingError | CorruptError | UnavailableError {
  const attempts = failures.flatMap(({ error }) => attemptsIn(error));
  const parts = {
    should: `block ${digest} must be in ${failures.map(({ name }) => name).join(' or ') || 'a source'}`,
    was: failures.map(saidOf).join('; ') || 'no source is configured',
    next: 'start or name another source that holds it',
    attempts,
  };
  const some = (kind: BallastError['kind']) => attempts.some((error) => error.kind === kind);
  if (some('unavailable')) return new UnavailableError('SOURCES_EXHAUSTED', parts);
  if (some('corrupt')) return new CorruptError('CHUNK_CORRUPT', parts);
  return new MissingError('CHUNK_MISSING', parts);
}

/** With the source's name, where it does not begin with it; a route's error has its sources' names. */
function saidOf({ name, error, was }: Failure): string {
  if (was !== undefined) return was;
  const named = [`${name} `, `store ${name} `].some((begin) => error.was.startsWith(begin));
  return named || error.attempts.length > 0 ? error.was : `${name}: ${error.was}`;
}

/** A route's error is about its sources: theirs stand for it. */
export function attemptsIn(error: BallastError): readonly BallastError[] {
  const inner = error.attempts.filter((attempt) => attempt instanceof BallastError);
  return inner.length === 0 ? [error] : inner;
}
