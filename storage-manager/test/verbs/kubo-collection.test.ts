import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChunkStore, Registry, RepairableStore } from '../../src/interfaces.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/kubo-node.ts';
import { treeDigests, writeTree } from '../../src/testing/trees.ts';
import { fetch } from '../../src/verbs/fetch.ts';
import { publish } from '../../src/verbs/publish.ts';
import { verify } from '../../src/verbs/verify.ts';
import { job, openWorkbench, reference } from './workbench.ts';

const binary = findKubo();

/** The same object, with `before` run ahead of each call of the named methods. */
function ahead<T extends object>(target: T, names: readonly (keyof T)[], before: () => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, name) {
      const value = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      if (!names.includes(name as keyof T)) return value.bind(object);
      return async (...given: unknown[]) => {
        await before();
        return value.apply(object, given);
      };
    },
  });
}

describe.skipIf(binary === null)(
  'a real Kubo that collects garbage in every gap (none found: KUBO_BIN, PATH)',
  () => {
    let node: KuboNode;
    beforeAll(async () => {
      node = await startKubo(binary ?? '');
    });
    afterAll(() => node.close());

    test('nothing that is registered is lost', async () => {
      let collections = 0;
      const collect = async () => {
        collections += 1;
        await node.ipfs('repo', 'gc');
      };
      const kubo: RepairableStore = new KuboStore({ api: node.api, gateway: node.gateway });
      const openCollecting = async (options: Parameters<ChunkStore['open']>[0]) =>
        ahead(await kubo.open(options), ['write', 'seal'], collect);
      const store = ahead(
        Object.assign(Object.create(kubo), { open: openCollecting }),
        ['open', 'protect', 'read'],
        collect,
      );
      const bench = await openWorkbench([store]);
      const registry: Registry = ahead(bench.registry, ['quote', 'publish'], collect);
      const source = await writeTree(join(bench.folder, 'source'), {
        'a.bin': randomBytes(3_000_000),
        'b.txt': 'b',
      });
      await publish({ ...bench, registry }, job(source));
      await collect();
      expect(collections).toBeGreaterThan(8);
      const clean = { ...bench, stores: [kubo] };
      expect(await verify(clean, { reference: reference() })).toMatchObject({ ok: true });
      await fetch(clean, { reference: reference(), destination: join(bench.folder, 'out') });
      expect(await treeDigests(join(bench.folder, 'out'))).toEqual(await treeDigests(source));
    });
  },
);
