/** docs/spec.md is enough: an implementation that was written from it, in another language, agrees with this one. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stream } from '../../storage-manager/test/chunkers/stream.ts';
import { Ballast, temporaryFolder } from '../e2e/ballast.ts';
import { hasPython, python, root } from './python.ts';

describe.skipIf(!hasPython)(
  'the second implementation (needs python3, 3.10 or newer)',
  { timeout: 180_000 },
  () => {
    test('agrees with every vector', () => {
      const { code, stdout, stderr } = python('check_vectors.py', root);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout.match(/^ok \w+$/gm)?.length).toBeGreaterThanOrEqual(10);
    });

    test('makes the worked example', () => {
      expect(python('check_page.py', root)).toEqual({ code: 0, stdout: 'ok page\n', stderr: '' });
    });

    test('reads what the command line published, and makes the same manifest of the folder', async () => {
      const home = await temporaryFolder('spec');
      const ballast = new Ballast(home);
      const model = join(home, 'model');
      await mkdir(join(model, 'sub'), { recursive: true });
      const tensors = '{"a":{"dtype":"U8","shape":[900000],"data_offsets":[0,900000]},'.padEnd(80);
      const header = `${tensors}"b":{"dtype":"U8","shape":[500000],"data_offsets":[900000,1400000]}}`.padEnd(
        160,
      );
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      const files = {
        'config.json': Buffer.from('{"layers":2}'),
        empty: Buffer.alloc(0),
        'model.safetensors': Buffer.concat([length, Buffer.from(header), stream('tensor', 1_400_000)]),
        'sub/模型.bin': stream('noise', 2_500_000),
      };
      for (const [path, bytes] of Object.entries(files)) await writeFile(join(model, path), bytes);
      const { manifest, chunks } = await ballast.json<{ manifest: string; chunks: number }>(
        0,
        ...['store', model, 'tiny', '--description', 'x'.repeat(300)],
      );
      const proven = { code: 0, stdout: `ok 4 files ${chunks} chunks\n`, stderr: '' };
      expect(python('check_published.py', ballast.home, manifest, model)).toEqual(proven);
      await damageTables(join(ballast.home, 'store/packs'));
      expect(python('check_published.py', ballast.home, manifest, model)).toEqual(proven);
    });
  },
);

/** One byte in the last record of each pack; the copy beside it stays right. */
async function damageTables(packs: string): Promise<void> {
  const names = (await readdir(packs)).filter((name) => name.endsWith('.pack'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const bytes = await readFile(join(packs, name));
    bytes[bytes.length - 30]! ^= 1;
    await writeFile(join(packs, name), bytes);
  }
}
