import { access, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelStorageManager, type RefusedFormat } from '@ballast-models/storage-manager';
import { safetensors } from '@ballast-models/storage-manager/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InProcessModelSource } from '../src/index.ts';

async function published(allow: Readonly<Record<string, RefusedFormat[]>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-plugin-'));
  const storage = new ModelStorageManager({ home: join(folder, 'home'), policy: { allow } });
  onTestFinished(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const weights = Buffer.from(safetensors(3, 1_000_000));
  await mkdir(join(folder, 'model'));
  await writeFile(join(folder, 'model', 'weights.safetensors'), weights);
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
    expect(weights.equals(await readFile(join(destination, 'weights.safetensors')))).toBe(true);
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

  /** What `torch.save` wrote before 1.6 begins so. */
  const PICKLE = Buffer.from('\x80\x02cposix\nsystem\nq\0X\x02\0\0\0idq\x01\x85R.', 'latin1');

  it('B19: gives no path to a model with a pickle in it, and leaves nothing of it', async () => {
    const { folder, storage, source } = await published();
    await writeFile(join(folder, 'model', 'config.json'), PICKLE);
    await storage.storeModel(join(folder, 'model'), 'llama');
    await expect(source.fetch('llama', join(folder, 'fetched'))).rejects.toMatchObject({
      code: 'FORMAT_REFUSED',
      exit: 7,
      message: expect.stringContaining('config.json is a pickle that calls posix.system'),
    });
    expect((await readdir(folder)).toSorted()).toEqual(['home', 'model']);
    // The folder of the version before is no way around it either.
    expect(await source.fetch('llama@1', join(folder, 'fetched'))).toMatchObject({ version: '1' });
  });

  it('B19: takes the pickle where it is allowed for this model', async () => {
    const { folder, storage, source } = await published({ llama: ['pickle'], other: ['unknown'] });
    await writeFile(join(folder, 'model', 'old.bin'), PICKLE);
    await storage.storeModel(join(folder, 'model'), 'llama');
    expect(await source.fetch('llama', join(folder, 'fetched'))).toMatchObject({ version: '2' });
    await storage.storeModel(join(folder, 'model'), 'other');
    await expect(source.fetch('other', join(folder, 'second'))).rejects.toMatchObject({ exit: 7 });
  });
});
