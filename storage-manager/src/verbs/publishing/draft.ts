import type { ChunkList } from '../../format/chunk-list.ts';
import { encodeIndex } from '../../format/index-blocks.ts';
import { encodeManifest, type Manifest, type ManifestFile } from '../../format/manifest/encode.ts';
import { merkleRoot } from '../../format/merkle.ts';
import { buildContent } from '../../format/unixfs/build.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import type { ModelName, Version } from '../../ids/reference.ts';
import type { Block } from '../../interfaces.ts';
import type { PublishJob } from './job.ts';

/** A release that knows everything but its version. */
export interface Draft {
  readonly model: ModelName;
  readonly files: readonly ManifestFile[];
  readonly chunks: ChunkList;
  readonly chunkRoot: Digest;
  readonly bytes: number;
  readonly content: Digest | null;
  readonly base: Manifest['base'];
  readonly meta: Manifest['meta'];
  /** Index blocks, encoded anew on each walk, and each over the one before: copy what is kept. A million chunks make 42 MB. */
  readonly index: () => Iterable<Block>;
  /** UnixFS nodes, likewise. */
  readonly nodes: Iterable<Block>;
  readonly indexDigests: readonly Digest[];
}

/** The blocks that make the draft a release of one version: linked file blocks, then the manifest. */
export interface VersionBlocks {
  readonly manifest: Digest;
  readonly blocks: readonly Block[];
}

export function draftRelease(
  { model, base = null, meta }: Pick<PublishJob, 'model' | 'base' | 'meta'>,
  files: readonly ManifestFile[],
  chunks: ChunkList,
): Draft {
  const content = buildContent(files, chunks);
  const index = () => encodeIndex(chunks, true);
  return {
    model,
    base,
    meta,
    files,
    chunks,
    chunkRoot: merkleRoot(chunks.digests),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    content: content.root,
    index,
    nodes: content.blocks,
    indexDigests: Array.from(index(), (block) => block.digest),
  };
}

export function blocksOfVersion(draft: Draft, version: Version): VersionBlocks {
  const { digest, blocks } = encodeManifest({
    model: draft.model,
    version,
    files: draft.files,
    chunks: {
      count: draft.chunks.count,
      storedBytes: draft.chunks.bytes,
      root: draft.chunkRoot,
      index: draft.indexDigests,
    },
    bytes: draft.bytes,
    codecs: [],
    content: draft.content,
    base: draft.base,
    meta: draft.meta,
  });
  return { manifest: digest, blocks };
}

/** Every block of the release that a store must hold: chunks, UnixFS nodes where it carries them, index, manifest. */
export function allDigests(draft: Draft, version: VersionBlocks, unixFs: boolean): DigestList {
  const all = new DigestList(Math.ceil(draft.chunks.count * 1.01) + 1024);
  for (let index = 0; index < draft.chunks.count; index += 1)
    all.pushBytes(draft.chunks.digests.bytesAt(index));
  if (unixFs) for (const node of draft.nodes) all.push(node.digest);
  for (const digest of draft.indexDigests) all.push(digest);
  for (const block of version.blocks) all.push(block.digest);
  return all;
}
