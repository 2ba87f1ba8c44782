import { randomInt } from 'node:crypto';

/** `count` distinct whole numbers below `below` (Floyd's algorithm), rising; all of them where there are no more. */
export function randomSample(count: number, below: number): readonly number[] {
  const chosen = new Set<number>();
  for (let last = Math.max(0, below - count); last < below; last += 1) {
    const number = randomInt(last + 1);
    chosen.add(chosen.has(number) ? last : number);
  }
  return Array.from(chosen).sort((a, b) => a - b);
}
