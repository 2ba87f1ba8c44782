import { ChunkList } from '../../src/format/chunk-list.ts';
import { encodeIndex } from '../../src/format/index-blocks.ts';
import { encodeManifest, type Manifest, type ManifestFile } from '../../src/format/manifest/encode.ts';
import { merkleRoot } from '../../src/format/merkle.ts';
import { buildContent } from '../../src/format/unixfs/build.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { comparePaths, parseSafePath } from '../../src/ids/path.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';

/** Path → sizes of its chunks; the digest of a chunk is that of the text `path#number`. */
export type TreeSketch = Readonly<Record<string, readonly number[]>>;

export function chunkDigest(path: string, number: number): Digest {
  return digestOf(new TextEncoder().encode(`${path}#${number}`));
}

export function layOut(sketch: TreeSketch): { files: ManifestFile[]; chunks: ChunkList } {
  const chunks = new ChunkList();
  const paths = Object.keys(sketch).sort(comparePaths);
  const files = paths.map((path) => {
    const sizes = sketch[path]!;
    const first = chunks.count;
    for (const [i, size] of sizes.entries()) chunks.push(chunkDigest(path, i), size);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    return {
      path: parseSafePath(path),
      size,
      chunker: 'fixed-1m' as const,
      first,
      count: sizes.length,
      sha256: null,
    };
  });
  return { files, chunks };
}

export interface MadeRelease {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly chunks: ChunkList;
  /** Manifest, linked file blocks, index blocks. */
  readonly blocks: Map<Digest, Uint8Array>;
}

export function makeRelease(sketch: TreeSketch, changes: Partial<Manifest> = {}): MadeRelease {
  const { files, chunks } = layOut(sketch);
  const index = [...encodeIndex(chunks)];
  const bytes = chunks.bytes;
  const manifest: Manifest = {
    model: parseModelName('acme/llama'),
    version: parseVersion('1.0.0'),
    files,
    chunks: {
      count: chunks.count,
      storedBytes: bytes,
      root: merkleRoot(chunks.digests),
      index: index.map(({ digest }) => digest),
    },
    bytes,
    codecs: [],
    content: buildContent(files, chunks).root,
    base: null,
    meta: { name: 'Llama', description: '', license: 'MIT', tags: ['chat', 'ü'] },
    ...changes,
  };
  const { digest, blocks } = encodeManifest(manifest);
  return {
    digest,
    manifest,
    chunks,
    blocks: new Map([...blocks, ...index].map((block) => [block.digest, block.bytes])),
  };
}
