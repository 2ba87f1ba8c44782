import { join } from 'node:path';
import { expect, test } from 'vitest';
import { treeDigests } from '../../src/testing/trees.ts';
import { freshManager } from './home.ts';

test('stores texts behind byte order marks, as some editors write them: without the marks', async () => {
  const { folder, storage, model } = await freshManager();
  await storage.storeModel(model, 'm', {
    name: '\ufeffn\ufeff',
    description: '\ufeff\ufeffd\ud800',
    license: '\ufeffMIT',
    tags: ['\ufeff', '\ufefft'],
  });
  await storage.retrieveModel('m', join(folder, 'out'));
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(model));
  const { meta } = await storage.modelInfo('m');
  expect(meta).toEqual({ name: 'n\ufeff', description: 'd\ufffd', license: 'MIT', tags: ['', 't'] });
});
