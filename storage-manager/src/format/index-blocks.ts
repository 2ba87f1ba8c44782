import { CorruptError } from '../errors.ts';
import { RAW, SHA2_256 } from '../ids/cid.ts';
import { type Digest, digestOf } from '../ids/digest.ts';
import type { Block } from '../interfaces.ts';
import { INDEX_BLOCK_ENTRIES, MAX_CHUNK_BYTES } from '../limits.ts';
import { CBOR_NULL, headLength, LIST, readUint, UINT, writeHead } from './cbor-head.ts';
import type { ChunkList } from './chunk-list.ts';

/**
 * The index: `[ [CID, size, rawSize, rawTag] … ]`, 8,192 entries a block, the last fewer. Every chunk is stored as it
 * is, so rawSize = size and rawTag is null. All but digest and size is the same in every entry, so its DAG-CBOR is
 * written and read here by hand: a million entries take 1 s instead of 9, and no objects (measured).
 */

/** What an entry begins with: a list of four, a link (tag 42) of 37 bytes, in it 0x00 and a CIDv1 but for its digest. */
const BEFORE_DIGEST = Uint8Array.of(LIST | 4, 0xd8, 42, 0x58, 37, 0x00, 0x01, RAW, SHA2_256, 32);
const BEFORE_SIZE = BEFORE_DIGEST.byteLength + 32;

/** How many index blocks list `count` chunks. */
export function indexBlockCount(count: number): number {
  return Math.ceil(count / INDEX_BLOCK_ENTRIES);
}

/**
 * Each block is made when it is asked for.
 * @param reuse write each over the one before, for a walk that keeps none: of a million chunks they would be 53 MB (default: no)
 */
export function* encodeIndex(chunks: ChunkList, reuse = false): Generator<Block> {
  const shared = reuse ? roomFor(Math.min(INDEX_BLOCK_ENTRIES, chunks.count)) : null;
  for (let first = 0; first < chunks.count; first += INDEX_BLOCK_ENTRIES) {
    const length = Math.min(INDEX_BLOCK_ENTRIES, chunks.count - first);
    const bytes = encodeEntries(chunks, first, length, shared ?? roomFor(length));
    yield { digest: digestOf(bytes), bytes };
  }
}

/** For a block of so many entries, whatever their sizes. */
function roomFor(entries: number): Uint8Array {
  const most = BEFORE_SIZE + 2 * headLength(MAX_CHUNK_BYTES) + 1;
  return new Uint8Array(headLength(entries) + entries * most);
}

/** @returns the part of `bytes` that was written */
function encodeEntries(chunks: ChunkList, first: number, length: number, bytes: Uint8Array): Uint8Array {
  let at = writeHead(bytes, 0, LIST, length);
  for (let index = first; index < first + length; index += 1) {
    const size = chunks.sizeAt(index);
    bytes.set(BEFORE_DIGEST, at);
    bytes.set(chunks.digests.bytesAt(index), at + BEFORE_DIGEST.byteLength);
    at = writeHead(bytes, at + BEFORE_SIZE, UINT, size);
    at = writeHead(bytes, at, UINT, size);
    bytes[at] = CBOR_NULL;
    at += 1;
  }
  return bytes.subarray(0, at);
}

/**
 * Appends the entries of one block: digest and size of each are read from where they must be, and what they make when
 * they are written again must be the very same bytes. So nothing else can stand between them, or in another spelling.
 * @param bytes which hash to `block`
 * @param length entries that the block must hold
 * @throws CorruptError `INDEX_CORRUPT`, naming the block and the entry's place in it
 */
export function readIndexBlock(block: Digest, bytes: Uint8Array, length: number, into: ChunkList): void {
  const first = into.count;
  let at = headLength(length);
  for (let entry = 0; entry < length; entry += 1) {
    const size = readUint(bytes, at + BEFORE_SIZE);
    if (size === null || size < 1 || size > MAX_CHUNK_BYTES) throw badEntry(block, entry, length);
    into.pushBytes(bytes.subarray(at + BEFORE_DIGEST.byteLength, at + BEFORE_SIZE), size);
    at += BEFORE_SIZE + 2 * headLength(size) + 1;
  }
  const written = encodeEntries(into, first, length, roomFor(length));
  const same = written.byteLength === bytes.byteLength && written.every((byte, i) => byte === bytes[i]);
  if (!same) throw otherBytes(block, length, written, bytes);
}

function badEntry(block: Digest, entry: number, length: number): CorruptError {
  return new CorruptError('INDEX_CORRUPT', {
    should: `index block ${block} must list ${length} chunks of 1 to ${MAX_CHUNK_BYTES} bytes`,
    was: `entry ${entry} is no such chunk`,
    next: 'do not use the release; tell its publisher',
  });
}

function otherBytes(block: Digest, length: number, written: Uint8Array, read: Uint8Array): CorruptError {
  const differs = written.findIndex((byte, i) => byte !== read[i]);
  return new CorruptError('INDEX_CORRUPT', {
    should: `index block ${block} must list ${length} chunks in the one canonical form`,
    was: `its bytes differ from that at byte ${differs < 0 ? written.byteLength : differs}`,
    next: 'do not use the release; tell its publisher',
  });
}
