/**
 * Every parser of what others have made, fed with inputs that are almost right: 3,000 each, in the deep form a million.
 * A finding is told with its input in hex and the seed, which finds it again: BALLAST_FUZZ_SEED.
 */
import { expect, it } from 'vitest';
import { type FuzzTarget, fuzz } from '../../src/testing/fuzz/fuzz.ts';
import { FILE_TARGETS } from './file-targets.ts';
import { FORMAT_TARGETS } from './format-targets.ts';
import { TEXT_TARGETS } from './text-targets.ts';

const deep = process.env.BALLAST_DEEP !== undefined;
const inputs = deep ? 1_000_000 : 3_000;
const seed = Number(BigInt(process.env.BALLAST_FUZZ_SEED ?? 1) & 0xffffffffn);

/** The case of docs/faults.md that a parser stands against. */
const CASES: Readonly<Record<string, string>> = {
  manifest: 'B14',
  'manifest, by value': 'B11',
  index: 'B12',
  'index, by value': 'B12',
  UnixFS: 'A18',
  CAR: 'A17',
  safetensors: 'B20',
  GGUF: 'B20',
  tar: 'B22',
  'formats of files': 'B19',
  CID: 'B15',
  reference: 'B17',
  path: 'B1',
  statement: 'B18',
};

const titled = ({ name }: FuzzTarget) => (CASES[name] === undefined ? name : `${CASES[name]}: ${name}`);
const targets = [...FORMAT_TARGETS, ...FILE_TARGETS, ...TEXT_TARGETS].map(
  (target) => [titled(target), target] as const,
);

it.each(targets)(
  `%s: ${inputs} inputs of seed ${seed} end in a value or in an error of its own, within bounds`,
  { timeout: 1_800_000 },
  async (_title, target) => {
    const report = await fuzz(target, inputs, seed);
    if (deep) console.log(target.name, JSON.stringify(report));
    // Inputs that are all refused at the first byte would show nothing.
    expect(report.taken).toBeGreaterThan(0);
    expect(report.inputs).toBe(inputs);
  },
);

it('a finding is told with its seed and its input, and found again', async () => {
  const target: FuzzTarget = {
    name: 'broken',
    samples: [Uint8Array.of(1, 2, 3)],
    parse: (input) => {
      if (input[0] === 0xff) throw new TypeError('a crash');
      return true;
    },
  };
  const run = () => fuzz(target, 100_000, 7).catch((error: Error) => error.message);
  const message = await run();
  expect(message).toMatch(/^broken, seed 7: an input of \d+ bytes ended in another error: ff/);
  expect(await run()).toBe(message);
});
