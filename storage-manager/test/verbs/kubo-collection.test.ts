import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairableStore } from '../../src/interfaces.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/kubo-node.ts';
import { treeDigests, writeTree } from '../../src/testing/trees.ts';
import { fetch } from '../../src/verbs/fetch.ts';
import { publish } from '../../src/verbs/publish.ts';
import { verify } from '../../src/verbs/verify.ts';
import { job, openWorkbench, reference } from './workbench.ts';

const binary = findKubo();

/** The store as it is, with a collection ahead of every call that could lose a race with one. */
function collecting(store: RepairableStore, collect: () => Promise<void>): RepairableStore {
  return {
    name: store.name,
    carriesUnixFs: store.carriesUnixFs,
    provesWrites: store.provesWrites,
    has: (...call) => collect().then(() => store.has(...call)),
    read: (...call) => collect().then(() => store.read(...call)),
    protect: (...call) => collect().then(() => store.protect(...call)),
    replace: (...call) => collect().then(() => store.replace(...call)),
    async open(options) {
      await collect();
      const session = await store.open(options);
      return {
        has: (digest) => session.has(digest),
        write: (...call) => collect().then(() => session.write(...call)),
        seal: (...call) => collect().then(() => session.seal(...call)),
        abort: () => session.abort(),
      };
    },
  };
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
      const kubo = new KuboStore({ api: node.api, gateway: node.gateway });
      const bench = await openWorkbench([collecting(kubo, collect)]);
      const { publish: register } = bench.registry;
      bench.registry.publish = (...call) => collect().then(() => register.apply(bench.registry, call));
      const source = await writeTree(join(bench.folder, 'source'), {
        'a.bin': randomBytes(3_000_000),
        'b.txt': 'b',
      });
      await publish(bench, job(source));
      await collect();
      expect(collections).toBeGreaterThan(8);
      const clean = { ...bench, stores: [kubo] };
      expect(await verify(clean, { reference: reference() })).toMatchObject({ ok: true });
      await fetch(clean, { reference: reference(), destination: join(bench.folder, 'out') });
      expect(await treeDigests(join(bench.folder, 'out'))).toEqual(await treeDigests(source));
    });
  },
);
