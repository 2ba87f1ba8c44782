import { randomInt } from 'node:crypto';
import { Seeded } from '../../src/testing/samples/seeded.ts';

/** The long form: every point, and larger work to have more of them. */
export const DEEP = process.env.BALLAST_DEEP !== undefined;

/** Ends a hang. Every point takes an hour on a machine that does much else. */
export const LONG_MS = 7_200_000;

/** Runs beside each other: most of one is waiting for its syncs. */
const LANES = 4;

const seed = Number(process.env.BALLAST_SEED ?? randomInt(2 ** 31));

/**
 * Works at each of the points 1 … `count`, in any order; in the short form at the first, the last and a sample of those
 * between, of which the seed is printed.
 * @param most points in the short form
 */
export async function atPoints(
  name: string,
  count: number,
  most: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const points = DEEP || count <= most ? all : sample(name, all, most);
  console.log(`${name}: ${points.length} of ${count} points, BALLAST_SEED=${seed}`);
  const left = points.values();
  const lane = async () => {
    for (const at of left) await work(at);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function sample(name: string, all: readonly number[], most: number): number[] {
  const random = Seeded.of(seed, name);
  const chosen = new Set([1, all.length]);
  while (chosen.size < most) chosen.add(random.pick(all));
  return [...chosen];
}
