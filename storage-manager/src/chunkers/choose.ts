import type { Chunker, ChunkerName } from '../interfaces.ts';
import { MAX_CHUNK_BYTES } from '../limits.ts';
import { cdcChunker } from './cdc.ts';
import { fixedChunker } from './fixed.ts';
import { tensorChunker } from './tensor.ts';

const CHUNKERS: Readonly<Record<ChunkerName, Chunker>> = {
  'tensor-1m': tensorChunker,
  'cdc-1m': cdcChunker,
  'fixed-1m': fixedChunker,
};

const GGUF_MAGIC = [0x47, 0x47, 0x55, 0x46];

/**
 * The chunker of a file. One chunk is one chunk however it is cut, so a file of at most 1 MiB is always `fixed-1m`.
 * @param head the first bytes of the file, at least 4 where it has them
 * @param wanted what the publisher asked for, instead of the natural one
 */
export function chooseChunker(path: string, size: number, head: Uint8Array, wanted?: ChunkerName): Chunker {
  if (size <= MAX_CHUNK_BYTES) return fixedChunker;
  if (wanted !== undefined) return CHUNKERS[wanted];
  // The tensors of GGUF are not read yet, and a chunker's cuts never change: until then GGUF is not `tensor-1m`.
  if (GGUF_MAGIC.every((byte, i) => head[i] === byte)) return cdcChunker;
  return path.endsWith('.safetensors') ? tensorChunker : cdcChunker;
}
