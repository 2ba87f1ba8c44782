import { resolve } from 'node:path';
import type { ReleaseContent } from '../format/release.ts';
import { formatReference, type ModelName, type Reference, type Version } from '../ids/reference.ts';
import type { ChunkSource, TrustLevel } from '../interfaces.ts';
import { debug } from './debug.ts';
import { Destination, exists } from './fetching/destination.ts';
import { checkFileDigests } from './fetching/file-digests.ts';
import { OldTree } from './fetching/old-tree.ts';
import { candidatesIn, rightChunks } from './fetching/plan.ts';
import { transfer } from './fetching/transfer.ts';
import type { JobOptions, Ports } from './ports.ts';
import { openRelease } from './release.ts';
import { inTurnAt, makerOf } from './turns.ts';

export interface FetchJob {
  readonly reference: Reference;
  /** The folder that will hold the tree. */
  readonly destination: string;
  /** Replace the release's files in a folder that exists (default false: refused). */
  readonly force?: boolean | undefined;
  /** Also prove the publisher's SHA-256 of each file (default false; the chunk list is always proven). */
  readonly checkFileDigests?: boolean | undefined;
}

export interface Fetched {
  readonly model: ModelName;
  readonly version: Version;
  readonly trust: TrustLevel;
  /** Absolute path of the folder. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes that came from a store. */
  readonly fetchedBytes: number;
  /** Bytes that lay right on this disk already. */
  readonly reusedBytes: number;
  readonly sources: readonly { readonly name: string; readonly bytes: number }[];
}

/**
 * Fetches a release into a folder: registry, manifest, plan, sources, verify, write, sync, one rename. The folder
 * appears with every byte proven, or not at all; killed anywhere, the same call goes on where it was.
 * @throws PolicyError `DESTINATION_EXISTS`, ResourceError `DISK_FULL`, what `openRelease` and `readVerified` throw
 */
export async function fetch(ports: Ports, job: FetchJob, options: JobOptions = {}): Promise<Fetched> {
  const { resolution, content } = await openRelease(
    ports,
    job.reference,
    (...call) => ports.trust.resolve(...call),
    options,
  );
  const fetched = await inTurnAt(
    ports,
    job.destination,
    () => fetchAlone(ports, job, content, options),
    options,
  );
  const { model, version } = resolution.release;
  return { model, version, trust: resolution.trust, path: resolve(job.destination), ...fetched };
}

type Moved = Omit<Fetched, 'model' | 'version' | 'trust' | 'path'>;

async function fetchAlone(
  ports: Ports,
  job: FetchJob,
  content: ReleaseContent,
  options: JobOptions,
): Promise<Moved> {
  // Looked at under the lock: another process may have finished the same fetch meanwhile.
  const destination = await Destination.at(job.destination, await makerOf(ports));
  if (destination.stays && (await holdsRelease(ports, destination, content, options))) {
    return moved(content, new Map(), ports.stores);
  }
  if (destination.foreign && !job.force) {
    const next = `name another destination, or --force to replace the files of ${formatReference(job.reference)} in it`;
    throw exists(destination.path, 'it holds other content', next);
  }
  const { files } = content.manifest;
  if (destination.stays) await destination.requireRoom(files);
  await destination.prepare(files);
  const begun = await candidatesIn(files, (file) => destination.partialPath(file.path));
  const inPlace = await rightChunks(ports.engine, content, begun, options);
  debug(
    options,
    `${inPlace.reduce((sum, flag) => sum + flag, 0)} of ${inPlace.length} chunks lie right in ${destination.partial}`,
  );
  await destination.requireSpace(missingBytes(content, inPlace));

  const old = await candidatesIn(destination.stays ? files : [], (file) => destination.finalPath(file.path));
  const sources = old.length === 0 ? ports.stores : [new OldTree(content, old), ...ports.stores];
  const bySource = await transfer(ports.engine, sources, content, destination, inPlace, options);
  if (job.checkFileDigests) await checkFileDigests(content, destination, options);
  await destination.commit(content);
  debug(options, `${destination.path} stands`);
  return moved(content, bySource, ports.stores);
}

/** Whether the folder is this very tree: the same files, no others, every chunk right. */
async function holdsRelease(
  ports: Ports,
  destination: Destination,
  content: ReleaseContent,
  options: JobOptions,
): Promise<boolean> {
  const { files } = content.manifest;
  if (!(await destination.hasSizes(files))) return false;
  const candidates = await candidatesIn(files, (file) => destination.finalPath(file.path));
  return (await rightChunks(ports.engine, content, candidates, options)).every((flag) => flag === 1);
}

function missingBytes({ chunks }: ReleaseContent, inPlace: Uint8Array): number {
  return inPlace.reduce((sum, flag, index) => (flag === 1 ? sum : sum + chunks.sizeAt(index)), 0);
}

function moved(
  { manifest }: ReleaseContent,
  bySource: ReadonlyMap<string, number>,
  stores: readonly ChunkSource[],
): Moved {
  const sources = stores.map(({ name }) => ({ name, bytes: bySource.get(name) ?? 0 }));
  const fetchedBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    files: manifest.files.length,
    bytes: manifest.bytes,
    fetchedBytes,
    reusedBytes: manifest.bytes - fetchedBytes,
    sources,
  };
}
