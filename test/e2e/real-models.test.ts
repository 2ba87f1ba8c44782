import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
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
import type { Info, Retrieved, Stored, Verified } from './documents.ts';

/** Folders of published wheels, unpacked; `.ci/run` brings them. */
const MODELS = process.env.BALLAST_TEST_MODELS ?? '';
const haveModels = ['wordllama', 'silero-vad-5', 'silero-vad-6'].every((name) =>
  existsSync(join(MODELS, name)),
);
const kuboBinary = findKubo();

interface Place {
  readonly store: 'local' | 'kubo';
  environment(): Record<string, string>;
}

/** Stores the folder, fetches it from this store alone, compares every byte, verifies. */
async function roundTrip(
  ballast: Ballast,
  place: Place,
  source: string,
  reference: string,
  out: string,
): Promise<Stored> {
  const stored = await ballast.json<Stored>(0, 'store', source, reference, '--store', place.store);
  const retrieved = await ballast.json<Retrieved>(0, 'retrieve', reference, out, '--from', place.store);
  expect(await treeDigests(out)).toEqual(await treeDigests(source));
  expect(retrieved).toMatchObject({
    version: stored.version,
    files: stored.files,
    bytes: stored.bytes,
    trust: 'local',
  });
  expect(retrieved.sources).toMatchObject([{ name: place.store, bytes: retrieved.fetchedBytes, wrong: 0 }]);
  const verified = await ballast.json<Verified>(0, 'verify', reference, '--store', place.store, '--full');
  expect(verified).toMatchObject({ ok: true, bad: [] });
  const info = await ballast.json<Info>(0, 'info', reference);
  const digests = Object.fromEntries(info.files.map(({ path, sha256 }) => [path, sha256]));
  expect(digests).toEqual(await treeDigests(source));
  return stored;
}

function suite(place: Place): void {
  test.skipIf(!haveModels)('the wheels wordllama and silero-vad, two versions of the latter', async () => {
    const folder = await temporaryFolder('wheels');
    const ballast = new Ballast(folder, place.environment());
    await roundTrip(ballast, place, join(MODELS, 'wordllama'), 'wordllama', join(folder, 'wordllama'));
    const five = await roundTrip(
      ballast,
      place,
      join(MODELS, 'silero-vad-5'),
      'silero-vad',
      join(folder, 'five'),
    );
    const six = await roundTrip(
      ballast,
      place,
      join(MODELS, 'silero-vad-6'),
      'silero-vad',
      join(folder, 'six'),
    );
    expect([five.version, six.version]).toEqual(['1', '2']);
    expect(six.newBytes).toBeLessThan(six.bytes);
    const again = join(folder, 'five-again');
    await ballast.json<Retrieved>(0, 'retrieve', 'silero-vad@1', again, '--from', place.store);
    expect(await treeDigests(again)).toEqual(await treeDigests(join(MODELS, 'silero-vad-5')));
  });

  test('configuration, tokenizer, empty, one-byte and unicode files', async () => {
    const folder = await temporaryFolder('awkward');
    const source = await writeTree(join(folder, 'model'), awkwardFiles());
    await roundTrip(new Ballast(folder, place.environment()), place, source, 'awkward', join(folder, 'out'));
  });

  test('3,000 small files', async () => {
    const folder = await temporaryFolder('small-files');
    const files = Array.from({ length: 3000 }, (_, i) => [
      `shard-${i % 50}/file-${i}.bin`,
      randomBytes(1 + (i % 700)),
    ]);
    await mkdir(join(folder, 'model'));
    const source = await writeTree(join(folder, 'model'), Object.fromEntries(files));
    const stored = await roundTrip(
      new Ballast(folder, place.environment()),
      place,
      source,
      'many',
      join(folder, 'out'),
    );
    expect(stored.files).toBe(3000);
  });
}

describe('on disk', () => suite({ store: 'local', environment: () => ({}) }));

describe.skipIf(kuboBinary === null)('on a real Kubo (none found: KUBO_BIN, PATH)', () => {
  let node: KuboNode;
  beforeAll(async () => {
    node = await startKubo(kuboBinary ?? '');
  });
  afterAll(() => node.close());

  describe('through the gateway', () => {
    suite({
      store: 'kubo',
      environment: () => ({ BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway }),
    });
  });

  test('without a gateway, by RPC alone', async () => {
    const folder = await temporaryFolder('rpc');
    const source = await writeTree(join(folder, 'model'), awkwardFiles());
    const place: Place = { store: 'kubo', environment: () => ({ BALLAST_KUBO_API: node.api }) };
    await roundTrip(new Ballast(folder, place.environment()), place, source, 'awkward', join(folder, 'out'));
  });

  test('ipfs get gives the plain folder, ipfs pin ls has the manifest, ipfs dag get reads it', async () => {
    const folder = await temporaryFolder('ipfs-get');
    const source = await writeTree(join(folder, 'model'), {
      ...awkwardFiles(),
      'large.bin': randomBytes(9_000_000),
    });
    const ballast = new Ballast(folder, { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway });
    const stored = await ballast.json<Stored>(0, 'store', source, 'plain');
    await node.ipfs('get', '-o', join(folder, 'got'), String(stored.content));
    expect(await treeDigests(join(folder, 'got'))).toEqual(await treeDigests(source));
    expect(await node.ipfs('pin', 'ls', '--type=recursive')).toContain(stored.manifest);
    const manifest = JSON.parse(await node.ipfs('dag', 'get', stored.manifest));
    expect(manifest).toMatchObject({ format: 'ballast/1', version: '1', bytes: stored.bytes });
    await node.ipfs('repo', 'gc');
    expect(await ballast.json<Verified>(0, 'verify', 'plain')).toMatchObject({ ok: true });
  });
});
