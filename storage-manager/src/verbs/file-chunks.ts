import type { ManifestFile } from '../format/manifest.ts';
import type { ReleaseContent } from '../format/release.ts';
import type { Digest } from '../ids/digest.ts';

/** `chunk 3 of m@1 (model.safetensors, bytes 1048576-2097151)` */
export function chunkText(release: { model: string; version: string }, chunk: FileChunk): string {
  const last = chunk.offset + chunk.length - 1;
  return `chunk ${chunk.index} of ${release.model}@${release.version} (${chunk.file.path}, bytes ${chunk.offset}-${last})`;
}

/** One place of one chunk. */
export interface FileChunk {
  readonly index: number;
  readonly digest: Digest;
  readonly file: ManifestFile;
  readonly offset: number;
  readonly length: number;
}

/** The chunks of a file in order. */
export function* chunksOf(file: ManifestFile, content: ReleaseContent): Iterable<FileChunk> {
  let offset = 0;
  for (let index = file.first; index < file.first + file.count; index += 1) {
    const length = content.chunks.sizeAt(index);
    yield { index, digest: content.chunks.digestAt(index), file, offset, length };
    offset += length;
  }
}
