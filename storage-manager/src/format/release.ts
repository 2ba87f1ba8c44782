import type { Digest } from '../ids/digest.ts';
import { INDEX_BLOCK_ENTRIES } from '../limits.ts';
import { ChunkList } from './chunk-list.ts';
import { readIndexBlock } from './index-blocks.ts';
import { checkEqual } from './manifest/check.ts';
import { encodeManifest } from './manifest/encode.ts';
import type { Manifest } from './manifest/fields.ts';
import { readManifest } from './manifest/read.ts';
import { merkleRoot } from './merkle.ts';
import { checkCanonical, type MetadataKind, openManifestBlock, provenBytes } from './metadata-block.ts';
import { buildContent } from './unixfs/build.ts';

/** A release whose every number has been computed again from its parts. */
export interface ReleaseContent {
  /** Of the manifest. */
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly chunks: ChunkList;
  /** The blocks that describe it: manifest, linked file blocks, index blocks. */
  readonly metadata: readonly Digest[];
}

/** Fetches a block, of at most 1 MiB; its bytes need not be proven, `readRelease` hashes them before it reads. */
export type ReadBlock = (digest: Digest, kind: MetadataKind) => Promise<Uint8Array>;

/**
 * Strict reading: each block's hash before its contents, one type for every field, one canonical spelling, limits
 * before allocation; then chunk root, counts and sizes are computed from the index and must be what the manifest says.
 * Nothing in a manifest is believed because the chain names it.
 * @throws CorruptError `MANIFEST_CORRUPT`, `INDEX_CORRUPT`, `RELEASE_MISMATCH`; PolicyError `LIMIT_EXCEEDED`,
 *   `PATH_UNSAFE`; ResourceError `FORMAT_UNKNOWN`; what `read` throws
 */
export async function readRelease(digest: Digest, read: ReadBlock): Promise<ReleaseContent> {
  const open = async (block: Digest) => openManifestBlock(block, await read(block, 'manifest'));
  const { manifest, linked } = await readManifest(await open(digest), open);
  checkCanonical(digest, encodeManifest(manifest).digest);

  const { count, index } = manifest.chunks;
  const chunks = new ChunkList(count);
  for (const block of index) {
    const bytes = provenBytes(block, await read(block, 'index'), 'index');
    readIndexBlock(block, bytes, Math.min(INDEX_BLOCK_ENTRIES, count - chunks.count), chunks);
  }
  checkSums(manifest, chunks);
  return { digest, manifest, chunks, metadata: [digest, ...linked, ...index] };
}

function checkSums({ model, version, files, chunks: { root } }: Manifest, chunks: ChunkList): void {
  for (const { path, size, first, count } of files) {
    let bytes = 0;
    for (let i = first; i < first + count; i += 1) bytes += chunks.sizeAt(i);
    checkEqual(`size of ${path}, chunks ${first} to ${first + count - 1},`, bytes, size);
  }
  checkEqual(`chunk root of ${model}@${version}`, merkleRoot(chunks.digests), root);
}

/**
 * Recomputes the UnixFS root, which fetching does not need.
 * @throws CorruptError `RELEASE_MISMATCH`
 */
export function checkContent({ manifest, chunks }: ReleaseContent): void {
  const { root } = buildContent(manifest.files, chunks);
  checkEqual(`content of ${manifest.model}@${manifest.version}`, `${root}`, `${manifest.content}`);
}
