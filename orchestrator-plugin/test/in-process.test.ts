import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelStorageManager } from '@ballast-models/storage-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InProcessModelSource } from '../src/index.ts';

async function published() {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-plugin-'));
  const storage = new ModelStorageManager({ home: join(folder, 'home') });
  onTestFinished(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const weights = randomBytes(3_000_000);
  await mkdir(join(folder, 'model'));
  await writeFile(join(folder, 'model', 'weights.bin'), weights);
  await storage.storeModel(join(folder, 'model'), 'llama');
  return { folder, weights, storage, source: new InProcessModelSource(storage) };
}

describe('a model source', () => {
  it('resolves with a folder whose every byte is right', async () => {
    const { folder, weights, source } = await published();
    const destination = join(folder, 'fetched');
    expect(await source.fetch('llama', destination)).toEqual({
      path: destination,
      model: 'local/llama',
      version: '1',
      trust: 'local',
      bytes: weights.byteLength,
    });
    expect(weights.equals(await readFile(join(destination, 'weights.bin')))).toBe(true);
    expect(await source.fetch('llama@1', destination)).toMatchObject({ path: destination });
  });

  it('gives no path where a byte is wrong', async () => {
    const { folder, source } = await published();
    const packs = join(folder, 'home', 'store', 'packs');
    const pack = (await readdir(packs)).find((name) => name.endsWith('.pack'))!;
    const file = await open(join(packs, pack), 'r+');
    await file.write(Buffer.from('damage'), 0, 6, 100_000);
    await file.close();
    const destination = join(folder, 'fetched');
    await expect(source.fetch('llama', destination)).rejects.toMatchObject({
      code: 'CHUNK_CORRUPT',
      exit: 4,
    });
    await expect(access(destination)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops when it is told to', async () => {
    const { folder, source } = await published();
    const reason = new Error('job cancelled');
    const fetching = source.fetch('llama', join(folder, 'fetched'), { signal: AbortSignal.abort(reason) });
    await expect(fetching).rejects.toBe(reason);
  });

  it('makes no archive', async () => {
    const { folder, source } = await published();
    await expect(source.fetch('llama', join(folder, 'x.tar.gz'))).rejects.toMatchObject({ exit: 2 });
  });
});
