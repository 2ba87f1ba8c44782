import { archiveKind } from '../../archive/names.ts';
import type { JobOptions } from '../../events.ts';
import { bring, type Delivery } from '../../verbs/fetching/bring.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import type { Carriers } from '../../verbs/job/ports.ts';
import { bringArchive } from './archive.ts';
import type { Delivered } from './delivered.ts';
import { bringFile } from './single-file.ts';

/**
 * Brings a tree in the form that the destination's name asks for.
 * @param single the tree is one file without a name, and becomes the destination itself unless that ends with a /
 * @throws what `bring` and `bringArchive` throw
 */
export async function deliver(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  { extract, single }: { readonly extract: boolean; readonly single: boolean },
  options: JobOptions,
): Promise<Delivered> {
  if (archiveKind(delivery.destination) !== null)
    return bringArchive(carriers, tree, delivery, extract, options);
  if (single && !delivery.destination.endsWith('/')) return bringFile(carriers, tree, delivery, options);
  return { ...(await bring(carriers, tree, delivery, options)), extracted: null };
}
