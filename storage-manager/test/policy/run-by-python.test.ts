import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import { fileOf } from '../chunkers/cut-file.ts';
import { files } from './odd-files.ts';

describe('B19: what Python runs or opens, though it is oddly written', () => {
  it.each(Object.entries(files))('%s', async (_name, [, bytes, format]) => {
    for (const path of ['README.md', 'm.safetensors', 'a.png'])
      expect(await classify(fileOf(bytes, path))).toMatchObject({ format });
  });

  const python = spawnSync('python3', ['--version']).status === 0;

  it.skipIf(!python)('Python does so with each of them (skipped: no python3)', () => {
    const input = JSON.stringify(
      Object.fromEntries(
        Object.entries(files).map(([name, [kind, bytes]]) => [
          name,
          [kind, Buffer.from(bytes).toString('hex')],
        ]),
      ),
    );
    const done = spawnSync('python3', [join(import.meta.dirname, 'run-by-python.py')], {
      input,
      encoding: 'utf8',
    });
    expect(done.stderr).toBe('');
    expect(done.stdout.trim().split('\n')).toEqual(Object.keys(files));
  });
});
