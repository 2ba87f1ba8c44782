import { basename, join, resolve } from 'node:path';
import { PolicyError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import { commitFile } from '../../fs/commit.ts';
import { removeTree } from '../../fs/remove.ts';
import type { NotableFile } from '../../policy/tree.ts';
import type { Brought, Delivery } from '../../verbs/fetching/bring.ts';
import { holdsChunks } from '../../verbs/fetching/plan.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import { exclusivelyAt } from '../../verbs/job/exclusive.ts';
import type { Carriers } from '../../verbs/job/ports.ts';
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
  /** A loader goes by the name that the file gets, so it is judged by that one beside the tree's. */
  const judgeNamed = async (absolute: string, judged: readonly NotableFile[]) => {
    const lying = [{ path: basename(path), absolute, size: file.size }];
    const quiet = judged.length > 0 ? { signal: options.signal } : options;
    const named = await judgeFormats(tree.name, lying, delivery.formats ?? ANY_FORMAT, quiet);
    return judged.length > 0 ? judged : named;
  };
  const work = async (): Promise<Brought> => {
    if (await holdsChunks(carriers.engine, tree, [{ path, file }], options)) {
      await dropHidden(carriers, path);
      const { bytes, complete } = tree;
      const { ledger } = carriers.route;
      const sources = ledger.records(ledger.records());
      const lying = [{ path: file.path, absolute: path, size: file.size }];
      const judged = await judgeFormats(tree.name, lying, delivery.formats ?? ANY_FORMAT, options);
      const notable = await judgeNamed(path, judged);
      return { path, files: 1, bytes, complete, fetchedBytes: 0, reusedBytes: bytes, sources, notable };
    }
    await refuseExisting(carriers, path, delivery.force ?? false);
    const { brought, hidden } = await bringHidden(carriers, tree, delivery, path, options);
    const whole = join(hidden, file.path);
    const notable = await judgeNamed(whole, brought.notable).catch(async (error) => {
      if (error instanceof PolicyError) await removeTree(hidden);
      throw error;
    });
    await commitFile(whole, path);
    await removeTree(hidden);
    return { ...brought, notable };
  };
  return exclusivelyAt(carriers, path, work, options).then((brought) => ({
    ...brought,
    path,
    extracted: null,
  }));
}
