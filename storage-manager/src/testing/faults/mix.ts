import { Seeded } from '../samples/seeded.ts';
import type { FaultKind, HttpFault } from './fault.ts';
import type { Script } from './server.ts';

/** How often something goes wrong, and what. */
export interface Mix {
  readonly seed: number;
  /** Share of the requests, from 0 to 1. */
  readonly rate: number;
  /** Default: every kind. */
  readonly kinds?: readonly FaultKind[] | undefined;
  /** Paths of other blocks, for `swap`; without any there is none. */
  readonly others?: readonly string[] | undefined;
}

/** One fault of each kind, drawn anew. `pass` is none, and `lie` is for who writes. */
const DRAW: { readonly [K in Exclude<FaultKind, 'pass' | 'lie' | 'swap'>]: (random: Seeded) => HttpFault } = {
  append: (random) => ({ kind: 'append', bytes: random.pick([1, 1 << 20]) }),
  bomb: (random) => ({ kind: 'bomb', encoding: random.pick(['gzip', 'br']), unfolds: 64 }),
  cut: (random) => ({ kind: 'cut', at: random.next(), framing: random.pick(['length', 'chunked', 'close']) }),
  delay: (random) => ({ kind: 'delay', ms: random.below(30) }),
  drip: () => ({ kind: 'drip', everyMs: 50 }),
  flip: (random) => ({
    kind: 'flip',
    at: random.pick(['first', 'middle', 'last']),
    bit: random.below(8),
  }),
  header: (random) => ({ kind: 'header', bomb: random.pick(['long', 'many', 'interim']) }),
  inf: (random) => ({ kind: 'inf', status: random.pick([200, 500]) }),
  range: (random) => ({ kind: 'range', from: 1 + random.below(100), length: 1 + random.below(1_000) }),
  redirect: () => ({ kind: 'redirect', to: 'http://127.0.0.1:1/elsewhere' }),
  rst: (random) => ({ kind: 'rst', at: random.pick(['head', 'middle']) }),
  stall: (random) => ({ kind: 'stall', at: random.pick(['request', 'head', 'body', 'middle']) }),
  status: (random) => ({
    kind: 'status',
    status: random.pick([200, 304, 401, 403, 404, 410, 429, 500, 502, 503, 504]),
    headers: { 'retry-after': random.pick(['0', '1e9', '-1', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) },
    body: random.pick(['', '<html>sign in</html>', '{"Message":"no","Code":0}']),
  }),
  surplus: () => ({ kind: 'surplus' }),
};

/**
 * A script of faults drawn at random. The same seed gives the n-th request for a path the same fault, in whatever order
 * requests come.
 */
export function faultMix({ seed, rate, kinds, others = [] }: Mix): Script {
  const times = new Map<string, number>();
  const drawable: readonly FaultKind[] = [
    ...(Object.keys(DRAW) as (keyof typeof DRAW)[]),
    ...(others.length > 0 ? (['swap'] as const) : []),
  ];
  const wanted = drawable.filter((kind) => kinds?.includes(kind) ?? true);
  return ({ target }) => {
    const time = (times.get(target) ?? 0) + 1;
    times.set(target, time);
    const random = Seeded.of(seed, target, time);
    if (!random.chance(rate)) return null;
    const kind = random.pick(wanted);
    if (kind === 'swap') return { kind, target: random.pick(others) };
    return kind === 'pass' || kind === 'lie' ? null : DRAW[kind](random);
  };
}
