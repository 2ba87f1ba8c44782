import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PolicyError } from '../../src/errors.ts';
import { fileSystemError } from '../../src/fs/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-errors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('the call must throw');
}

test.skipIf(!existsSync('/dev/full'))('C6: a full disk', () => {
  const full = openSync('/dev/full', 'w');
  const cause = thrownBy(() => writeSync(full, 'x'));
  closeSync(full);
  expect(fileSystemError(cause, '/models/tiny')).toMatchObject({
    code: 'DISK_FULL',
    exit: 8,
    message: '/models/tiny must have room, but ENOSPC: no space left on device, write',
    cause,
  });
});

test.each([
  ['ENOENT', () => readFileSync(join(folder, 'absent'))],
  ['EISDIR', () => readFileSync(folder)],
  ['ENOTDIR', () => readFileSync(join(process.execPath, 'x'))],
])('%s and its like keep their name and say what to do', (name, call) => {
  expect(fileSystemError(thrownBy(call), 'the file')).toMatchObject({
    code: 'FILE_SYSTEM',
    message: expect.stringContaining(name),
    next: expect.stringMatching(/./),
  });
});

test('a path is told once, and never as that of a held folder that is closed', () => {
  const held = `/proc/self/fd/${2 ** 20}/.out.ballast-partial`;
  const cause = thrownBy(() => readFileSync(held));
  expect(fileSystemError(cause, '/models/.out.ballast-partial')).toMatchObject({
    message: '/models/.out.ballast-partial must be usable, but ENOENT: no such file or directory',
    cause,
  });
  const other = thrownBy(() => readFileSync(join(folder, 'absent')));
  expect(fileSystemError(other, 'the journal')).toMatchObject({
    message: expect.stringContaining(`open '${folder}/absent'`),
  });
});

test('a database: full, locked, damaged', () => {
  const file = join(folder, 'db');
  const [one, two] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 0 })];
  one.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2');
  const full = thrownBy(() => one.exec('INSERT INTO t VALUES (zeroblob(100000))'));
  expect(fileSystemError(full, 'db')).toMatchObject({ code: 'DISK_FULL' });
  one.exec('BEGIN EXCLUSIVE');
  expect(
    fileSystemError(
      thrownBy(() => two.exec('BEGIN EXCLUSIVE')),
      'db',
    ),
  ).toMatchObject({ code: 'LOCKED' });
  one.close();
  const mistake = thrownBy(() => two.exec('NO SQL'));
  expect(fileSystemError(mistake, 'db')).toBe(mistake);
  two.close();
  writeFileSync(file, 'x'.repeat(8192));
  const damaged = new DatabaseSync(file);
  expect(
    fileSystemError(
      thrownBy(() => damaged.exec('SELECT * FROM t')),
      'db',
    ),
  ).toMatchObject({ code: 'STORE_CORRUPT' });
  damaged.close();
});

test('other errors come back as they are', () => {
  const policy = new PolicyError('PATH_UNSAFE', { should: 'a', was: 'b', next: 'c' });
  const mistake = new TypeError('undefined is not a function');
  const abort = new DOMException('aborted', 'AbortError');
  for (const error of [policy, mistake, abort]) expect(fileSystemError(error, 'x')).toBe(error);
  expect(fileSystemError('text', 'x')).toMatchObject({ message: 'text' });
});
