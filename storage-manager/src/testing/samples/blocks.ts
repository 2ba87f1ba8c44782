import { randomFillSync } from 'node:crypto';
import { encode } from '@ipld/dag-cbor';
import { digestOf } from '../../ids/digest.ts';
import type { Block } from '../../interfaces.ts';

/** A block of random bytes, so that no store holds it yet. @param length bytes */
export function randomBlock(length: number): Block {
  return blockOf(randomFillSync(new Uint8Array(length)));
}

/** `count` random blocks of `length` bytes each. */
export function randomBlocks(count: number, length: number): Block[] {
  return Array.from({ length: count }, () => randomBlock(length));
}

/** A block that reads as DAG-CBOR, as manifests do: an IPFS node decodes what it is asked to keep. */
export function randomManifest(): Block {
  return blockOf(encode(randomFillSync(new Uint8Array(500))));
}

/** The same bytes in memory that worker threads share, as the engine's slots are. */
export function sharedBlock(length: number): Block {
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  bytes.set(randomBlock(length).bytes);
  return blockOf(bytes);
}

function blockOf(bytes: Uint8Array): Block {
  return { digest: digestOf(bytes), bytes };
}
