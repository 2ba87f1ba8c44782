import type { Tensor } from '../../chunkers/tensor-header.ts';
import { sha256Hex } from '../../ids/hash.ts';
import type { StoredFile } from './stored-file.ts';

export interface StoredTensor extends Tensor {
  readonly file: StoredFile;
}

/** Bytes of both tensors, counted from their beginnings. */
export interface Piece {
  readonly at: number;
  readonly length: number;
}

export const bytesOf = ({ begin, end }: Tensor): number => end - begin;

/**
 * What the chunks prove without their bytes: equal chunks at equal places hold equal bytes, other chunks that lie
 * wholly in both tensors hold others.
 * @returns whether the bytes are equal, or the pieces on which it depends
 */
export function compareByChunks(left: StoredTensor, right: StoredTensor): boolean | readonly Piece[] {
  const size = bytesOf(left);
  if (size !== bytesOf(right)) return false;
  const open: Piece[] = [];
  for (let at = 0; at < size; ) {
    const [a, b] = [left.file.chunkAt(left.begin + at), right.file.chunkAt(right.begin + at)];
    const [inA, inB] = [left.begin + at - a.offset, right.begin + at - b.offset];
    const length = Math.min(a.length - inA, b.length - inB, size - at);
    if (a.digest !== b.digest || inA !== inB) {
      if (inA === 0 && inB === 0 && length === a.length && length === b.length) return false;
      open.push({ at, length });
    }
    at += length;
  }
  return open.length === 0 || open;
}

/** Reads the pieces on both sides. @throws TravelSpent */
export async function comparePieces(
  left: StoredTensor,
  right: StoredTensor,
  pieces: readonly Piece[],
): Promise<boolean> {
  for (const { at, length } of pieces) {
    const a = await left.file.read(left.begin + at, length);
    const b = await right.file.read(right.begin + at, length);
    if (!a.every((byte, i) => byte === b[i])) return false;
  }
  return true;
}

/** Equal only for tensors of one type and shape whose bytes the chunks prove equal. */
export function contentKey(tensor: StoredTensor): string {
  const parts = [tensor.dtype, tensor.shape.join()];
  for (let at = tensor.begin; at < tensor.end; ) {
    const chunk = tensor.file.chunkAt(at);
    const next = Math.min(chunk.offset + chunk.length, tensor.end);
    parts.push(`${chunk.digest} ${at - chunk.offset} ${next - at}`);
    at = next;
  }
  return sha256Hex(new TextEncoder().encode(parts.join('\n')));
}
