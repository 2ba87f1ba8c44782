import { isGguf, readGgufLayout } from '../chunkers/gguf.ts';
import { readSafetensorsLayout } from '../chunkers/safetensors.ts';
import { MAX_SHAPE, type Tensor, type TensorLayout } from '../chunkers/tensor-header.ts';
import type { RandomAccess } from '../interfaces.ts';
import { KiB, MAX_JUDGED_HEADER_BYTES } from '../limits.ts';
import { shown, type Verdict } from './formats.ts';

/** Bits of one element: `Dtype` of safetensors 0.6. */
const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  I64: 64,
  U64: 64,
  F64: 64,
};

/** GGUF pads each tensor to the alignment that the file names; what pads more could hold something else. */
const MAX_PADDING_BYTES = 4 * KiB;

const LENGTH_BYTES = 8;
const BRACE = 0x7b;

/**
 * Files of tensors, judged by their whole layout: the header is read to its end, and every byte behind it belongs to one
 * tensor (in GGUF: or to its padding), so that nothing else has room. The tensors themselves are not read.
 */
export async function tensorFile(file: RandomAccess, head: Uint8Array): Promise<Verdict | null> {
  const gguf = isGguf(head) ? await readGgufLayout(file) : null;
  if (gguf !== null) return judgeGguf(gguf, file.size);
  if (head[LENGTH_BYTES] !== BRACE) return null;
  const headerBytes = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (headerBytes > MAX_JUDGED_HEADER_BYTES) return null;
  const safetensors = await readSafetensorsLayout(file);
  return safetensors && judgeSafetensors(safetensors, file.size);
}

function judgeGguf(layout: TensorLayout, size: number): Verdict {
  if (layout.tensors.some(({ dtype }) => dtype.startsWith('type ')))
    return broken('a GGUF file with tensors of an unknown type');
  if (!covers(layout, size, MAX_PADDING_BYTES)) return broken('a GGUF file with bytes that are no tensor');
  return { format: 'gguf', what: 'a GGUF file' };
}

function judgeSafetensors(layout: TensorLayout, size: number): Verdict {
  const odd = layout.tensors.find((tensor) => bytesOf(tensor) !== tensor.end - tensor.begin);
  if (odd !== undefined)
    return broken(`a safetensors file with a tensor of ${shown(odd.dtype)} whose size is another`);
  if (!covers(layout, size, 1)) return broken('a safetensors file with bytes that are no tensor');
  return { format: 'safetensors', what: 'a safetensors file' };
}

/** NaN where type or shape are not known. */
function bytesOf({ dtype, shape }: Tensor): number {
  const bits = Object.hasOwn(BITS, dtype) && shape.length <= MAX_SHAPE ? BITS[dtype]! : Number.NaN;
  return shape.reduce((product, length) => product * length, bits) / 8;
}

/** Whether the tensors follow each other to the end of the file with fewer than `padding` bytes between two. */
function covers({ tensors, start }: TensorLayout, size: number, padding: number): boolean {
  let free = start;
  for (const { begin, end } of tensors) {
    if (begin === end) continue;
    if (begin - free >= padding) return false;
    free = end;
  }
  return size - free < padding;
}

function broken(what: string): Verdict {
  return { format: 'unknown', what };
}
