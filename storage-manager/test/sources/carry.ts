import { onTestFinished } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import { forEachSlot } from '../../src/engine/loop.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import type { Block, ChunkSource } from '../../src/interfaces.ts';
import { readBlock } from '../../src/sources/side-by-side.ts';

/** As in a fetch: as many blocks at once as there are slots. */
export async function carry(
  engine: Engine,
  source: ChunkSource,
  blocks: readonly Block[],
  signal?: AbortSignal,
): Promise<Digest[]> {
  const digests: Digest[] = [];
  await forEachSlot(
    engine,
    blocks.entries(),
    async ([at, { digest }], slot, stop) => {
      const length = await readBlock(source, digest, slot.bytes, { signal: stop });
      digests[at] = digestOf(slot.bytes.slice(0, length));
    },
    { signal },
  );
  return digests;
}

/** Closed after the test. */
export function testEngine(slots = 16): Engine {
  const engine = openEngine({ slots, workers: 1 });
  onTestFinished(() => engine.close());
  return engine;
}

export const digestsOf = (blocks: readonly Block[]): Digest[] => blocks.map(({ digest }) => digest);
