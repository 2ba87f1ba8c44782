import { UnavailableError } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * @param what that was asked for, as a noun @param was what came instead, as a clause; never a URL
 * @param retryAfterMs how long it wants to be left alone
 */
export function unreachable(
  endpoint: Endpoint,
  what: string,
  was: string,
  cause?: unknown,
  retryAfterMs: number | null = null,
): UnavailableError {
  return new UnavailableError('STORE_UNREACHABLE', {
    should: `${endpoint.label} must answer with ${what}`,
    was,
    next: 'see that the store runs and is reached at that address, then run the same command again',
    ...(cause === undefined ? {} : { cause }),
    retryAfterMs,
  });
}
