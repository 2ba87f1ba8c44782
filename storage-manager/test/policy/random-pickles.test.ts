import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import { fileOf } from '../chunkers/cut-file.ts';

const python = spawnSync('python3', ['--version']).status === 0;
const deep = process.env.BALLAST_DEEP !== undefined;
const tries = deep ? 20_000_000 : 200_000;
const seed = BigInt(process.env.BALLAST_FUZZ_SEED ?? 1) & 0xffffffffn;

it.skipIf(!python)(
  `B19: whatever made Python call something is a pickle, of ${tries} random ones of seed ${seed} (skipped: no python3)`,
  { timeout: 1_800_000 },
  async () => {
    const program = join(import.meta.dirname, 'random-pickles.py');
    const printed = execFileSync('python3', [program, `${tries}`, `${seed}`], {
      maxBuffer: 2 ** 28,
      encoding: 'utf8',
    });
    const calls = printed.trim().split('\n');
    const missed: string[] = [];
    for (const hex of calls) {
      const { format } = await classify(fileOf(Buffer.from(hex, 'hex'), 'README.md'));
      if (format !== 'pickle') missed.push(`${format}: ${hex}`);
    }
    expect(missed).toEqual([]);
    expect(calls.length).toBeGreaterThan(tries / 1_000);
  },
);
