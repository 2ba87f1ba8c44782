import { describe } from 'vitest';
import type { KuboOptions } from '../../src/stores/kubo/clients.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { describeStore } from '../../src/testing/suites/store.ts';

const binary = findKubo();

describe.skipIf(binary === null)('a real Kubo (KUBO_BIN or ipfs on PATH)', () => {
  const ways: [string, (node: KuboNode) => KuboOptions][] = [
    ['KuboStore read by its gateway', ({ api, gateway }) => ({ api, gateway })],
    ['KuboStore read by its RPC', ({ api }) => ({ api })],
  ];
  for (const [name, options] of ways)
    describeStore(name, async () => {
      const node = await startKubo(binary!);
      return {
        store: new KuboStore(options(node)),
        hidesUnsealed: false,
        reopen: async () => new KuboStore(options(node)),
        damage: (digest) => flipByte(node.blockFile(digest), 0),
        close: () => node.close(),
      };
    });
});
