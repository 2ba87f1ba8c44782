import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { folder, render, vectors } from '../scripts/vectors.ts';

test.each(Object.keys(vectors))(
  '%s is what scripts/vectors.ts writes: a changed vector is a changed format',
  async (name) => {
    expect(await readFile(new URL(name, folder), 'utf8')).toBe(render(name));
  },
);
