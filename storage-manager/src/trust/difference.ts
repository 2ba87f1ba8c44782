import type { PinnedRelease } from '../interfaces.ts';

/** What two words about one version do not agree in. */
export interface Difference {
  /** `chunk root`. */
  readonly what: string;
  readonly one: string | number;
  readonly other: string | number;
}

const FACTS = [
  ['manifest', 'manifest'],
  ['chunk root', 'chunkRoot'],
  ['chunk count', 'chunkCount'],
  ['bytes', 'bytes'],
] as const;

/** The first that is found; null where both are of the very same release. */
export function differenceOf(one: PinnedRelease, other: PinnedRelease): Difference | null {
  const fact = FACTS.find(([, key]) => one[key] !== other[key]);
  if (fact === undefined) return null;
  const [what, key] = fact;
  return { what, one: one[key], other: other[key] };
}
