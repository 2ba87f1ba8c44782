/** A CID that is named itself, where only what is locked may be fetched. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';

test('P3: --locked refuses a CID that no entry has as its manifest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-locked-cid-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const lock = join(folder, 'models.lock');
  const storage = new ModelStorageManager({ home: join(folder, 'home'), lock, locked: true });
  onTestFinished(() => storage.close());
  const model = await writeTree(join(folder, 'm'), { 'w.bin': randomBlock(3_000).bytes });
  const { manifest, content } = await storage.storeModel(model, 'local/m@1');
  const out = join(folder, 'out');
  const missing = { code: 'LOCK_MISSING', exit: 6, message: expect.stringContaining(manifest) };
  await expect(storage.retrieveCid(manifest, out)).rejects.toMatchObject(missing);
  await storage.locks.add(['local/m@1']);
  await storage.retrieveCid(manifest, out);
  expect(await treeDigests(out)).toEqual(await treeDigests(model));
  const other = join(folder, 'other');
  await expect(storage.retrieveCid(content!, other)).rejects.toMatchObject({ code: 'LOCK_MISSING' });
  await expect(access(other)).rejects.toThrow('ENOENT');
});
