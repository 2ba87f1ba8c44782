import { cidOf, RAW } from '../ids/cid.ts';
import type { Block } from '../interfaces.ts';
import { INDEX_BLOCK_ENTRIES, MAX_CHUNK_BYTES } from '../limits.ts';
import type { ChunkList } from './chunk-list.ts';
import { metadataBlock } from './metadata-block.ts';
import type { StrictValue } from './strict-value.ts';

/** How many index blocks list `count` chunks. */
export function indexBlockCount(count: number): number {
  return Math.ceil(count / INDEX_BLOCK_ENTRIES);
}

/**
 * The index: `[ [CID, size, rawSize, rawTag] … ]`, 8,192 entries a block, the last fewer. Every chunk is stored as it
 * is, so rawSize = size and rawTag is null. Each block is made when it is asked for.
 */
export function* encodeIndex(chunks: ChunkList): Generator<Block> {
  for (let first = 0; first < chunks.count; first += INDEX_BLOCK_ENTRIES) yield indexBlock(chunks, first);
}

/** The block that lists the chunks from `first` on. */
export function indexBlock(chunks: ChunkList, first: number): Block {
  const length = Math.min(INDEX_BLOCK_ENTRIES, chunks.count - first);
  return metadataBlock(Array.from({ length }, (_, i) => entry(chunks, first + i)));
}

function entry(chunks: ChunkList, index: number) {
  const size = chunks.sizeAt(index);
  return [cidOf(chunks.digestAt(index), RAW), size, size, null];
}

/**
 * Appends the entries of one block.
 * @param length entries that the block must hold
 * @throws CorruptError `INDEX_CORRUPT`, naming the block and the entry's place in it
 */
export function readIndexBlock(block: StrictValue, length: number, into: ChunkList): void {
  for (const item of block.items(length)) {
    const [cid, size, rawSize, rawTag] = item.items(4) as [
      StrictValue,
      StrictValue,
      StrictValue,
      StrictValue,
    ];
    const bytes = size.integer(1, MAX_CHUNK_BYTES);
    rawSize.integer(bytes, bytes);
    rawTag.null();
    into.push(cid.link(RAW), bytes);
  }
}
