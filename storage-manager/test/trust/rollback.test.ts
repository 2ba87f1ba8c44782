import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';

test('a record that the private chain has lost shows in every verb that reads the channel', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ballast-rollback-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const model = join(home, 'weights.bin');
  const open = () => new ModelStorageManager({ home: join(home, 'state') });
  const before = open();
  for (const weights of ['old', 'new']) {
    await writeFile(model, weights);
    await before.storeModel(model, 'm');
  }
  await before.retrieveModel('m', join(home, 'out'));
  await before.close();

  const journal = join(home, 'state', 'chain', 'journal');
  await truncate(journal, (await readFile(journal)).byteLength - 1);
  const after = open();
  onTestFinished(() => after.close());
  const calls = [
    () => after.retrieveModel('m', join(home, 'again')),
    () => after.verifyModel('m'),
    () => after.modelInfo('m'),
  ];
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({
      code: 'CHANNEL_ROLLBACK',
      exit: 6,
      next: expect.stringContaining('ballast reset'),
    });
  expect(await after.verifyModel('m@1')).toMatchObject({ ok: true });
});
