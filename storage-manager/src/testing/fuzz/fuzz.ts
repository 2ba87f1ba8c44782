import { setImmediate } from 'node:timers/promises';
import { BallastError } from '../../errors.ts';
import { MiB } from '../../limits.ts';
import { Seeded } from '../samples/seeded.ts';
import { Mutator } from './mutator.ts';

/** A parser, and what may come of it. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound inputs, from which hostile ones are made. */
  readonly samples: readonly Uint8Array[];
  /** Words of the format. */
  readonly words?: readonly Uint8Array[] | undefined;
  /**
   * Parses, and looks at what comes out: a thrown error that is not a `BallastError` is a finding. Parsers that say no by
   * null throw nothing.
   * @returns whether the input was taken
   */
  parse(input: Uint8Array): boolean | Promise<boolean>;
}

/** What a run of so many inputs has shown. */
export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that the parser took: where none is, the inputs are too wild to show anything. */
  readonly taken: number;
  /** Of one input, at most. */
  readonly slowestMs: number;
  /** Highest growth of the process, sampled. */
  readonly grownBytes: number;
  readonly inputsPerSecond: number;
}

/** By the clock, on a machine that may do much else besides: what takes so long has no end. */
const MOST_MS = 20_000;
const MOST_GROWN_BYTES = 256 * MiB;
const SAMPLED = 4_096;
const SHOWN_BYTES = 2_048;

/**
 * Feeds a parser with inputs made from its samples.
 * @param seed the same one finds the same again
 * @throws Error at the first finding, with the input in hex: another error than a typed one, an input that takes
 *   seconds, memory that grows
 */
export async function fuzz(target: FuzzTarget, inputs: number, seed: number): Promise<FuzzReport> {
  const mutator = new Mutator(Seeded.of(target.name, seed), target.samples, target.words ?? []);
  const before = process.memoryUsage.rss();
  const start = performance.now();
  let [taken, slowestMs, grownBytes] = [0, 0, 0];
  for (let count = 0; count < inputs; count += 1) {
    const input = mutator.next();
    const began = performance.now();
    if (await isTaken(target, input, seed)) taken += 1;
    slowestMs = Math.max(slowestMs, performance.now() - began);
    if (slowestMs > MOST_MS) throw finding(target, input, seed, `took ${Math.round(slowestMs)} ms`);
    if (count % SAMPLED === 0 || count === inputs - 1) {
      // What native objects hold is given back in a turn of the event loop alone.
      await setImmediate();
      grownBytes = Math.max(grownBytes, process.memoryUsage.rss() - before);
    }
    if (grownBytes > MOST_GROWN_BYTES)
      throw finding(target, input, seed, `came when memory had grown by ${grownBytes}`);
  }
  const inputsPerSecond = Math.round(inputs / ((performance.now() - start) / 1_000));
  return { inputs, taken, slowestMs: Math.round(slowestMs), grownBytes, inputsPerSecond };
}

async function isTaken(target: FuzzTarget, input: Uint8Array, seed: number): Promise<boolean> {
  try {
    const taken = target.parse(input);
    return typeof taken === 'boolean' ? taken : await taken;
  } catch (error) {
    if (!(error instanceof BallastError)) throw finding(target, input, seed, 'ended in another error', error);
    return false;
  }
}

function finding({ name }: FuzzTarget, input: Uint8Array, seed: number, was: string, cause?: unknown): Error {
  const hex = Buffer.from(input.subarray(0, SHOWN_BYTES)).toString('hex');
  return new Error(`${name}, seed ${seed}: an input of ${input.byteLength} bytes ${was}: ${hex}`, { cause });
}
