import { contentKey, type StoredTensor } from './tensor-bytes.ts';

/** A tensor of each release, or one that the other lacks. */
export interface Pair {
  readonly left: StoredTensor | null;
  readonly right: StoredTensor | null;
}

interface Rule {
  readonly keyOf: (tensor: StoredTensor) => string;
  /** Only where the key is left once on each side. */
  readonly once: boolean;
}

/** Which tensor became which; each rule is for those that the rules before it have left. */
const RULES: readonly Rule[] = [
  { keyOf: ({ file, name }) => `${file.path}\n${name}`, once: false },
  // In another file: resharded.
  { keyOf: (tensor) => `${contentKey(tensor)}\n${tensor.name}`, once: false },
  // Renamed.
  { keyOf: contentKey, once: false },
  // Changed, and in another file.
  { keyOf: ({ name }) => name, once: true },
];

/** Every tensor once. */
export function matchTensors(left: readonly StoredTensor[], right: readonly StoredTensor[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let [leftRest, rightRest] = [left, right];
  for (const { keyOf, once } of RULES) {
    const befores = Map.groupBy(leftRest, keyOf);
    const afters = Map.groupBy(rightRest, keyOf);
    for (const [key, before] of befores) {
      const after = afters.get(key) ?? [];
      const count =
        once && (before.length > 1 || after.length > 1) ? 0 : Math.min(before.length, after.length);
      for (let i = 0; i < count; i += 1) pairs.push({ left: before[i]!, right: after[i]! });
      befores.set(key, before.slice(count));
      afters.set(key, after.slice(count));
    }
    leftRest = [...befores.values()].flat();
    rightRest = [...afters.values()].flat();
  }
  return [
    ...pairs,
    ...leftRest.map((tensor) => ({ left: tensor, right: null })),
    ...rightRest.map((tensor) => ({ left: null, right: tensor })),
  ];
}
