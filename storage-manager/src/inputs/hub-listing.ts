import { type JobOptions, note } from '../events.ts';
import { parseModestJson } from '../format/modest-json.ts';
import { readBounded } from '../fs/regular-file.ts';
import type { TreeFile } from '../fs/tree.ts';
import { MiB } from '../limits.ts';

/** Of the files that are not there, this many are named. */
const NAMED = 3;

/** 100,000 files take about 20 MB. */
const MAX_LISTING_BYTES = 32 * MiB;

/**
 * Says which files of the revision the cache has never downloaded, where it knows: huggingface_hub keeps each revision's
 * list (`trees/<commit>.json`). To leave some out is a user's good right, so this is a warning.
 */
export async function noteAbsentFiles(
  listing: string,
  tree: readonly TreeFile[],
  revision: string,
  options: JobOptions,
): Promise<void> {
  const listed = await filesIn(listing, options);
  const there = new Set<string>(tree.map(({ path }) => path));
  const absent = listed.filter((path) => !there.has(path));
  if (absent.length === 0) return;
  const names = absent.slice(0, NAMED).join(', ') + (absent.length > NAMED ? ' …' : '');
  const text = `the cache has ${listed.length - absent.length} of ${listed.length} files of ${revision}; it lacks ${names}`;
  note(options, 'warning', text);
}

/** Older caches have no list; one that can't be read tells nothing either. */
async function filesIn(listing: string, options: JobOptions): Promise<readonly string[]> {
  try {
    const { files } = parseModestJson(await readBounded(listing, MAX_LISTING_BYTES, options)) as {
      files?: unknown;
    };
    return typeof files === 'object' && files !== null ? Object.keys(files) : [];
  } catch {
    options.signal?.throwIfAborted();
    return [];
  }
}
