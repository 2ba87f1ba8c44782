import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../scripts/foundry.ts';
import { mutants } from '../scripts/mutants.ts';

/** That the suites find each is shown by `npm run test:deep`, which compiles them one after another. */
test('at least 40 mutants can be planted, each in one place and in one line', async () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  for (const [file, original, replacement] of mutants) {
    const source = await readFile(join(root, 'contracts', file), 'utf8');
    expect(source.split(original), `${file}: ${original}`).toHaveLength(2);
    expect(`${original}${replacement}`).not.toContain('\n');
  }
});
