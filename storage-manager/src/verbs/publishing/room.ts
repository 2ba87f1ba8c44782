import { dirname } from 'node:path';
import { ResourceError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { bytesText } from '../../fs/room.ts';
import type { TreeFile } from '../../fs/tree.ts';
import type { ChunkerName } from '../../interfaces.ts';
import type { Carriers } from '../job/ports.ts';
import { passChunks } from './chunk-pass.ts';
import type { Placement } from './placement.ts';

/**
 * Where a tree may not fit on a store's disk, its chunks are hashed once before any is written: a disk that such a publish
 * had filled would stay full, as what it has sealed is kept for the next run.
 * @throws ResourceError `DISK_FULL`
 */
export async function requireRoomFor(
  { engine, locks }: Carriers,
  tree: readonly TreeFile[],
  placement: Placement,
  chunker: ChunkerName | undefined,
  options: JobOptions,
): Promise<void> {
  const bytes = tree.reduce((sum, file) => sum + file.size, 0);
  const tight = await placement.withLessThan(bytes);
  if (tight.length === 0) return;
  const names = tight.map(({ store }) => store.name).join(', ');
  note(
    options,
    'info',
    `${names} may lack room for ${bytesText(bytes)}: what is new of them is counted first`,
  );
  const { signal } = options;
  const pass = await passChunks(engine, tree, placement, {
    signal,
    chunker,
    fileDigests: false,
    dryRun: true,
  });
  for (const { store, session, free } of tight) {
    let wanted = 0;
    for (let index = 0; index < pass.chunks.count; index += 1) {
      const digest = pass.chunks.digests.at(index);
      if (pass.indexes.get(digest) === index && !session.has(digest)) wanted += pass.chunks.sizeAt(index);
    }
    if (wanted > free)
      throw new ResourceError('DISK_FULL', {
        should: `store ${store.name} (${dirname(locks)}) must have room for what is new of ${bytesText(bytes)}`,
        was: `${bytesText(free)} are free, and ${bytesText(wanted)} are new`,
        next: 'free space there, or move the state with BALLAST_HOME, then run the same command again',
      });
  }
}
