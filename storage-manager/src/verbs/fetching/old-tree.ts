import type { Pool } from '../../engine/pool.ts';
import { chunksOf } from '../reading/file-chunks.ts';
import { LocalChunks } from './local-chunks.ts';
import type { Candidate } from './plan.ts';
import type { TreeContent } from './tree-content.ts';

/**
 * An earlier version whose files have the same names: where a file of the tree has its chunk, theirs may have it too.
 * @param name for people: `destination` @param pool hashes what is found there
 */
export function oldTree(
  name: string,
  content: TreeContent,
  candidates: readonly Candidate[],
  pool: Pool,
): LocalChunks {
  const chunks = new LocalChunks(name, pool);
  for (const { path, file } of candidates)
    for (const { digest, index, offset, length } of chunksOf(file, content))
      chunks.add(digest, { path, offset, length, wrappings: content.wrappingsOf(index) });
  return chunks;
}
