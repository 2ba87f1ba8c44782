import { join } from 'node:path';
import { PolicyError } from '../../errors.ts';
import { writeWhole } from '../../fs/commit.ts';
import { lookAt, namesIn } from '../../fs/look.ts';

/** Says to people and to backup programs what the folder is (https://bford.info/cachedir/). */
const NAME = 'CACHEDIR.TAG';
const TEXT = `Signature: 8a477f597d28d172789f06886806bc55
# Blocks that ballast has fetched; all of it may be deleted at any time.
`;

/** There before the tag is: who writes it holds this lock. */
const BEFORE = ['lock', 'lock-journal', `${NAME}.new`];

/**
 * What lies in a cache is removed when it is old or wrong, so a folder of anybody else's must not be taken for one.
 * @throws PolicyError `PATH_UNSAFE` where it is neither a cache nor empty
 */
export async function refuseForeign(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes(NAME) || names.every((name) => BEFORE.includes(name))) return;
  throw new PolicyError('PATH_UNSAFE', {
    should: `the folder of the cache ${folder} must be one that Ballast has made, or empty`,
    was: 'it holds something else',
    next: 'name another folder as cache.folder',
  });
}

/** Makes it a cache. The caller holds the lock. */
export async function mark(folder: string): Promise<void> {
  if ((await lookAt(join(folder, NAME))) === null) await writeWhole(join(folder, NAME), TEXT);
}
