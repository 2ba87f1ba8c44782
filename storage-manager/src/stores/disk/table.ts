import { crc32 } from 'node:zlib';
import { type Digest, digestFromBytes, digestToBytes } from '../../ids/digest.ts';

/** Where a block lies in its pack. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface Entry extends Extent {
  readonly digest: Digest;
}

export interface Table {
  readonly entries: readonly Entry[];
  /** Every record that the table once had is there and right. */
  readonly whole: boolean;
}

/**
 * A record, little-endian: magic 8, digest 32, offset 8, length 4, ordinal 4, count of the table 4, CRC-32 of these
 * 60 bytes. So each one stands for itself: any right record tells where the table begins and how long it was, and
 * a broken one costs its own block alone. The CRC is against rot; a lie would only point at bytes of another digest.
 */
export const RECORD_BYTES = 64;
const MAGIC = Buffer.from('ballast\x01', 'latin1');
const CHECKED_BYTES = RECORD_BYTES - 4;

export function encodeTable(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * RECORD_BYTES);
  for (const [ordinal, { digest, offset, length }] of entries.entries()) {
    const record = bytes.subarray(ordinal * RECORD_BYTES, (ordinal + 1) * RECORD_BYTES);
    record.set(MAGIC);
    record.set(digestToBytes(digest), 8);
    record.writeBigUInt64LE(BigInt(offset), 40);
    record.writeUInt32LE(length, 48);
    record.writeUInt32LE(ordinal, 52);
    record.writeUInt32LE(entries.length, 56);
    record.writeUInt32LE(crc32(record.subarray(0, CHECKED_BYTES)), CHECKED_BYTES);
  }
  return bytes;
}

/** Reads the records that are right and skips the others. @param bytes from the table's first record on */
export function decodeTable(bytes: Buffer): Table {
  const entries: Entry[] = [];
  let count = -1;
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    if (!isRecord(record)) continue;
    count = record.readUInt32LE(56);
    entries.push({
      digest: digestFromBytes(record.subarray(8, 40)),
      offset: Number(record.readBigUInt64LE(40)),
      length: record.readUInt32LE(48),
    });
  }
  return { entries, whole: entries.length === count };
}

/** How many bytes before the end of `tail` the table begins, by its last right record; null without one. */
export function tableLength(tail: Buffer): number | null {
  for (let at = tail.length - RECORD_BYTES; at >= 0; at -= RECORD_BYTES) {
    const record = tail.subarray(at, at + RECORD_BYTES);
    if (isRecord(record)) return tail.length - at + record.readUInt32LE(52) * RECORD_BYTES;
  }
  return null;
}

function isRecord(record: Buffer): boolean {
  return (
    record.subarray(0, 8).equals(MAGIC) &&
    crc32(record.subarray(0, CHECKED_BYTES)) === record.readUInt32LE(CHECKED_BYTES)
  );
}
