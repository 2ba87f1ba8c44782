import { archiveKind } from '../../archive/names.ts';
import { UsageError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import { bring, type Delivery } from '../../verbs/fetching/bring.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import type { Carriers } from '../../verbs/job/ports.ts';
import { bringArchive } from './archive.ts';
import type { Delivered } from './delivered.ts';
import { bringFile } from './single-file.ts';

/**
 * Brings a tree in the form that the destination's name asks for.
 * @param single the tree is one file without a name, and becomes the destination itself, whatever that is called, unless
 *   it ends with a /
 * @throws UsageError `ARGUMENT_INVALID` where one file is to be extracted; what `bring`, `bringFile` and `bringArchive` throw
 */
export async function deliver(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  { extract, single }: { readonly extract: boolean; readonly single: boolean },
  options: JobOptions,
): Promise<Delivered> {
  const { destination } = delivery;
  const asFolder = single && destination.endsWith('/');
  if (single && extract) throw nothingToExtract(tree.name);
  if (single && !asFolder) return bringFile(carriers, tree, delivery, options);
  if (!asFolder && archiveKind(destination) !== null)
    return bringArchive(carriers, tree, delivery, extract, options);
  return { ...(await bring(carriers, tree, delivery, options)), extracted: null };
}

function nothingToExtract(name: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'only a folder can be brought as an archive and extracted',
    was: `${name} is one file, which becomes the destination`,
    next: 'leave --extract out; if the file is a tar, unpack it with tar afterwards',
  });
}
