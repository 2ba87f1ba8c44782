import { resolve } from 'node:path';
import { PolicyError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { destinationExists } from '../../fs/errors.ts';
import type { SafePath } from '../../ids/path.ts';
import type { FormatPolicy, NotableFile } from '../../policy/tree.ts';
import { Ledger, type SourceRecord } from '../../sources/ledger.ts';
import { ordered } from '../../sources/ordered.ts';
import { exclusivelyAt, makerOf } from '../job/exclusive.ts';
import type { Carriers } from '../job/ports.ts';
import { ANY_FORMAT, judgeFormats } from '../reading/formats.ts';
import { baseTree } from './base-tree.ts';
import { Destination } from './destination.ts';
import { checkFileDigests } from './file-digests.ts';
import { oldTree } from './old-tree.ts';
import { candidatesIn, holdsChunks, rightChunks } from './plan.ts';
import { transfer } from './transfer.ts';
import type { TreeContent } from './tree-content.ts';

/** Where a tree goes, and how. */
export interface Delivery {
  /** The folder that will hold the tree. */
  readonly destination: string;
  /** Replace the tree's files in a folder that exists (default false: refused). */
  readonly force?: boolean | undefined;
  /** Also prove the publisher's SHA-256 of each file (default false; the chunk list is always proven). */
  readonly checkFileDigests?: boolean | undefined;
  /** Folders of earlier versions, or of anything alike: what lies there need not travel. Default: none. */
  readonly base?: readonly string[] | undefined;
  /** The tree will be packed beside itself: leave room for both (default false). */
  readonly packed?: boolean | undefined;
  /** What its files may be (default: anything, with a warning of what runs code). */
  readonly formats?: FormatPolicy | undefined;
}

/** What came of it. */
export interface Brought {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Every file of the tree; false where only those were wanted that match a pattern. */
  readonly complete: boolean;
  /** Bytes that came from sources. */
  readonly fetchedBytes: number;
  /** Bytes that lay right on this disk already. */
  readonly reusedBytes: number;
  /** What each source did in this job. A chunk that the tree has twice travels once, and one that two brought counts for both. */
  readonly sources: readonly SourceRecord[];
  /** Files that are not of a data format. Of the others nobody says that they are safe. */
  readonly notable: readonly NotableFile[];
}

/**
 * Brings a tree into a folder: plan, sources, verify, write, sync, one rename. A new folder appears with every byte
 * proven, or not at all; one that stands gets its files one by one, once all are proven. Killed anywhere, the same call
 * goes on where it was.
 * @throws PolicyError `DESTINATION_EXISTS`, `FORMAT_REFUSED`, which leaves nothing; ResourceError `DISK_FULL`,
 *   CorruptError `RELEASE_MISMATCH`; what `readVerified` throws
 */
export function bring(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  options: JobOptions,
): Promise<Brought> {
  const alone = async () => {
    // Looked at under the lock: another process may have finished the same fetch meanwhile.
    const destination = await Destination.at(delivery.destination, await makerOf(carriers));
    try {
      return await bringTo(destination, carriers, tree, delivery, options);
    } finally {
      await destination.close();
    }
  };
  return exclusivelyAt(carriers, delivery.destination, alone, options);
}

async function bringTo(
  destination: Destination,
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  options: JobOptions,
): Promise<Brought> {
  const { engine, route } = carriers;
  const before = route.ledger.records();
  const { files } = tree;
  if (destination.stays && (await holdsTree(carriers, destination, tree, options))) {
    const notable = await judge(tree, delivery, (path) => destination.finalPath(path), options);
    // A run that was killed at its last step has left one.
    if (!destination.foreign) await destination.discard();
    return brought(tree, destination, 0, route.ledger.records(before), notable);
  }
  if (destination.foreign && !delivery.force) {
    if (await destination.holdsSome(tree.whole ?? files))
      throw destinationExists(
        destination.path,
        `it holds some files of ${tree.name} alone`,
        '--force completes it; or name another destination',
      );
    const next = `name another destination, or --force to replace the files of ${tree.name} in it`;
    throw destinationExists(destination.path, 'it holds other content', next);
  }
  if (destination.stays) await destination.requirePlaces(files);
  await destination.prepare(files);
  const begun = await candidatesIn(files, (file) => destination.partialPath(file.path));
  const inPlace = await rightChunks(engine, tree, begun, options);
  const right = inPlace.reduce((sum, flag) => sum + flag, 0);
  note(options, 'debug', `${right} chunks lie right in ${destination.partial}`);
  const missing = missingBytes(tree, inPlace);
  const room = missing + (delivery.packed ? tree.bytes : 0);
  await destination.requireSpace(room);
  route.leaveRoom(room);

  const old = await candidatesIn(destination.stays ? files : [], (file) => destination.finalPath(file.path));
  const reused = new Ledger();
  const near = old.length === 0 ? [] : [oldTree('destination', tree, old, engine.pool)];
  const { base = [] } = delivery;
  if (base.length > 0 && missing > 0) near.push(await baseTree(engine, tree, base, options));
  const sources = { engine, route: ordered([...near.map((each) => reused.watch(each)), route]) };
  await transfer(sources, tree, { destination, inPlace }, options);
  if (delivery.checkFileDigests) await checkFileDigests(tree, destination, options);
  const notable = await judge(tree, delivery, (path) => destination.partialPath(path), options).catch(
    async (error) => {
      if (error instanceof PolicyError) await destination.discard();
      throw error;
    },
  );
  await destination.commit(tree);
  note(options, 'debug', `${destination.path} stands`);
  const reusedBytes = reused.records().reduce((sum, { bytes }) => sum + bytes, 0);
  return brought(tree, destination, missing - reusedBytes, route.ledger.records(before), notable);
}

function judge(
  { name, files }: TreeContent,
  { formats = ANY_FORMAT }: Delivery,
  placeOf: (path: SafePath) => string,
  options: JobOptions,
): Promise<readonly NotableFile[]> {
  const lying = files.map(({ path, size }) => ({ path, size, absolute: placeOf(path) }));
  return judgeFormats(name, lying, formats, options);
}

/** Whether the folder is this very tree: the same files, no others, every chunk right. */
async function holdsTree(
  { engine }: Carriers,
  destination: Destination,
  tree: TreeContent,
  options: JobOptions,
): Promise<boolean> {
  if (!(await destination.holdsOnly(tree.files))) return false;
  const candidates = tree.files.map((file) => ({ path: destination.finalPath(file.path), file }));
  return holdsChunks(engine, tree, candidates, options);
}

/** Bytes of the wanted chunks that are not right yet. */
function missingBytes({ files, chunks }: TreeContent, right: Uint8Array): number {
  let bytes = 0;
  for (const { first, count } of files)
    for (let index = first; index < first + count; index += 1)
      if (right[index] !== 1) bytes += chunks.sizeAt(index);
  return bytes;
}

function brought(
  { files, bytes, complete }: TreeContent,
  { path }: Destination,
  fetchedBytes: number,
  sources: readonly SourceRecord[],
  notable: readonly NotableFile[],
): Brought {
  const reusedBytes = bytes - fetchedBytes;
  const counts = { files: files.length, bytes, complete, fetchedBytes, reusedBytes };
  return { path: resolve(path), ...counts, sources, notable };
}
