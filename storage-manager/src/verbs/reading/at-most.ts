import { PolicyError } from '../../errors.ts';
import { MAX_LISTED } from '../../limits.ts';

/**
 * What a registry lists, which is held in memory: who answers for it could go on for ever.
 * @param what its rows are, in the plural @throws PolicyError `LIMIT_EXCEEDED` after 100,000
 */
export async function* atMost<T>(rows: AsyncIterable<T>, what: string): AsyncIterable<T> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > MAX_LISTED) throw tooMany(what);
    yield row;
  }
}

function tooMany(what: string): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `a list must have at most ${MAX_LISTED} ${what}`,
    was: 'the registry lists more',
    next: 'ask for one namespace, or for one release (model@version); where there can be no more, use another RPC endpoint',
  });
}
