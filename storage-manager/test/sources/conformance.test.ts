import type { ChunkSource } from '../../src/interfaces.ts';
import { MiB } from '../../src/limits.ts';
import { fastest } from '../../src/sources/fastest/fastest.ts';
import { limited } from '../../src/sources/limited.ts';
import { merged } from '../../src/sources/merged.ts';
import { ordered } from '../../src/sources/ordered.ts';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { blockOrigin } from '../../src/testing/faults/block-origin.ts';
import { FaultServer } from '../../src/testing/faults/server.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { put } from '../../src/testing/samples/put.ts';
import { describeSource } from '../../src/testing/suites/source.ts';

const SLOTS = { count: 8, spare: () => null, release: () => {} };

const WRAPPERS: Readonly<Record<string, (held: MemoryStore) => ChunkSource>> = {
  ordered: (held) => ordered([new MemoryStore('empty'), held]),
  merged,
  limited: (held) => limited(held, { bytesPerSecond: 1_000 * MiB, requestsPerSecond: 1_000 }),
  fastest: (held) => fastest([new MemoryStore('empty'), held], { slots: SLOTS }),
};

for (const [name, wrap] of Object.entries(WRAPPERS))
  describeSource(name, async () => {
    const held = new MemoryStore();
    return { source: wrap(held), hold: (blocks) => put(held, blocks), close: async () => {} };
  });

describeSource('a gateway', async () => {
  const held = new MemoryStore();
  const server = await FaultServer.start(blockOrigin(held.blocks));
  const source = new GatewaySource({ url: server.url, name: 'gateway' });
  return {
    source,
    hold: (blocks) => put(held, blocks),
    close: async () => {
      source.close();
      await server.close();
    },
  };
});
