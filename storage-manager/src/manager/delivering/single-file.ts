import { join, resolve } from 'node:path';
import type { JobOptions } from '../../events.ts';
import { commitFile } from '../../fs/commit.ts';
import { removeTree } from '../../fs/remove.ts';
import type { Brought, Delivery } from '../../verbs/fetching/bring.ts';
import { holdsChunks } from '../../verbs/fetching/plan.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import type { Carriers } from '../../verbs/job/ports.ts';
import { inTurnAt } from '../../verbs/job/turns.ts';
import { ANY_FORMAT, judgeFormats } from '../../verbs/reading/formats.ts';
import type { Delivered } from './delivered.ts';
import { bringHidden, dropHidden, refuseExisting } from './hidden-tree.ts';

/**
 * Brings a tree of one nameless file: the destination is the file, not a folder. It gets its name last; where it is
 * this very file already, nothing travels.
 * @throws PolicyError `DESTINATION_EXISTS`, `FORMAT_REFUSED`; what `bring` throws
 */
export function bringFile(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  options: JobOptions,
): Promise<Delivered> {
  const path = resolve(delivery.destination);
  const [file] = tree.files as [TreeContent['files'][number]];
  const work = async (): Promise<Brought> => {
    if (await holdsChunks(carriers.engine, tree, [{ path, file }], options)) {
      await dropHidden(carriers, path);
      const { bytes, complete } = tree;
      const { ledger } = carriers.route;
      const sources = ledger.records(ledger.records());
      const lying = [{ path: file.path, absolute: path, size: file.size }];
      const notable = await judgeFormats(tree.name, lying, delivery.formats ?? ANY_FORMAT, options);
      return { path, files: 1, bytes, complete, fetchedBytes: 0, reusedBytes: bytes, sources, notable };
    }
    await refuseExisting(carriers, path, delivery.force ?? false);
    const { brought, hidden } = await bringHidden(carriers, tree, delivery, path, options);
    await commitFile(join(hidden, file.path), path);
    await removeTree(hidden);
    return brought;
  };
  return inTurnAt(carriers, path, work, options).then((brought) => ({ ...brought, path, extracted: null }));
}
