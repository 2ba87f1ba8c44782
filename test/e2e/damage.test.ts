import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  awkwardFiles,
  findKubo,
  type KuboNode,
  startKubo,
  treeDigests,
  writeTree,
} from '@ballast-models/storage-manager/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import { flipFile, flipOnDisk, oneOfEachKind } from './damage.ts';
import type { Failed, Retrieved, Stored, Verified } from './documents.ts';

const binary = findKubo();
const CODES: Record<string, string> = {
  chunk: 'CHUNK_CORRUPT',
  index: 'INDEX_CORRUPT',
  manifest: 'MANIFEST_CORRUPT',
};

/** Found by fetch and by verify, named, exit 4; storing again heals it; and then all is well. */
async function foundAndHealed(
  ballast: Ballast,
  store: string,
  kind: string,
  digest: string,
  source: string,
): Promise<void> {
  const out = join(ballast.home, '..', `out-${kind}`);
  const failed = await ballast.json<Failed>(4, 'retrieve', 'tiny', out, '--from', store);
  expect(failed.error).toMatchObject({ code: CODES[kind], exit: 4 });
  expect(failed.error.message).toContain(digest);
  await expect(access(out)).rejects.toThrow();
  const verified = await ballast.json<Verified>(4, 'verify', 'tiny', '--store', store);
  expect(verified).toMatchObject({ ok: false, bad: [{ kind, digest, store, reason: 'corrupt' }] });
  const stored = await ballast.json<Stored>(0, 'store', source, 'tiny', '--store', store);
  expect(stored).toMatchObject({ version: '1', healed: 1, transactions: 0 });
  expect(await ballast.json<Verified>(0, 'verify', 'tiny', '--store', store)).toMatchObject({ ok: true });
  await ballast.json<Retrieved>(0, 'retrieve', 'tiny', out, '--from', store);
  expect(await treeDigests(out)).toEqual(await treeDigests(source));
}

test('C12: on disk, one flipped bit in a chunk, the index or the manifest is found, named and healed', async () => {
  const folder = await temporaryFolder('damage-disk');
  const source = await writeTree(join(folder, 'model'), {
    ...awkwardFiles(),
    'large.bin': randomBytes(5_000_000),
  });
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'tiny');
  for (const [kind, digest] of await oneOfEachKind(ballast, 'tiny')) {
    await flipOnDisk(ballast, digest);
    await foundAndHealed(ballast, 'local', kind, digest, source);
  }
});

describe.skipIf(binary === null)('with a real Kubo (none found: KUBO_BIN, PATH)', () => {
  let node: KuboNode;
  beforeAll(async () => {
    node = await startKubo(binary ?? '');
  });
  afterAll(() => node.close());

  test('in Kubo it is found, named and healed too, and a second healthy store makes the fetch succeed', async () => {
    const folder = await temporaryFolder('damage-kubo');
    const source = await writeTree(join(folder, 'model'), {
      ...awkwardFiles(),
      'large.bin': randomBytes(5_000_000),
    });
    const ballast = new Ballast(folder, { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway });
    await ballast.json<Stored>(0, 'store', source, 'tiny');
    for (const [kind, digest] of await oneOfEachKind(ballast, 'tiny')) {
      await flipFile(node.blockFile(digest));
      const out = join(folder, `second-${kind}`);
      await ballast.json<Retrieved>(0, 'retrieve', 'tiny', out, '--from', 'kubo,local');
      expect(await treeDigests(out)).toEqual(await treeDigests(source));
      await foundAndHealed(ballast, 'kubo', kind, digest, source);
    }
  });

  test('C12: a damaged disk is passed over for a healthy Kubo', async () => {
    const folder = await temporaryFolder('damage-passed');
    const source = await writeTree(join(folder, 'model'), {
      ...awkwardFiles(),
      'large.bin': randomBytes(5_000_000),
    });
    const ballast = new Ballast(folder, { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway });
    await ballast.json<Stored>(0, 'store', source, 'tiny');
    for (const [kind, digest] of await oneOfEachKind(ballast, 'tiny')) {
      await flipOnDisk(ballast, digest);
      const out = join(folder, `passed-${kind}`);
      const retrieved = await ballast.json<Retrieved>(0, 'retrieve', 'tiny', out, '--from', 'local,kubo');
      expect(await treeDigests(out)).toEqual(await treeDigests(source));
      if (kind === 'chunk')
        expect(retrieved.sources.find(({ name }) => name === 'kubo')?.bytes).toBeGreaterThan(0);
      await foundAndHealed(ballast, 'local', kind, digest, source);
    }
  });
});
