import { archiveKind } from '../archive/names.ts';
import { type Brought, bring, type Delivery } from '../verbs/fetching/bring.ts';
import type { TreeContent } from '../verbs/fetching/tree-content.ts';
import type { Carriers, JobOptions } from '../verbs/ports.ts';
import { bringArchive } from './archive.ts';

export interface Delivered extends Brought {
  /** Absolute path of what was asked for: the folder, or the archive made of it. */
  readonly path: string;
  /** Absolute path of the folder beside an archive; null where none was asked for. */
  readonly extracted: string | null;
}

/** Brings a tree in the form that the destination's name asks for. @throws what `bring` and `bringArchive` throw */
export async function deliver(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  extract: boolean,
  options: JobOptions,
): Promise<Delivered> {
  if (archiveKind(delivery.destination) !== null)
    return bringArchive(carriers, tree, delivery, extract, options);
  return { ...(await bring(carriers, tree, delivery, options)), extracted: null };
}
