import type { RandomAccess } from '../interfaces.ts';
import { HeaderScanner } from './header-scanner.ts';

/** Caps of the header; part of what `tensor-1m` means, so they never change. The first is the format's own. */
export const MAX_HEADER_BYTES = 100_000_000;
export const MAX_TENSORS = 262_144;

const LENGTH_BYTES = 8;

/** Where the bytes of one tensor lie in the file: from `begin` to before `end`. */
export interface TensorRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The tensors of a safetensors file in order of offset, without the empty ones.
 * Types and shapes are not judged, so that types yet unknown are cut well; gaps are allowed.
 * Source: https://github.com/huggingface/safetensors#format
 * @returns null when the header is malformed or beyond the caps, or tensors overlap or leave the file
 */
export async function readTensorRanges(file: RandomAccess): Promise<readonly TensorRange[] | null> {
  const headerBytes = await readHeaderLength(file);
  if (headerBytes === null) return null;
  const header = await file.read(LENGTH_BYTES, headerBytes);
  const start = LENGTH_BYTES + headerBytes;
  try {
    return placeTensors(parseHeader(header), start, file.size);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A little-endian 64-bit number; null unless that many bytes can follow. */
async function readHeaderLength(file: RandomAccess): Promise<number | null> {
  if (file.size < LENGTH_BYTES) return null;
  const bytes = await file.read(0, LENGTH_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getUint32(0, true);
  const tooLong = view.getUint32(4, true) !== 0 || length > MAX_HEADER_BYTES;
  return tooLong || length > file.size - LENGTH_BYTES ? null : length;
}

/** `{ name: { dtype, shape, data_offsets: [begin, end] } …, __metadata__?: { text: text } }`, each name once. */
function parseHeader(bytes: Uint8Array): TensorRange[] {
  const scanner = new HeaderScanner(bytes);
  const names = new Set<string>();
  const tensors: TensorRange[] = [];
  scanner.object((name) => {
    if (names.has(name)) throw new SyntaxError(`${name} is listed twice`);
    names.add(name);
    if (name === '__metadata__') return scanner.object(() => scanner.string());
    tensors.push(parseTensor(scanner));
    if (tensors.length > MAX_TENSORS) throw new SyntaxError('too many tensors');
  });
  scanner.end();
  return tensors;
}

function parseTensor(scanner: HeaderScanner): TensorRange {
  const seen = new Set<string>();
  let offsets: number[] = [];
  scanner.object((key) => {
    if (seen.has(key)) throw new SyntaxError(`${key} is listed twice`);
    seen.add(key);
    if (key === 'dtype') scanner.string();
    else if (key === 'shape') scanner.integers();
    else if (key === 'data_offsets') offsets = scanner.integers();
    else throw new SyntaxError(`${key} is not a field of a tensor`);
  });
  const [begin, end] = offsets;
  if (seen.size !== 3 || offsets.length !== 2 || begin! > end!) throw new SyntaxError('not a tensor');
  return { begin: begin!, end: end! };
}

/** From offsets behind the header to offsets in the file. */
function placeTensors(tensors: TensorRange[], start: number, size: number): TensorRange[] | null {
  if (tensors.some(({ end }) => start + end > size)) return null;
  const placed = tensors
    .filter(({ begin, end }) => begin < end)
    .map(({ begin, end }) => ({ begin: start + begin, end: start + end }))
    .sort((a, b) => a.begin - b.begin);
  const overlap = placed.some(({ begin }, i) => i > 0 && begin < placed[i - 1]!.end);
  return overlap ? null : placed;
}
