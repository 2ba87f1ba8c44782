import { gearCut } from '../../src/chunkers/gear.ts';
import type { Chunker, RandomAccess } from '../../src/interfaces.ts';
import { MAX_CHUNK_BYTES } from '../../src/limits.ts';

/** Bytes as a chunker sees a file; a read outside of it is an error, as the seam demands. */
export function fileOf(bytes: Uint8Array, path = 'model.safetensors'): RandomAccess {
  return {
    path,
    size: bytes.byteLength,
    async read(offset, length) {
      if (offset + length > bytes.byteLength)
        throw new RangeError(`read ${offset}+${length} of ${bytes.byteLength}`);
      return bytes.slice(offset, offset + length);
    },
  };
}

/** Where each chunk of the file ends. */
export async function cutFile(chunker: Chunker, bytes: Uint8Array): Promise<number[] | null> {
  const spans = await chunker.spans(fileOf(bytes));
  if (spans === null) return null;
  const ends: number[] = [];
  for (const { offset, length, rule } of spans) {
    for (let at = offset; at < offset + length; ) {
      const piece = bytes.subarray(at, Math.min(at + MAX_CHUNK_BYTES, offset + length));
      at += rule === 'fixed' ? piece.byteLength : gearCut(piece);
      ends.push(at);
    }
  }
  return ends;
}

/** The chunks themselves, to be compared as sets. */
export async function chunksOf(chunker: Chunker, bytes: Uint8Array): Promise<Uint8Array[]> {
  const ends = (await cutFile(chunker, bytes)) ?? [];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}
