import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { freshManager } from '../manager/home.ts';
import { pickle } from './corpus.ts';

/** A stored model with a pickle among its files. */
async function withPickle() {
  const { folder, storage, model } = await freshManager();
  await writeFile(join(model, 'a', 'model.safetensors'), pickle('protocol 4'));
  const notes: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') notes.push(event.text);
  };
  const stored = await storage.storeModel(model, 'm', { onEvent });
  return { folder, storage, stored, notes, onEvent, out: join(folder, 'out') };
}

const REFUSED = { code: 'FORMAT_REFUSED', exit: 7, message: expect.stringContaining('a/model.safetensors') };
const WARNING =
  /^local\/m(@1)? is not proven safe to load: a\/model.safetensors is a pickle that calls posix.getenv|os.getenv/;
const inference = { policy: 'inference' } as const;

describe('B19: a pickle in a model', () => {
  it('is stored and brought with a warning, and told', async () => {
    const { storage, notes, onEvent, out } = await withPickle();
    expect(notes).toEqual([expect.stringMatching(WARNING)]);
    const retrieved = await storage.retrieveModel('m', out, { onEvent });
    expect(notes.slice(1)).toEqual([expect.stringMatching(WARNING)]);
    expect(retrieved.notData).toMatchObject([{ path: 'a/model.safetensors', format: 'pickle' }]);
  });

  it.each(['out', 'out.tar', 'out.tar.gz'])(
    'is refused for inference, and nothing is left of %s',
    async (name) => {
      const { folder, storage } = await withPickle();
      await expect(storage.retrieveModel('m', join(folder, name), inference)).rejects.toMatchObject(REFUSED);
      expect((await readdir(folder)).toSorted()).toEqual(['home', 'model']);
    },
  );

  it('is refused where the folder stands already, which then stays as it is', async () => {
    const { storage, out } = await withPickle();
    await storage.retrieveModel('m', out);
    await expect(storage.retrieveModel('m', out, inference)).rejects.toMatchObject(REFUSED);
    await access(join(out, 'a', 'model.safetensors'));
  });

  it('is refused where a CID is named', async () => {
    const { storage, stored, out } = await withPickle();
    await expect(storage.retrieveCid(stored.manifest, out, inference)).rejects.toMatchObject(REFUSED);
    await expect(access(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not matter where it is left out', async () => {
    const { storage, out } = await withPickle();
    const some = { ...inference, exclude: ['*.safetensors'] };
    expect(await storage.retrieveModel('m', out, some)).toMatchObject({ files: 3, notData: [] });
  });
});
