import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CorruptError } from '../../errors.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { writeNew } from '../../fs/new-file.ts';

/**
 * Journal and key are made together, on first use. Later, a new one in place of a lost one would only hide the loss. An
 * empty file beside the journal remembers that the chain was begun, until a reset empties the folder.
 * @throws CorruptError `STORE_CORRUPT` where a chain was begun and one of the two is gone
 */
export async function refuseLoss(journal: string, keyFile: string): Promise<void> {
  const begun = [basename(journal), basename(markOf(journal))];
  try {
    if (!(await readdir(dirname(journal))).some((name) => begun.includes(name))) return;
  } catch (error) {
    throw fileSystemError(error, dirname(journal));
  }
  for (const file of [journal, keyFile]) if (!existsSync(file)) throw lost(file);
}

/** Writes only where the mark is missing, so that a chain on a read-only disk can be read. */
export async function markBegun(journal: string): Promise<void> {
  const mark = markOf(journal);
  if (!existsSync(mark)) await writeNew(mark, '');
}

function markOf(journal: string): string {
  return `${journal}.begun`;
}

function lost(file: string): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `${file} must be there, for the private chain of this machine was begun with it`,
    was: 'it is gone',
    next: 'put it back from a backup, or begin anew with `ballast reset` and store the models again',
  });
}
