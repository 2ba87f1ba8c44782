import { ResourceError } from '../../errors.ts';
import { commitFile } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { withLock } from '../../fs/locks.ts';
import { namesIn } from '../../fs/look.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { writeNew } from '../../fs/new-file.ts';
import { readAt } from '../../fs/read-at.ts';
import { openRegular } from '../../fs/regular-file.ts';
import type { CallOptions } from '../../interfaces.ts';
import { type Layout, temporaryId } from './layout.ts';

const FORMAT = 'ballast-store 1\n';

/** Where only these lie there may be a store: a killed `prepare`, or a reset, leaves some. SQLite names the second lock file. */
const OWN = new Set(['format', 'lock', 'lock-journal', 'packs', 'roots', 'tmp']);

/**
 * Makes the folders of a new store, or recognises an old one.
 * @throws ResourceError `FORMAT_UNKNOWN`: another program, or a newer one, wrote it; nothing is touched then
 */
export async function prepare(layout: Layout, options: CallOptions): Promise<void> {
  if (await recognise(layout)) return;
  await withLock(layout.lock, () => prepareLocked(layout), options);
}

/** Whether a store is there; false where one may be made. Changes nothing. @throws ResourceError as `prepare` */
export async function recognise(layout: Layout): Promise<boolean> {
  if (await isFormatted(layout)) return true;
  await refuseForeign(layout);
  return false;
}

async function prepareLocked(layout: Layout): Promise<void> {
  if (await isFormatted(layout)) return;
  try {
    for (const path of [layout.packs, layout.roots, layout.tmp]) await makeFolder(path);
    // The format is the first thing that gets a name: packs without it are not ours to guess about.
    if ((await layout.packNumbers()).length > 0) throw unknownFormat(layout, 'the file is missing');
    const temporary = layout.temporary(temporaryId(), 'format');
    await writeNew(temporary, FORMAT);
    await commitFile(temporary, layout.format);
  } catch (error) {
    throw fileSystemError(error, layout.format);
  }
}

async function isFormatted(layout: Layout): Promise<boolean> {
  try {
    const found = await firstBytes(layout.format);
    if (found !== FORMAT) throw unknownFormat(layout, JSON.stringify(found));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw fileSystemError(error, layout.format);
  }
}

async function firstBytes(path: string): Promise<string> {
  const file = await openRegular(path);
  try {
    const bytes = Buffer.alloc(80);
    return bytes.toString('latin1', 0, await readAt(file, bytes, 0));
  } finally {
    await file.close();
  }
}

async function refuseForeign(layout: Layout): Promise<void> {
  const foreign = (await namesIn(layout.folder)).find((name) => !OWN.has(name));
  if (foreign === undefined) return;
  throw unknownFormat(layout, `there is no such file beside ${JSON.stringify(foreign)}`);
}

function unknownFormat(layout: Layout, found: string): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${layout.format} must hold ${JSON.stringify(FORMAT)}`,
    was: found,
    next: 'use the version of Ballast that wrote this store, or name another folder',
  });
}
