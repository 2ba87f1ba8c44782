import { resolve } from 'node:path';
import { extractedFolder } from '../../archive/names.ts';
import { writeArchive } from '../../archive/write.ts';
import { type JobOptions, note } from '../../events.ts';
import { removeTree } from '../../fs/remove.ts';
import { type Brought, bring, type Delivery } from '../../verbs/fetching/bring.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import { exclusivelyAt, makerOf } from '../../verbs/job/exclusive.ts';
import type { Carriers } from '../../verbs/job/ports.ts';
import type { Delivered } from './delivered.ts';
import { bringHidden, refuseExisting } from './hidden-tree.ts';

/**
 * Brings the tree, proven as always, and packs it. The archive gets its name last; a run that was interrupted before
 * finds the tree again.
 * @param delivery whose destination `archiveKind` calls an archive
 * @param extract leave the tree beside the archive; else it lies hidden there until the archive is whole
 * @throws PolicyError `DESTINATION_EXISTS` before anything is fetched; what `bring` and `writeArchive` throw
 */
export async function bringArchive(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  extract: boolean,
  options: JobOptions,
): Promise<Delivered> {
  const path = resolve(delivery.destination);
  const extracted = extract ? extractedFolder(path) : null;
  const bringTo = (destination: string, packed: boolean) =>
    bring(carriers, tree, { ...delivery, destination, packed }, options);
  const pack = async (folder: string) => writeArchive(folder, path, await makerOf(carriers), options);

  /** The folder is new, or this very tree: it holds nothing that the archive should not. */
  const packFolder = async (folder: string): Promise<Brought> => {
    const brought = await bringTo(folder, true);
    await pack(folder);
    return brought;
  };

  /** A folder that stands may hold other files, which `force` leaves alone: the archive is made of a tree of its own. */
  const packHidden = async (): Promise<Brought> => {
    const both = { ...delivery, packed: true };
    const { brought, hidden } = await bringHidden(carriers, tree, both, path, options);
    await pack(hidden).catch((error) => {
      note(
        options,
        'warning',
        `the tree is kept for the next run, hidden, ${brought.bytes} bytes: ${hidden}`,
      );
      throw error;
    });
    await removeTree(hidden);
    if (extracted !== null) await bringTo(extracted, false);
    return brought;
  };

  const work = async () => {
    await refuseExisting(carriers, path, delivery.force ?? false);
    return extracted === null || delivery.force ? packHidden() : packFolder(extracted);
  };
  const brought = await exclusivelyAt(carriers, path, work, options);
  return { ...brought, path, extracted };
}
