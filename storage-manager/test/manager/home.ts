import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';

/** A manager of its own state, and a model to store. */
export async function freshManager() {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-manager-'));
  const storage = new ModelStorageManager({ home: join(folder, 'home') });
  onTestFinished(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const model = await writeTree(join(folder, 'model'), {
    'weights.bin': Buffer.alloc(2_500_000, 'weights'),
    'a/config.json': '{}',
    'empty.txt': '',
  });
  return { folder, storage, model };
}
