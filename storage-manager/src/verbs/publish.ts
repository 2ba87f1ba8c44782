import { dirname, resolve } from 'node:path';
import type { Publication } from '../engine/journal.ts';
import { ResourceError, UsageError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import { bytesText, freeBytes } from '../fs/room.ts';
import { scanTree, sourceError, type TreeFile } from '../fs/tree.ts';
import { sha256Hex } from '../ids/hash.ts';
import { exclusively } from './job/exclusive.ts';
import type { Ports } from './job/ports.ts';
import { passChunks } from './publishing/chunk-pass.ts';
import { checkClaims } from './publishing/claims.ts';
import { refuseEarly } from './publishing/early-refusal.ts';
import type { Published, PublishJob } from './publishing/job.ts';
import { checkLoadable } from './publishing/loadable.ts';
import { Placement } from './publishing/placement.ts';
import { ReleaseInHand } from './publishing/release-in-hand.ts';
import { requireRoomFor } from './publishing/room.ts';
import { ANY_FORMAT, judgeFormats } from './reading/formats.ts';

/**
 * Publishes a tree as a release, in the order that is law: journal, chunks, UnixFS nodes, index, manifest, protect,
 * read-back, registry. Killed anywhere, the same call finishes it and one release results. Storing the same content
 * again repairs the stores and sends nothing.
 */
export async function publish(ports: Ports, job: PublishJob, options: JobOptions = {}): Promise<Published> {
  const model = await ports.registry.canonical(job.model, options);
  // `local/…`, which alone is not canonical, is the account's own.
  if (model === job.model) await refuseEarly(ports.registry, job, options);
  const thing = `publish ${ports.registry.id} ${model}`;
  return exclusively(ports, thing, () => publishAlone(ports, { ...job, model }, options), options);
}

async function publishAlone(ports: Ports, job: PublishJob, options: JobOptions): Promise<Published> {
  const tree = job.tree ?? (await scanTree(job.origin, options));
  note(options, 'debug', `scanned ${tree.length} files of ${job.origin}`);
  if (!tree.some((file) => file.size > 0)) throw noBytes(job.origin);
  await checkLoadable(tree, job.allowMissingShards ?? false, options);
  await judgeFormats(job.model, tree, ANY_FORMAT, { ...options, follow: true }).catch((error) => {
    // The publisher's files are his to mend, not this machine's fault.
    throw error instanceof ResourceError ? sourceError(error.cause, job.origin) : error;
  });
  const publication = job.dryRun ? null : await begin(ports, job, tree, options);
  const placement = await Placement.open(ports.stores, options);
  note(options, 'debug', `opened ${ports.stores.map(({ name }) => name).join(', ')}`);
  try {
    const dryRun = job.dryRun ?? false;
    const fileDigests = job.fileDigests ?? true;
    if (!dryRun) await requireRoomFor(ports, tree, placement, job.chunker, options);
    const pass = await passChunks(ports.engine, tree, placement, {
      ...options,
      chunker: job.chunker,
      fileDigests,
      dryRun,
    });
    if (job.claims !== undefined) checkClaims(pass.files, job.claims);
    const release = new ReleaseInHand(ports, job, tree, { placement, pass }, options);
    return publication === null ? await release.dryRun() : await release.publish(publication);
  } catch (error) {
    // What was written whole is worth keeping for the next run; after a failure of the store it is given up.
    if (options.signal?.aborted) await placement.seal({}).catch(() => placement.abort());
    else await placement.abort();
    throw await withRoom(error, tree, ports.locks);
  }
}

/**
 * A full disk, told with the room that there is now that the unfinished part is given up.
 * @param folder in the state folder, as the local store is
 */
async function withRoom(error: unknown, tree: readonly TreeFile[], folder: string): Promise<unknown> {
  // One without a cause says of whose room it speaks: it was counted beforehand, or another machine has none.
  if (!(error instanceof ResourceError) || error.code !== 'DISK_FULL' || error.cause === undefined)
    return error;
  const bytes = tree.reduce((sum, file) => sum + file.size, 0);
  const free = await freeBytes(folder).catch(() => null);
  if (free === null || free >= bytes) return error;
  return new ResourceError('DISK_FULL', {
    should: `${dirname(folder)} must have room for what is new of ${bytesText(bytes)}`,
    was: `${bytesText(free)} are free (${error.message})`,
    next: error.next,
    cause: error,
  });
}

/** The journal's row, written before anything else. */
async function begin(
  ports: Ports,
  job: PublishJob,
  tree: readonly TreeFile[],
  options: JobOptions,
): Promise<Publication> {
  const { model, version, channels } = job;
  const publication = await ports.journal.begin(
    { registry: ports.registry.id, model, label: version, channels, source: resolve(job.origin) },
    options,
  );
  const files = fingerprint(tree);
  if (publication.resumed) {
    const changed = publication.files === files ? '' : '; its files have changed since';
    const text = `an earlier store of ${model} from ${publication.key.source} did not finish; this one goes on with it${changed}`;
    note(options, 'info', text);
  }
  await publication.record({ files }, options);
  return publication;
}

/** Whether the source is still what an interrupted run saw: a digest over paths, sizes and times. */
function fingerprint(tree: readonly TreeFile[]): string {
  const lines = tree.map((file) => `${file.path}\0${file.size}\0${file.mtimeNs}\n`);
  return sha256Hex(new TextEncoder().encode(lines.join('')));
}

function noBytes(path: string): UsageError {
  return new UsageError('SOURCE_UNREADABLE', {
    should: `${path} must hold at least one byte to store`,
    was: 'all its files are empty, or there are none',
    next: 'name the file or folder that holds the model',
  });
}
