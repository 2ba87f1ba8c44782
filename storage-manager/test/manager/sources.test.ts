import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { digestOfCid } from '../../src/ids/cid.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { FaultServer, treeDigests, writeTree } from '../../src/testing/index.ts';
import { cacheFolder } from '../cache/bench.ts';

let folder = '';
let model = '';
let manifest = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-sources-'));
  model = await writeTree(join(folder, 'model'), {
    'weights.bin': Buffer.alloc(2_500_000, 'weights'),
    'a/config.json': '{}',
    'empty.txt': '',
  });
  const publisher = new ModelStorageManager({ home: join(folder, 'publisher') });
  ({ manifest } = await publisher.storeModel(model, 'm'));
  await publisher.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The model behind a gateway, and managers of machines that know the gateway alone. */
async function gateway() {
  const store = await openDiskStore(join(folder, 'publisher', 'store'));
  onTestFinished(() => store.close());
  const server = await FaultServer.start(async ({ target }) => {
    const digest = digestOfCid(CID.parse(/^\/ipfs\/(\w+)/.exec(target)?.[1] ?? ''));
    const into = new Uint8Array(2 << 20);
    const [length] = await store.read([digest], [into]);
    return { status: 200, headers: {}, body: into.subarray(0, length) };
  });
  onTestFinished(() => server.close());
  const { url } = server;
  const place = await mkdtemp(join(folder, 'machines-'));
  const machine = (name: string, cache?: { folder: string; maxBytes: number }) => {
    const manager = new ModelStorageManager({ home: join(place, name), gateways: [url], cache });
    onTestFinished(() => manager.close());
    return manager;
  };
  return { place, server, machine, host: new URL(url).host };
}

describe('a gateway', () => {
  it('brings a model to a machine that knows nothing else', async () => {
    const { place, server, machine, host } = await gateway();
    const out = join(place, 'out');
    const { sources, fetchedBytes } = await machine('other').retrieveCid(manifest, out);
    expect(await treeDigests(out)).toEqual(await treeDigests(model));
    expect(sources.map(({ name }) => name)).toEqual(['local', host]);
    expect(sources[1]!.bytes).toBe(fetchedBytes);
    expect(server.seen.every(({ method }) => method === 'GET')).toBe(true);
    // Nothing was placed there, and no cache was asked for.
    expect(await readdir(join(place, 'other'))).not.toContain('cache');
  });
});

describe('a cache', () => {
  it('C11: serves the second fetch alone, also where all lie on different file systems', async () => {
    const { place, server, machine } = await gateway();
    const cache = { folder: await cacheFolder('/dev/shm'), maxBytes: 1e9 };
    await machine('one', cache).retrieveCid(manifest, join(place, 'first'));
    const asked = server.seen.length;
    await server.close();
    const out = join(await cacheFolder('/dev/shm'), '..', 'second');
    const { sources } = await machine('two', cache).retrieveCid(manifest, out);
    expect(await treeDigests(out)).toEqual(await treeDigests(model));
    expect(sources.find(({ name }) => name === 'cache')).toMatchObject({ bytes: 2_500_002, wrong: 0 });
    expect(server.seen).toHaveLength(asked);
  });

  it('C12: damaged in every block, costs no more than having none', async () => {
    const { place, machine } = await gateway();
    const cache = { folder: await cacheFolder(), maxBytes: 1e9 };
    const storage = machine('one', cache);
    await storage.retrieveCid(manifest, join(place, 'first'));
    execFileSync('sh', [
      '-c',
      'find "$0" -type f | while read f; do printf x | dd of="$f" bs=1 conv=notrunc 2>/dev/null; done',
      join(cache.folder, 'blocks'),
    ]);
    const again = await storage.retrieveCid(manifest, join(place, 'second'));
    expect(await treeDigests(join(place, 'second'))).toEqual(await treeDigests(model));
    const byName = Object.fromEntries(again.sources.map((source) => [source.name, source]));
    expect(byName.cache).toMatchObject({ bytes: 0, barred: false });
    expect(byName.cache!.wrong).toBeGreaterThan(2);
    const third = await storage.retrieveCid(manifest, join(place, 'third'));
    expect(third.sources.find(({ name }) => name === 'cache')).toMatchObject({ bytes: 2_500_002, wrong: 0 });
  });

  it('C22: removed between two fetches, is made anew; in a folder of anybody else, is a warning', async () => {
    const { place, machine } = await gateway();
    const cache = { folder: await cacheFolder(), maxBytes: 1e9 };
    const storage = machine('one', cache);
    await storage.retrieveCid(manifest, join(place, 'first'));
    await rm(cache.folder, { recursive: true });
    const warnings: string[] = [];
    const onEvent = (event: BallastEvent) => {
      if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
    };
    await storage.retrieveCid(manifest, join(place, 'second'), { onEvent });
    expect(warnings).toEqual([expect.stringMatching(/^the cache is not used in this run/)]);
    for (const name of ['third', 'fourth']) {
      const { sources } = await storage.retrieveCid(manifest, join(place, name), { onEvent });
      const copies = sources.find((source) => source.name === 'cache');
      expect(copies).toMatchObject({ bytes: name === 'third' ? 0 : 2_500_002 });
    }
    expect(warnings).toHaveLength(1);
    const foreign = join(place, 'photos');
    await mkdir(foreign);
    await writeFile(join(foreign, 'cat.jpg'), 'x');
    const other = machine('two', { folder: foreign, maxBytes: 1e9 });
    await other.retrieveCid(manifest, join(place, 'fifth'), { onEvent });
    expect(warnings.at(-1)).toMatch(
      /^the cache is not used in this run: the folder of the cache .*photos must be/,
    );
    expect(await readdir(foreign)).toEqual(['cat.jpg']);
  });
});
