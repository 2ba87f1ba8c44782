import { expect, test } from 'vitest';
import { archiveKind, extractedFolder } from '../../src/archive/names.ts';

test.each([
  ['./downloaded-model.tar.gz', 'tar.gz', './downloaded-model'],
  ['/models/tiny.tgz', 'tar.gz', '/models/tiny'],
  ['tiny-1.0.tar', 'tar', 'tiny-1.0'],
  ['a.tar/b.tar.tar', 'tar', 'a.tar/b.tar'],
])('%s is an archive', (path, kind, folder) => {
  expect(archiveKind(path)).toBe(kind);
  expect(extractedFolder(path)).toBe(folder);
});

test.each(['model', 'model.gz', 'model.zip', 'tar', 'a.tar/b', '.tar.gz', 'x/.tgz', 'model.tar.'])(
  '%s is a folder',
  (path) => expect(archiveKind(path)).toBeNull(),
);
