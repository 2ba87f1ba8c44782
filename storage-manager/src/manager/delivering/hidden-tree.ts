import { basename, dirname, join } from 'node:path';
import { BallastError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import { destinationExists } from '../../fs/errors.ts';
import { lookAt } from '../../fs/look.ts';
import { removeTree } from '../../fs/remove.ts';
import { partialName } from '../../ids/own-names.ts';
import { type Brought, bring, type Delivery } from '../../verbs/fetching/bring.ts';
import type { TreeContent } from '../../verbs/fetching/tree-content.ts';
import { makerOf } from '../../verbs/job/exclusive.ts';
import type { Carriers } from '../../verbs/job/ports.ts';

/** Brings a tree into a hidden folder beside `path`, of which something else at `path` will be made. */
export async function bringHidden(
  carriers: Carriers,
  tree: TreeContent,
  delivery: Delivery,
  path: string,
  options: JobOptions,
): Promise<{ readonly brought: Brought; readonly hidden: string }> {
  const hidden = await hiddenTree(carriers, path);
  const inside = { ...delivery, destination: hidden, force: false };
  const brought = await bring(carriers, tree, inside, options).catch(async (error) => {
    if (!(error instanceof BallastError && error.code === 'DESTINATION_EXISTS')) throw error;
    // What an interrupted run of another tree has left.
    await removeTree(hidden);
    return bring(carriers, tree, inside, options);
  });
  return { brought, hidden };
}

/** Removes what a run has left that was killed when all but this was done. */
export async function dropHidden(carriers: Carriers, path: string): Promise<void> {
  await removeTree(await hiddenTree(carriers, path));
}

async function hiddenTree(carriers: Carriers, path: string): Promise<string> {
  return join(dirname(path), partialName(`${basename(path)}.tree`, await makerOf(carriers)));
}

/**
 * A file or link can be replaced in one rename; a folder can't.
 * @throws PolicyError `DESTINATION_EXISTS`, and then nothing hidden stays beside it
 */
export async function refuseExisting(carriers: Carriers, path: string, force: boolean): Promise<void> {
  const there = await lookAt(path);
  const folder = there?.isDirectory() ?? false;
  if (there === null || (force && !folder)) return;
  await dropHidden(carriers, path);
  const next = `name another destination${folder ? '' : ', or --force to replace it'}`;
  throw destinationExists(path, `a ${folder ? 'folder' : 'file'} has that name`, next);
}
