import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { ResourceError } from '../../errors.ts';
import { commitFile } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { withLock } from '../../fs/locks.ts';
import type { CallOptions } from '../../interfaces.ts';
import { type Layout, temporaryId } from './layout.ts';

const FORMAT = 'ballast-store 1\n';

/**
 * Makes the folders of a new store, or recognises an old one.
 * @throws ResourceError `FORMAT_UNKNOWN`: another program, or a newer one, wrote it; nothing is touched then
 */
export async function prepare(layout: Layout, options: CallOptions): Promise<void> {
  if ((await readFormat(layout)) === FORMAT) return;
  await withLock(layout.lock, () => prepareLocked(layout), options);
}

async function prepareLocked(layout: Layout): Promise<void> {
  const found = await readFormat(layout);
  if (found === FORMAT) return;
  if (found !== null) throw unknownFormat(layout, JSON.stringify(found));
  const folder = { recursive: true, mode: 0o700 };
  try {
    for (const path of [layout.packs, layout.roots, layout.tmp]) await mkdir(path, folder);
    // The format is the first thing that gets a name: packs without it are not ours to guess about.
    if ((await layout.packNumbers()).length > 0) throw unknownFormat(layout, 'the file is missing');
    const temporary = layout.temporary(temporaryId(), 'format');
    await writeFile(temporary, FORMAT, { flag: 'wx', mode: 0o600 });
    await commitFile(temporary, layout.format);
  } catch (error) {
    throw fileSystemError(error, layout.format);
  }
}

async function readFormat(layout: Layout): Promise<string | null> {
  try {
    return (await readFile(layout.format, 'latin1')).slice(0, 80);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileSystemError(error, layout.format);
  }
}

function unknownFormat(layout: Layout, found: string): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${layout.format} must hold ${JSON.stringify(FORMAT)}`,
    was: found,
    next: 'use the version of Ballast that wrote this store, or name another folder',
  });
}
