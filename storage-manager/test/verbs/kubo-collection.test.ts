import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairableStore } from '../../src/interfaces.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { verify } from '../../src/verbs/verify.ts';
import { fetch, job, MODEL, openWorkbench, reference, through } from './workbench.ts';

const binary = findKubo();

type Gap = 'open' | 'write' | 'seal' | 'protect' | 'read' | 'publish';

/** The store as it is, with a collection, where `collect` makes one, ahead of every call that could lose a race. */
function collecting(store: RepairableStore, collect: (gap: Gap) => Promise<void>): RepairableStore {
  return {
    name: store.name,
    carriesUnixFs: store.carriesUnixFs,
    provesWrites: store.provesWrites,
    has: (...call) => store.has(...call),
    read: (...call) => collect('read').then(() => store.read(...call)),
    protect: (...call) => collect('protect').then(() => store.protect(...call)),
    replace: (...call) => store.replace(...call),
    async open(options) {
      await collect('open');
      const session = await store.open(options);
      return {
        has: (digest) => session.has(digest),
        write: (...call) => collect('write').then(() => session.write(...call)),
        seal: (...call) => collect('seal').then(() => session.seal(...call)),
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

    async function openCollecting(collect: (gap: Gap) => Promise<void>) {
      const kubo = new KuboStore({ api: node.api, gateway: node.gateway });
      const bench = await openWorkbench([collecting(kubo, collect)]);
      const { publish: register } = bench.registry;
      bench.registry.publish = (...call) =>
        collect('publish').then(() => register.apply(bench.registry, call));
      const source = await writeTree(join(bench.folder, 'source'), {
        'a.bin': randomBytes(3_000_000),
        'b.txt': 'b',
      });
      return { kubo, bench, source };
    }

    test('one collection in each gap: nothing that is registered is lost', async () => {
      const collected = new Set<Gap>();
      const { kubo, bench, source } = await openCollecting(async (gap) => {
        if (collected.has(gap)) return;
        collected.add(gap);
        await node.ipfs('repo', 'gc');
      });
      await publish(bench, job(source));
      expect(Array.from(collected).sort()).toEqual(['open', 'protect', 'publish', 'read', 'seal', 'write']);
      await node.ipfs('repo', 'gc');
      const clean = { ...bench, ...through(bench.engine, [kubo]) };
      expect(await verify(clean, { reference: reference() })).toMatchObject({ ok: true });
      await fetch(clean, { reference: reference(), destination: join(bench.folder, 'out') });
      expect(await treeDigests(join(bench.folder, 'out'))).toEqual(await treeDigests(source));
    });

    test('a collection ahead of every promise: the publish gives up and registers nothing', async () => {
      const { bench, source } = await openCollecting(async (gap) => {
        if (gap === 'protect') await node.ipfs('repo', 'gc');
      });
      await expect(publish(bench, job(source))).rejects.toMatchObject({ code: 'PROTECT_FAILED', exit: 5 });
      expect(await bench.registry.model(MODEL)).toBeNull();
    });
  },
);
