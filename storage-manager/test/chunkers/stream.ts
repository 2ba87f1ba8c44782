import { sha256Bytes } from '../../src/ids/hash.ts';

/** Reproducible bytes for vectors: SHA-256 of the text `seed:0`, then of `seed:1`, and so on, cut at `length`. */
export function stream(seed: string, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32);
  for (let i = 0; i * 32 < length; i += 1)
    bytes.set(sha256Bytes(new TextEncoder().encode(`${seed}:${i}`)), i * 32);
  return bytes.subarray(0, length);
}
