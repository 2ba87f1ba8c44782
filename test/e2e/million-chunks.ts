/**
 * The planning of a release of a million chunks, which would be a terabyte, in a process of its own: `publish FOLDER`
 * makes the release of random digests, but for a small file, and leaves what describes it in the local store of
 * FOLDER/ballast-home; `fetch FOLDER CID` reads it from there.
 */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { openEngine } from '../../storage-manager/src/engine/engine.ts';
import { ChunkList } from '../../storage-manager/src/format/chunk-list.ts';
import { checkContent, readRelease } from '../../storage-manager/src/format/release.ts';
import { cidText, DAG_CBOR, parseCid } from '../../storage-manager/src/ids/cid.ts';
import { digestOf } from '../../storage-manager/src/ids/digest.ts';
import { DigestMap } from '../../storage-manager/src/ids/digest-map.ts';
import { parseSafePath } from '../../storage-manager/src/ids/path.ts';
import { parseModelName, parseVersion } from '../../storage-manager/src/ids/reference.ts';
import { SLOT_BYTES } from '../../storage-manager/src/limits.ts';
import { openDiskStore } from '../../storage-manager/src/stores/disk/store.ts';
import { rightChunks } from '../../storage-manager/src/verbs/fetching/plan.ts';
import { treeOfRelease } from '../../storage-manager/src/verbs/fetching/tree-content.ts';
import {
  allDigests,
  blocksOfVersion,
  draftRelease,
} from '../../storage-manager/src/verbs/publishing/draft.ts';
import { chunksOf } from '../../storage-manager/src/verbs/reading/file-chunks.ts';

const COUNT = 1_000_000;
const CHUNK_BYTES = 1 << 20;

const [mode, folder = '', manifest = ''] = process.argv.slice(2);
const start = performance.now();
const result = mode === 'publish' ? await publish() : await fetch();
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ ...result, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));

async function publish() {
  const small = Buffer.from('{}');
  const config = { digest: digestOf(small), bytes: small };
  const chunks = new ChunkList();
  chunks.push(config.digest, small.byteLength);
  const indexes = new DigestMap();
  const random = new Uint8Array(1024 * 32);
  for (let index = 0; index < COUNT - 1; index += 1) {
    const at = (index % 1024) * 32;
    if (at === 0) randomFillSync(random);
    chunks.pushBytes(random.subarray(at, at + 32), CHUNK_BYTES);
    indexes.set(chunks.digestAt(index + 1), index);
  }
  const model = parseModelName('acme/huge');
  const meta = { name: 'huge', description: '', license: null, tags: [] };
  const usual = { chunker: 'fixed-1m', sha256: null } as const;
  const files = [
    { ...usual, path: parseSafePath('config.json'), size: small.byteLength, first: 0, count: 1 },
    { ...usual, path: parseSafePath('w.bin'), size: (COUNT - 1) * CHUNK_BYTES, first: 1, count: COUNT - 1 },
  ];
  const draft = draftRelease({ model, meta }, files, chunks);
  const release = blocksOfVersion(draft, parseVersion('1'));
  const store = await openDiskStore(join(folder, 'ballast-home/store'));
  const session = await store.open();
  for (const blocks of [[config], draft.index(), release.blocks])
    for (const block of blocks) await session.write([block]);
  await session.seal();
  await store.close();
  const blocks = allDigests(draft, release, true).count;
  return { manifest: cidText(release.manifest, DAG_CBOR), blocks, distinct: indexes.size };
}

async function fetch() {
  const store = await openDiskStore(join(folder, 'ballast-home/store'));
  const into = new Uint8Array(SLOT_BYTES);
  const content = await readRelease(parseCid(manifest).digest, async (block) => {
    const [length] = await store.read([block], [into]);
    return into.slice(0, length);
  });
  await store.close();
  checkContent(content);
  const tree = treeOfRelease(content);
  const engine = await openEngine();
  const right = await rightChunks(engine, tree, [], {});
  await engine.close();
  let missing = 0;
  for (const file of tree.files)
    for (const chunk of chunksOf(file, tree)) if (right[chunk.index] === 0) missing += chunk.length;
  return { missing, chunks: tree.chunks.count };
}
