/**
 * The planning of a release of a million chunks, which would be a terabyte, in a process of its own: `publish FOLDER`
 * makes the release of random digests and leaves its blocks in the folder, `fetch FOLDER MANIFEST` reads it from there.
 */
import { randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '../../storage-manager/src/engine/engine.ts';
import { ChunkList } from '../../storage-manager/src/format/chunk-list.ts';
import { checkContent, readRelease } from '../../storage-manager/src/format/release.ts';
import { parseDigest } from '../../storage-manager/src/ids/digest.ts';
import { DigestMap } from '../../storage-manager/src/ids/digest-map.ts';
import { parseSafePath } from '../../storage-manager/src/ids/path.ts';
import { parseModelName, parseVersion } from '../../storage-manager/src/ids/reference.ts';
import type { Block } from '../../storage-manager/src/interfaces.ts';
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
  const chunks = new ChunkList();
  const indexes = new DigestMap();
  const random = new Uint8Array(1024 * 32);
  for (let index = 0; index < COUNT; index += 1) {
    const at = (index % 1024) * 32;
    if (at === 0) randomFillSync(random);
    chunks.pushBytes(random.subarray(at, at + 32), CHUNK_BYTES);
    indexes.set(chunks.digestAt(index), index);
  }
  const model = parseModelName('acme/huge');
  const meta = { name: 'huge', description: '', license: null, tags: [] };
  const file = {
    path: parseSafePath('w.bin'),
    size: COUNT * CHUNK_BYTES,
    chunker: 'fixed-1m',
    first: 0,
    count: COUNT,
    sha256: null,
  } as const;
  const draft = draftRelease({ model, meta }, [file], chunks);
  const release = blocksOfVersion(draft, parseVersion('1'));
  const write = (block: Block) => writeFile(join(folder, block.digest), block.bytes);
  for (const block of draft.index()) await write(block);
  for (const block of release.blocks) await write(block);
  const blocks = allDigests(draft, release, true).count;
  return { manifest: release.manifest, blocks, distinct: indexes.size };
}

async function fetch() {
  const content = await readRelease(parseDigest(manifest), (block) => readFile(join(folder, block)));
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
