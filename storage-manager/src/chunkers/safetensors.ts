import type { RandomAccess } from '../interfaces.ts';
import { HeaderScanner } from './header-scanner.ts';
import {
  MAX_HEADER_BYTES,
  MAX_SHAPE,
  MAX_TENSORS,
  orNull,
  placeTensors,
  type ReadLayout,
  type ReadTensors,
  type Tensor,
  type TensorLayout,
} from './tensor-header.ts';

const LENGTH_BYTES = 8;

/**
 * The tensors of a safetensors file. Types and shapes are not judged, so that types yet unknown are cut well.
 * Source: https://github.com/huggingface/safetensors#format
 */
export const readSafetensors: ReadTensors = async (file) =>
  (await readSafetensorsLayout(file))?.tensors ?? null;

/** The same, and where the first tensor may begin. */
export const readSafetensorsLayout: ReadLayout = (file) => orNull(parse(file));

async function parse(file: RandomAccess): Promise<TensorLayout | null> {
  const headerBytes = await readHeaderLength(file);
  const header = await file.read(LENGTH_BYTES, headerBytes);
  const start = LENGTH_BYTES + headerBytes;
  const tensors = placeTensors(parseHeader(header, start), file.size);
  return tensors && { tensors, start };
}

/** A little-endian 64-bit number; that many bytes must be able to follow. */
async function readHeaderLength(file: RandomAccess): Promise<number> {
  if (file.size < LENGTH_BYTES) throw new SyntaxError('the file ends within its first 8 bytes');
  const bytes = await file.read(0, LENGTH_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getUint32(0, true);
  const tooLong = view.getUint32(4, true) !== 0 || length > MAX_HEADER_BYTES;
  if (tooLong || length > file.size - LENGTH_BYTES) throw new SyntaxError('the header is too long');
  return length;
}

/** `{ name: { dtype, shape, data_offsets: [begin, end] } …, __metadata__?: { text: text } }`, each name once. */
function parseHeader(bytes: Uint8Array, start: number): Tensor[] {
  const scanner = new HeaderScanner(bytes);
  const names = new Set<string>();
  const tensors: Tensor[] = [];
  scanner.object((name) => {
    if (names.has(name)) throw new SyntaxError(`${name} is listed twice`);
    names.add(name);
    if (name === '__metadata__') return scanner.object(() => scanner.string());
    tensors.push(parseTensor(name, scanner, start));
    if (tensors.length > MAX_TENSORS) throw new SyntaxError('too many tensors');
  });
  scanner.end();
  return tensors;
}

/** @param start of all tensors; offsets count from there */
function parseTensor(name: string, scanner: HeaderScanner, start: number): Tensor {
  const seen = new Set<string>();
  let dtype = '';
  let shape: number[] = [];
  let offsets: number[] = [];
  scanner.object((key) => {
    if (seen.has(key)) throw new SyntaxError(`${key} is listed twice`);
    seen.add(key);
    if (key === 'dtype') dtype = scanner.string();
    else if (key === 'shape') shape = scanner.integers(MAX_SHAPE + 1);
    else if (key === 'data_offsets') offsets = scanner.integers(3);
    else throw new SyntaxError(`${key} is not a field of a tensor`);
  });
  const [begin, end] = offsets;
  if (seen.size !== 3 || offsets.length !== 2 || begin! > end!) throw new SyntaxError('not a tensor');
  return { name, dtype, shape, begin: start + begin!, end: start + end! };
}
