import { join } from 'node:path';
import { expect, test } from 'vitest';
import { releaseTexts } from '../../src/manager/release-texts.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { freshManager } from './home.ts';

test('stores texts behind byte order marks, as some editors write them: without the marks', async () => {
  const { folder, storage, model } = await freshManager();
  await storage.storeModel(model, 'm', {
    name: '\ufeffn\ufeff',
    description: '\ufeff\ufeffd\ud800',
    license: '\ufeffMIT',
    tags: ['\ufeff', '\ufefft', 't', ''],
  });
  await storage.retrieveModel('m', join(folder, 'out'));
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(model));
  const { meta } = await storage.modelInfo('m');
  expect(meta).toEqual({ name: 'n\ufeff', description: 'd\ufffd', license: 'MIT', tags: ['t'] });
});

test.each(['Apache-2.0', 'llama3.1', 'MIT OR (GPL-2.0+ AND LicenseRef-x)', 'DocumentRef-a:LicenseRef-b'])(
  'takes the license %s',
  (license) => {
    expect(releaseTexts('m', { license })).toEqual({ name: 'm', description: '', license, tags: [] });
  },
);

test.each([
  [{ license: '' }, 'an SPDX expression'],
  [{ license: 'see http://example.org' }, 'an SPDX expression'],
  [{ license: 'MIT\u0007' }, 'a license must be one line'],
  [{ name: 'a\u001b[31m' }, 'a name must be one line'],
  [{ description: 'a\nb' }, 'a description must be one line'],
  [{ tags: ['a\tb'] }, 'a tag must be one line'],
  [{ tags: ['\u00e9'.repeat(65)] }, 'at most 128 bytes'],
])('refuses %j', (texts, message) => {
  expect(() => releaseTexts('m', texts)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID', message: expect.stringContaining(message) }),
  );
});
