import type { ChunkList } from '../../format/chunk-list.ts';
import type { FileChunks } from '../../format/unixfs/file.ts';
import type { Digest } from '../../ids/digest.ts';

/** `chunk 3 of m@1 (model.safetensors, bytes 1048576-2097151)` */
export function chunkText(tree: string, chunk: FileChunk): string {
  const last = chunk.offset + chunk.length - 1;
  return `chunk ${chunk.index} of ${tree} (${chunk.file.path}, bytes ${chunk.offset}-${last})`;
}

/** One place of one chunk. */
export interface FileChunk<File extends FileChunks = FileChunks> {
  readonly index: number;
  readonly digest: Digest;
  readonly file: File;
  readonly offset: number;
  readonly length: number;
}

/** The chunks of a file in order. */
export function* chunksOf<File extends FileChunks>(
  file: File,
  { chunks }: { readonly chunks: ChunkList },
): Iterable<FileChunk<File>> {
  let offset = 0;
  for (let index = file.first; index < file.first + file.count; index += 1) {
    const length = chunks.sizeAt(index);
    yield { index, digest: chunks.digestAt(index), file, offset, length };
    offset += length;
  }
}
