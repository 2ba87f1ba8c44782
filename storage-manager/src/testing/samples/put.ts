import type { Block, ChunkStore } from '../../interfaces.ts';

/** Blocks a call. */
const CALL_BLOCKS = 100;

/** Writes blocks into a store, in one session, and seals it. */
export async function put(store: ChunkStore, blocks: readonly Block[]): Promise<void> {
  const session = await store.open();
  for (let first = 0; first < blocks.length; first += CALL_BLOCKS)
    await session.write(blocks.slice(first, first + CALL_BLOCKS));
  await session.seal();
}
