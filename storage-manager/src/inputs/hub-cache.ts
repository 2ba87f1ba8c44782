import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PolicyError, UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import { fileSystemError } from '../fs/errors.ts';
import { readBounded } from '../fs/regular-file.ts';
import { scanTree, type TreeFile } from '../fs/tree.ts';
import { type Digest, parseDigest } from '../ids/digest.ts';
import { parseSafePath, type SafePath } from '../ids/path.ts';
import { noteAbsentFiles } from './hub-listing.ts';
import type { Input } from './input.ts';

export const HUB_CACHE_PREFIX = 'hf-cache:';

/** Hugging Face's own rules: 1 or 2 parts, none with `--` or `..`. */
const REPO = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95})(?:\/[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95}))?$/;
const COMMIT = /^[0-9a-f]{40}$/;
/** A blob is called by its ETag: of a large file the SHA-256, of any other git's hash of 40 digits. */
const SHA256 = /^[0-9a-f]{64}$/;
/** A ref is a commit of 40 digits. */
const MAX_REF_BYTES = 1024;

/** One repository in a cache, by its real path, as far as a link may lead. */
interface Repo {
  readonly name: string;
  readonly folder: string;
  readonly blobs: string;
  /** Where caches since huggingface_hub 2 keep what several repositories share. */
  readonly shared: string;
}

/**
 * A snapshot in a local Hugging Face cache. Its files are links into the repository's own `blobs`, which are followed;
 * any other link is refused.
 * @param wanted `org/name[@revision]`; a revision is a branch, a tag, or 40 hex digits; default `main`
 * @param env where HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME are looked up, in this order
 * @throws UsageError `ARGUMENT_INVALID`, `SOURCE_UNREADABLE` (absent, or its download was never finished); PolicyError
 *   `PATH_UNSAFE`; what `scanTree` throws
 */
export async function readHubCache(
  wanted: string,
  env: NodeJS.ProcessEnv,
  options: JobOptions,
): Promise<Input> {
  const [name = '', revision = 'main'] = wanted.split(/@(.*)/s);
  if (!REPO.test(name) || /--|\.\./.test(name) || revision === '') throw badName(wanted);
  const repo = await findRepo(name, revision, hubCacheFolder(env));
  const commit = await commitOf(repo, revision);
  const path = join(repo.folder, 'snapshots', commit);
  await refuseUnfinished(repo, revision);
  const follow = (link: string) => blobBehind(repo, link, revision);
  const tree = await scanTree(path, { signal: options.signal, follow });
  await noteAbsentFiles(join(repo.folder, 'trees', `${commit}.json`), tree, `${name}@${revision}`, options);
  return { origin: path, path, tree, claims: claimsOf(tree, repo) };
}

/** As huggingface_hub finds it. */
export function hubCacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  const folder = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub');
  return resolve(folder.replace(/^~(?=\/|$)/, homedir()));
}

async function findRepo(name: string, revision: string, cache: string): Promise<Repo> {
  const named = join(cache, `models--${name.replace('/', '--')}`);
  try {
    const folder = await realpath(named);
    const shared = join(await realpath(cache), 'blobs');
    return { name, folder, blobs: join(folder, 'blobs'), shared };
  } catch (error) {
    throw absent(
      `${name} must be in the Hugging Face cache`,
      `${named} does not exist`,
      download(name, revision),
      error,
    );
  }
}

async function commitOf({ name, folder }: Repo, revision: string): Promise<string> {
  const should = `${name} must be in the cache at revision ${JSON.stringify(revision)}`;
  const commit = COMMIT.test(revision)
    ? revision
    : await readBounded(join(folder, 'refs', ...revisionPath(revision).split('/')), MAX_REF_BYTES).then(
        (text) => text.trim(),
        () => null,
      );
  const there = await readdir(join(folder, 'snapshots')).catch(() => [] as string[]);
  if (commit !== null && there.includes(commit)) return commit;
  const known = there.filter((entry) => COMMIT.test(entry)).slice(0, 3);
  const others = known.length > 0 ? `; it holds ${known.map((sha) => `@${sha}`).join(', ')}` : '';
  throw absent(should, `it is not${others}`, download(name, revision));
}

/** A blob that was begun and is not there: nobody can say which snapshots lack its file. */
async function refuseUnfinished({ name, blobs }: Repo, revision: string): Promise<void> {
  const entries = await readdir(blobs).catch((error) => {
    throw fileSystemError(error, blobs);
  });
  const there = new Set(entries);
  // `<etag>.incomplete`, or `<etag>.<8 digits>.incomplete`; what was finished later by another process does no harm.
  const unfinished = entries.find(
    (entry) => entry.endsWith('.incomplete') && !there.has(entry.split('.')[0] as string),
  );
  if (unfinished === undefined) return;
  throw new UsageError('SOURCE_UNREADABLE', {
    should: `the download of ${name} into the cache must be finished`,
    was: `${join(blobs, unfinished)} is half a file`,
    next: `run: ${download(name, revision)}; or delete that file if it belongs to another revision`,
  });
}

/** The one place where links are followed. @throws unless it leads into the repository's own blobs */
async function blobBehind(repo: Repo, link: string, revision: string): Promise<string> {
  const target = resolve(dirname(link), await readlink(link));
  const folder = await realpath(dirname(target)).catch(() => dirname(target));
  if (folder !== repo.blobs) throw leadsOut(link, target, repo);
  const blob = join(folder, basename(target));
  const there = await lstat(blob).catch(() => null);
  const real = there?.isSymbolicLink() ? await realpath(blob).catch(() => null) : blob;
  const should = `${link} must lead to a downloaded file`;
  if (there === null || real === null)
    throw absent(should, `${blob} does not exist`, download(repo.name, revision));
  if (!(await stat(blob)).isFile())
    throw new UsageError('SOURCE_UNREADABLE', {
      should,
      was: `${blob} is no regular file`,
      next: `delete it, then run: ${download(repo.name, revision)}`,
    });
  // A shared blob lies at blobs/<first 2 digits>/<64 digits> of the cache.
  if (real !== blob && dirname(dirname(real)) !== repo.shared) throw leadsOut(link, real, repo);
  return blob;
}

function claimsOf(tree: readonly TreeFile[], { blobs }: Repo): ReadonlyMap<SafePath, Digest> {
  const hashed = tree.filter(
    ({ absolute }) => dirname(absolute) === blobs && SHA256.test(basename(absolute)),
  );
  return new Map(hashed.map(({ path, absolute }) => [path, parseDigest(basename(absolute))]));
}

function badName(wanted: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a model in the Hugging Face cache must be named hf-cache:org/name or hf-cache:org/name@revision',
    was: `it is ${JSON.stringify(HUB_CACHE_PREFIX + wanted)}`,
    next: 'write it as `hf cache ls` shows it',
  });
}

/** The command that brings exactly this revision. */
function download(name: string, revision: string): string {
  if (revision === 'main') return `hf download ${name}`;
  const word = /^[\w./-]+$/.test(revision) ? revision : `'${revision.replaceAll("'", "'\\''")}'`;
  return `hf download ${name} --revision ${word}`;
}

/** Where git keeps what a revision names. */
function revisionPath(revision: string): string {
  try {
    return parseSafePath(revision);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new PolicyError('PATH_UNSAFE', {
      should: `revision ${JSON.stringify(revision)} must be a branch, a tag or 40 hex digits`,
      was: error.was,
      next: 'write it as `hf cache ls` shows it',
      cause: error,
    });
  }
}

function absent(should: string, was: string, command: string, cause?: unknown): UsageError {
  return new UsageError('SOURCE_UNREADABLE', {
    should,
    was,
    next: `run: ${command}; HF_HUB_CACHE or HF_HOME name another cache`,
    cause,
  });
}

function leadsOut(link: string, target: string, { blobs }: Repo): PolicyError {
  return new PolicyError('PATH_UNSAFE', {
    should: `link ${JSON.stringify(link)} must lead into ${blobs}`,
    was: `it leads to ${JSON.stringify(target)}`,
    next: 'delete that snapshot and download it again',
  });
}
