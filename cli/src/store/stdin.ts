import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** @throws UsageError `SOURCE_UNREADABLE` where it is a terminal, which would be waited for in silence, or a folder */
export function standardInput(engine: typeof import('@ballast-models/storage-manager')): Readable {
  const folder = fstatSync(0).isDirectory();
  if (!folder && !process.stdin.isTTY) return process.stdin;
  throw new engine.UsageError('SOURCE_UNREADABLE', {
    should: 'stdin must bring the model',
    was: folder ? 'it is a folder' : 'it is a terminal',
    next: 'send something into it, such as: tar -c my-model | ballast store - my-model --unpack',
  });
}
