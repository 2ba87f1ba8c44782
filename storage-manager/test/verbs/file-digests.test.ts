/** A publisher's claim of a file's SHA-256 is no part of the proof of a fetch, and refused where it is asked for. */
import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { encodeIndex } from '../../src/format/index-blocks.ts';
import { encodeManifest } from '../../src/format/manifest/encode.ts';
import { merkleRoot } from '../../src/format/merkle.ts';
import { buildContent } from '../../src/format/unixfs/build.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';
import { parseVersion } from '../../src/ids/reference.ts';
import { put } from '../../src/testing/samples/put.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { verify } from '../../src/verbs/verify.ts';
import { fetch, MODEL, openWorkbench, reference, type Workbench } from './workbench.ts';

const NAME = 'm.bin';

/** Publishes one file of one chunk, all of it true but its claimed SHA-256. */
async function publishLie(bench: Workbench, bytes: Uint8Array): Promise<void> {
  const chunk = { digest: digestOf(bytes), bytes };
  const chunks = new ChunkList();
  chunks.push(chunk.digest, bytes.byteLength);
  const file = {
    path: parseSafePath(NAME),
    size: bytes.byteLength,
    chunker: 'fixed-1m' as const,
    first: 0,
    count: 1,
    sha256: digestOf(randomBytes(8)),
  };
  const index = [...encodeIndex(chunks)];
  const root = merkleRoot(chunks.digests);
  const version = parseVersion('1');
  const manifest = encodeManifest({
    model: MODEL,
    version,
    files: [file],
    chunks: { count: 1, storedBytes: file.size, root, index: index.map(({ digest }) => digest) },
    bytes: file.size,
    codecs: [],
    content: buildContent([file], chunks).root,
    base: null,
    meta: { name: '', description: '', license: null, tags: [] },
  });
  await put(bench.memory, [chunk, ...index, ...manifest.blocks]);
  const { digest } = manifest;
  const record = { manifest: digest, chunkRoot: root, digests: chunks.digests, bytes: file.size };
  await bench.registry.publish(randomRequest(MODEL, version, record));
}

test('a false file digest: a plain fetch and verify prove the chunks, those that check the claim refuse it', async () => {
  const bench = await openWorkbench();
  const wanted = reference('acme/tiny@1');
  const bytes = randomBytes(100_000);
  await publishLie(bench, bytes);
  const destination = join(bench.folder, 'out');
  const refused = {
    code: 'FILE_DIGEST_MISMATCH',
    exit: 4,
    message: expect.stringContaining(digestOf(bytes)),
  };

  const checked = { reference: wanted, destination, checkFileDigests: true };
  await expect(fetch(bench, checked)).rejects.toMatchObject(refused);
  await expect(access(destination)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(verify(bench, { reference: wanted, full: true })).rejects.toMatchObject(refused);

  expect(await verify(bench, { reference: wanted })).toMatchObject({ ok: true });
  await fetch(bench, { reference: wanted, destination });
  expect(await treeDigests(destination)).toEqual({ [NAME]: digestOf(bytes) });
});
