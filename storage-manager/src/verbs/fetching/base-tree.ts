import { opendir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import { BallastError, PolicyError } from '../../errors.ts';
import { type JobOptions, Meter, note } from '../../events.ts';
import { BARE } from '../../format/unixfs/wrapping.ts';
import { OpenFile } from '../../fs/open-file.ts';
import { sourceError } from '../../fs/tree.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { ChunkerName } from '../../interfaces.ts';
import { MAX_FILES } from '../../limits.ts';
import { type Cut, type CutFile, cutsOf, planCuts } from '../publishing/cuts.ts';
import { chunksOf } from '../reading/file-chunks.ts';
import { LocalChunks } from './local-chunks.ts';
import { oldTree } from './old-tree.ts';
import { candidatesIn } from './plan.ts';
import type { TreeContent } from './tree-content.ts';

const NAME = 'base';
const WRAPPINGS = [BARE];

/** A file below a base folder. */
interface BaseFile extends CutFile {
  readonly absolute: string;
}

/**
 * What of the tree lies in these folders, wherever in them: an earlier version, another model of the family. Their files
 * are cut and hashed as a publisher does it, so that a chunk is found in a file of another name, at another place. Nothing
 * in them is believed or changed.
 * @throws UsageError `SOURCE_UNREADABLE`; PolicyError `LIMIT_EXCEEDED` above 100,000 files and folders
 */
export async function baseTree(
  engine: Engine,
  content: TreeContent,
  folders: readonly string[],
  options: JobOptions,
): Promise<LocalChunks> {
  const chunkers = new Map<string, ChunkerName>();
  const wanted = new DigestMap();
  for (const file of content.files) {
    if (file.chunker !== undefined) chunkers.set(file.path, file.chunker);
    for (const { digest } of chunksOf(file, content)) wanted.set(digest, 1);
  }
  const files = (await Promise.all(folders.map((folder) => filesIn(folder, options)))).flat();
  // Below a CID nobody says how files were cut: theirs have the same names and places, or are of no use.
  if (chunkers.size === 0) {
    const roots = folders.map((folder) => resolve(folder));
    const candidates = roots.map((root) => candidatesIn(content.files, ({ path }) => join(root, path)));
    return oldTree(NAME, content, (await Promise.all(candidates)).flat(), engine.pool);
  }
  const found = new LocalChunks(NAME, engine.pool);
  const meter = new Meter(
    'plan',
    files.reduce((sum, { size }) => sum + size, 0),
    options,
  );
  await forEachSlot(
    engine,
    cutsIn(engine, files, chunkers, options),
    async ({ file, open, offset, length }, slot) => {
      open.use();
      try {
        const bytes = slot.bytes.subarray(0, length);
        if ((await open.read(bytes, offset)) < length) return;
        const digest = await engine.pool.hash(bytes);
        const right = wanted.has(digest);
        if (right && !found.knows(digest))
          found.add(digest, { path: file.absolute, offset, length, wrappings: WRAPPINGS });
        meter.add(length, right);
      } finally {
        await open.done();
      }
    },
    options,
  );
  return found;
}

/** Regular files that can be looked at; links are not followed. */
async function filesIn(root: string, { signal }: JobOptions): Promise<BaseFile[]> {
  const absolute = resolve(root);
  try {
    const there = await stat(absolute);
    if (!there.isDirectory()) return [{ path: absolute, absolute, size: there.size }];
    const found: BaseFile[] = [];
    let entries = 0;
    for await (const entry of await opendir(absolute, { recursive: true })) {
      signal?.throwIfAborted();
      entries += 1;
      if (entries > MAX_FILES) throw tooMany(root);
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const size = (await stat(path).catch(() => null))?.size ?? 0;
      if (size > 0) found.push({ path: relative(absolute, path), absolute: path, size });
    }
    return found;
  } catch (error) {
    throw sourceError(error, root);
  }
}

/** Their chunks. A file that can't be read, or changes meanwhile, is of no use, and the others are. */
async function* cutsIn(
  engine: Engine,
  files: readonly BaseFile[],
  chunkers: ReadonlyMap<string, ChunkerName>,
  options: JobOptions,
): AsyncIterable<Cut & { readonly file: BaseFile; readonly open: OpenFile }> {
  for (const file of files) {
    const open = await OpenFile.open(file.absolute).catch(() => null);
    if (open === null) continue;
    try {
      const { spans } = await planCuts(file, open, chunkers.get(file.path));
      for (const span of spans)
        for await (const cut of cutsOf(span, file, open, engine, options)) yield { ...cut, file, open };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof BallastError)) throw error;
      note(options, 'debug', `${file.absolute} is no help: ${error.message}`);
    } finally {
      await open.done();
    }
  }
}

function tooMany(folder: string): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `a base must have at most ${MAX_FILES} files and folders`,
    was: `there are more in ${JSON.stringify(folder)}`,
    next: 'name the folder of the earlier version alone',
  });
}
