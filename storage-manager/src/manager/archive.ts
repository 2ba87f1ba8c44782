import { lstat, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { extractedFolder } from '../archive/names.ts';
import { writeArchive } from '../archive/write.ts';
import { BallastError, PolicyError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import { partialName } from '../ids/own-names.ts';
import { type Fetched, type FetchJob, fetch } from '../verbs/fetch.ts';
import type { JobOptions, Ports } from '../verbs/ports.ts';
import { inTurnAt, makerOf } from '../verbs/turns.ts';

export interface RetrievedArchive {
  readonly fetched: Fetched;
  /** Absolute path of the archive. */
  readonly path: string;
  /** Absolute path of the folder beside it; null where none was asked for. */
  readonly extracted: string | null;
}

/**
 * Fetches the tree, proven as always, and packs it. The archive gets its name last; a run that was interrupted before
 * finds the tree again.
 * @param job whose destination `archiveKind` calls an archive
 * @param extract leave the tree beside the archive; else it lies hidden there until the archive is whole
 * @throws PolicyError `DESTINATION_EXISTS` before anything is fetched; what `fetch` and `writeArchive` throw
 */
export async function retrieveArchive(
  ports: Ports,
  job: FetchJob,
  extract: boolean,
  options: JobOptions,
): Promise<RetrievedArchive> {
  const path = resolve(job.destination);
  const extracted = extract ? extractedFolder(path) : null;
  const work = async () => {
    await refuseExisting(path, job.force ?? false);
    return extracted === null || job.force
      ? packHidden(ports, job, path, extracted, options)
      : packFolder(ports, job, path, extracted, options);
  };
  const fetched = await inTurnAt(ports, path, work, options);
  return { fetched, path, extracted };
}

/** The folder is new, or this very tree: it holds nothing that the archive should not. */
async function packFolder(ports: Ports, job: FetchJob, path: string, folder: string, options: JobOptions) {
  const fetched = await fetch(ports, { ...job, destination: folder }, options);
  await writeArchive(folder, path, await makerOf(ports), options);
  return fetched;
}

/** A folder that stands may hold other files, which `force` leaves alone: the archive is made of a tree of its own. */
async function packHidden(
  ports: Ports,
  job: FetchJob,
  path: string,
  folder: string | null,
  options: JobOptions,
): Promise<Fetched> {
  const maker = await makerOf(ports);
  const tree = join(dirname(path), partialName(`${basename(path)}.tree`, maker));
  const hidden = { ...job, destination: tree, force: false };
  const fetched = await fetch(ports, hidden, options).catch(async (error) => {
    if (!(error instanceof BallastError && error.code === 'DESTINATION_EXISTS')) throw error;
    // What an interrupted run of another release has left.
    await removeTree(tree);
    return fetch(ports, hidden, options);
  });
  await writeArchive(tree, path, maker, options).catch((error) => {
    const text = `the tree is kept for the next run, hidden, ${fetched.bytes} bytes: ${tree}`;
    options.onEvent?.({ type: 'note', level: 'warning', text });
    throw error;
  });
  await removeTree(tree);
  if (folder !== null) await fetch(ports, { ...job, destination: folder }, options);
  return fetched;
}

async function removeTree(tree: string): Promise<void> {
  await rm(tree, { recursive: true, force: true }).catch((error) => {
    throw fileSystemError(error, tree);
  });
}

/** A file or link can be replaced in one rename; a folder can't. */
async function refuseExisting(path: string, force: boolean): Promise<void> {
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw fileSystemError(error, path);
  });
  const folder = there?.isDirectory() ?? false;
  if (there === null || (force && !folder)) return;
  throw new PolicyError('DESTINATION_EXISTS', {
    should: `destination ${path} must not exist yet`,
    was: `a ${folder ? 'folder' : 'file'} has that name`,
    next: `name another destination${folder ? '' : ', or --force to replace it'}`,
  });
}
