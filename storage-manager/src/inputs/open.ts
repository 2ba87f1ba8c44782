import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { archiveKind } from '../archive/names.ts';
import { unpackArchive } from '../archive/unpack.ts';
import { UsageError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import { makeFolder, makeNewFolder } from '../fs/make-folder.ts';
import { removeFile } from '../fs/remove.ts';
import { scanTree, type TreeFile } from '../fs/tree.ts';
import { parseSafePath } from '../ids/path.ts';
import { HUB_CACHE_PREFIX, readHubCache } from './hub-cache.ts';
import type { Input, InputOptions } from './input.ts';
import { receive } from './stream.ts';
import { sweepWorkspaces, withWorkspace } from './workspace.ts';

/** What names a stream in the journal. */
const STREAM = '/dev/stdin';

/**
 * Makes ready what a publisher named, and clears up once `work` is done with it.
 * @param source path of a file or folder; `hf-cache:org/name[@revision]`; a stream. With `unpack` a tar, its path or stream
 * @param options fit the source, says `checkInput`
 * @throws UsageError `SOURCE_UNREADABLE`; what `unpackArchive`, `receive` and `readHubCache` throw
 */
export async function withInput<T>(
  source: string | Readable,
  options: InputOptions,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  const { workspaces, unpack = false } = options;
  await sweepWorkspaces(workspaces);
  if (typeof source !== 'string')
    return withWorkspace(workspaces, (folder) => workReceived(source, folder, options, work), options);
  if (source.startsWith(HUB_CACHE_PREFIX))
    return work(await readHubCache(source.slice(HUB_CACHE_PREFIX.length), process.env, options));
  if (unpack) {
    const unpacked = (folder: string) => workUnpacked(source, resolve(source), folder, options, work);
    return withWorkspace(workspaces, unpacked, options);
  }
  if (archiveKind(source) !== null) {
    const text = `${source} is stored as the one file that it is; --unpack stores what an archive holds`;
    note(options, 'info', text);
  }
  return work({ origin: resolve(source), path: source });
}

async function workReceived<T>(
  stream: Readable,
  folder: string,
  options: InputOptions,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  if (options.filename === undefined) {
    const archive = join(folder, 'archive');
    await receive(stream, archive, folder, options);
    return workUnpacked(archive, STREAM, folder, options, async (input) => {
      // Twice the room for one model is enough.
      await removeFile(archive);
      return work(input);
    });
  }
  const path = join(folder, 'tree');
  const file = join(path, ...parseSafePath(options.filename).split('/'));
  await makeFolder(dirname(file), 0o700, false);
  await receive(stream, file, folder, options);
  return work({ origin: STREAM, path, tree: await scanTree(path, options) });
}

async function workUnpacked<T>(
  archive: string,
  origin: string,
  folder: string,
  options: InputOptions,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  const path = join(folder, 'tree');
  await makeNewFolder(path);
  const tree = await unpackArchive(archive, path, options);
  noteCommonFolder(tree, options);
  return work({ origin, path, tree });
}

/** Nothing is taken off a path, so that it never depends on what else is in the archive. */
function noteCommonFolder(tree: readonly TreeFile[], options: JobOptions): void {
  const folder = /^[^/]+\//.exec(tree[0]?.path ?? '')?.[0];
  if (folder === undefined || !tree.every(({ path }) => path.startsWith(folder))) return;
  const text = `every path in the model begins with ${folder}, as in the archive; \`tar -C ${folder} -c .\` makes one without it`;
  note(options, 'info', text);
}

/** Whether source and options fit each other, before anything is opened. @throws UsageError `ARGUMENT_INVALID` */
export function checkInput(
  source: string | Readable,
  { unpack = false, filename }: Pick<InputOptions, 'unpack' | 'filename'>,
): void {
  const stream = typeof source !== 'string';
  if (stream && !unpack && filename === undefined)
    throw usage(
      'what a stream brings must have a name, which decides how it is cut and is part of the model',
      'none was given',
      'name it with --stdin-filename NAME, or unpack a tar with --unpack',
    );
  if (filename !== undefined && (!stream || unpack))
    throw usage(
      'only a stream that is stored as one file takes a name',
      unpack ? 'what is unpacked has names of its own' : `${source} has one`,
      'leave --stdin-filename out',
    );
  if (unpack && !stream && source.startsWith(HUB_CACHE_PREFIX))
    throw usage('only an archive can be unpacked', `${source} is a folder of files`, 'leave --unpack out');
}

function usage(should: string, was: string, next: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', { should, was, next });
}
