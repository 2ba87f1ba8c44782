import { createHash, hash } from 'node:crypto';

/** The one module of the pure folders that is Node's; a browser build replaces it alone. */

export function bytesToHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** @param hex an even number of hex digits, already checked */
export function hexToBytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

/** SHA-256 of `bytes` as 64 lower-case hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** SHA-256 of `bytes` as 32 bytes. */
export function sha256Bytes(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** A hash fed in order. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hex digits; the hash ends with this call. */
  digest(): string;
}

export function runningSha256(): RunningHash {
  const state = createHash('sha256');
  return { update: (bytes) => void state.update(bytes), digest: () => state.digest('hex') };
}
