import { posix } from 'node:path';
import { PolicyError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { parseModestJson } from '../../format/modest-json.ts';
import { readBounded } from '../../fs/regular-file.ts';
import type { TreeFile } from '../../fs/tree.ts';
import { parseSafePath } from '../../ids/path.ts';
import { MAX_SHARD_INDEX_BYTES } from '../../limits.ts';

/** huggingface_hub downloads no larger file over plain HTTP (its MAX_HTTP_DOWNLOAD_SIZE). */
const HUB_FILE_BYTES = 50e9;

/** Of the shards that are missing, this many are named. */
const NAMED = 5;

/**
 * What would make a release that is proven byte for byte and that nobody could load: a sharded checkpoint without one of
 * its shards is refused, a file that common clients don't take is warned about.
 * @param allowMissing warn of missing shards, too
 * @throws PolicyError `SHARDS_MISSING`, `PATH_UNSAFE`
 */
export async function checkLoadable(
  tree: readonly TreeFile[],
  allowMissing: boolean,
  options: JobOptions,
): Promise<void> {
  const warn = (text: string) => note(options, 'warning', text);
  const paths = new Set<string>(tree.map(({ path }) => path));
  for (const file of tree) {
    if (file.size > HUB_FILE_BYTES) warn(tooLargeForHub(file));
    if (!file.path.endsWith('.index.json')) continue;
    const shards = await shardsIn(file, options).catch((error: Error) => {
      options.signal?.throwIfAborted();
      if (error instanceof PolicyError) throw error;
      warn(`${file.path} is no readable index of shards, so none are checked: ${error.message}`);
      return [];
    });
    const missing = shards.filter((path) => !paths.has(path));
    if (missing.length === 0) continue;
    const error = shardsMissing(file, shards.length, missing);
    if (!allowMissing) throw error;
    warn(error.message);
  }
}

/** The files that the index of a sharded checkpoint names, as paths of the tree, each once. */
async function shardsIn({ path, absolute }: TreeFile, options: JobOptions): Promise<readonly string[]> {
  const index = parseModestJson(await readBounded(absolute, MAX_SHARD_INDEX_BYTES, options));
  // Other things are called index.json, too; but one that says nothing is a broken download.
  if (!isObject(index) || Object.keys(index).length === 0) throw new Error('it says nothing');
  const map = index.weight_map;
  if (map === undefined) return [];
  if (!isObject(map)) throw new Error('its weight_map is no object');
  const names = [...new Set(Object.values(map))];
  if (!names.every((name) => typeof name === 'string')) throw new Error('its weight_map names no files');
  return names.map((name) => shardPath(path, name));
}

function shardPath(index: string, name: string): string {
  try {
    return posix.join(posix.dirname(index), parseSafePath(name.replace(/^(\.\/)+/, '')));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new PolicyError('PATH_UNSAFE', {
      should: `${index} must name its shards by paths below its own folder`,
      was: error.was,
      next: 'mend the index, or leave it out',
      cause: error,
    });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shardsMissing({ path }: TreeFile, count: number, missing: readonly string[]): PolicyError {
  const names = missing.slice(0, NAMED).join(', ') + (missing.length > NAMED ? ' …' : '');
  return new PolicyError('SHARDS_MISSING', {
    should: `${count === 1 ? 'the shard' : `all ${count} shards`} that ${path} names must be there`,
    was: `${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing: ${names}`,
    next: 'finish the download, or leave the index out; --allow-missing-shards stores it as it is',
  });
}

function tooLargeForHub({ path, size }: TreeFile): string {
  const gigabytes = Math.round(size / 1e9);
  return `${path} has ${gigabytes} GB: clients of the Hugging Face Hub fetch no file over 50 GB by HTTP; split it into shards if they are to use it`;
}
