import type { Chunker, ChunkerName } from '../interfaces.ts';
import { MAX_CHUNK_BYTES } from '../limits.ts';
import { cdcChunker } from './cdc.ts';
import { fixedChunker } from './fixed.ts';
import { isGguf } from './gguf.ts';
import { tensorChunker } from './tensor.ts';

const CHUNKERS: Readonly<Record<ChunkerName, Chunker>> = {
  'tensor-1m': tensorChunker,
  'cdc-1m': cdcChunker,
  'fixed-1m': fixedChunker,
};

/**
 * The chunker of a file. One chunk is one chunk however it is cut, so a file of at most 1 MiB is always `fixed-1m`.
 * @param head the first bytes of the file, at least 4 where it has them
 * @param wanted what the publisher asked for, instead of the natural one
 */
export function chooseChunker(path: string, size: number, head: Uint8Array, wanted?: ChunkerName): Chunker {
  if (size <= MAX_CHUNK_BYTES) return fixedChunker;
  if (wanted !== undefined) return CHUNKERS[wanted];
  return isGguf(head) || path.endsWith('.safetensors') ? tensorChunker : cdcChunker;
}
