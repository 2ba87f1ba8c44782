import type { RandomAccess } from '../interfaces.ts';
import { type GgmlType, ggmlType } from './ggml-types.ts';
import { passValue, UINT32 } from './gguf-value.ts';
import { HeaderCursor } from './header-cursor.ts';
import {
  MAX_HEADER_BYTES,
  MAX_TENSORS,
  orNull,
  placeTensors,
  type ReadLayout,
  type ReadTensors,
  type Tensor,
  type TensorLayout,
} from './tensor-header.ts';

/** Further caps, for ever like those of every header. The format's own are 4 dimensions and keys of 2^16 - 1 bytes. */
export const MAX_METADATA = 65_536;
export const MAX_NAME_BYTES = 65_535;
export const MAX_DIMENSIONS = 8;

const MAGIC = [0x47, 0x47, 0x55, 0x46];
/** Magic, version, both counts. */
const HEAD_BYTES = 24;
const DEFAULT_ALIGNMENT = 32;

/** @param head the first bytes of a file, at least 4 where it has them */
export function isGguf(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/**
 * The tensors of a GGUF file, version 2 or 3, little-endian. Version 1 (32-bit lengths) and big-endian files, whose
 * version reads as a number above 2^16, are refused. Metadata is passed over, apart from `general.alignment`.
 * Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export const readGguf: ReadTensors = async (file) => (await readGgufLayout(file))?.tensors ?? null;

/** The same, and where the first tensor may begin. */
export const readGgufLayout: ReadLayout = (file) => orNull(parse(file));

async function parse(file: RandomAccess): Promise<TensorLayout | null> {
  const cursor = new HeaderCursor(file, Math.min(file.size, MAX_HEADER_BYTES));
  await cursor.load(HEAD_BYTES);
  cursor.skip(MAGIC.length);
  const version = cursor.uint32();
  const tensorCount = cursor.uint64();
  const metadataCount = cursor.uint64();
  if (version !== 2 && version !== 3) throw new SyntaxError(`version ${version} is not read`);
  if (tensorCount > MAX_TENSORS) throw new SyntaxError('too many tensors');
  if (metadataCount > MAX_METADATA) throw new SyntaxError('too much metadata');
  const alignment = await passMetadata(cursor, metadataCount);
  const infos = await readInfos(cursor, tensorCount, alignment);
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = placeTensors(locate(infos, start, file.size), file.size);
  return tensors && { tensors, start };
}

/** @returns the alignment of tensors, the one value that matters here */
async function passMetadata(cursor: HeaderCursor, count: number): Promise<number> {
  const keys = new Set<string>();
  let alignment = DEFAULT_ALIGNMENT;
  for (let i = 0; i < count; i += 1) {
    const key = await readName(cursor, keys);
    await cursor.load(4);
    const type = cursor.uint32();
    if (key !== 'general.alignment') {
      await passValue(cursor, type);
      continue;
    }
    await cursor.load(4);
    alignment = type === UINT32 ? cursor.uint32() : 0;
    if (!Number.isInteger(Math.log2(alignment))) throw new SyntaxError('the alignment is no power of two');
  }
  return alignment;
}

async function readName(cursor: HeaderCursor, known: Set<string>): Promise<string> {
  await cursor.load(8);
  const length = cursor.uint64();
  if (length > MAX_NAME_BYTES) throw new SyntaxError('a name is too long');
  await cursor.load(length);
  const name = cursor.text(length);
  if (known.has(name)) throw new SyntaxError(`${name} is listed twice`);
  known.add(name);
  return name;
}

interface Info extends Omit<Tensor, 'begin' | 'end'> {
  /** Behind the start of all tensors. */
  readonly offset: number;
  /** Null where the type is not known. */
  readonly bytes: number | null;
}

async function readInfos(cursor: HeaderCursor, count: number, alignment: number): Promise<Info[]> {
  const names = new Set<string>();
  const infos: Info[] = [];
  for (let i = 0; i < count; i += 1) {
    const name = await readName(cursor, names);
    await cursor.load(4);
    const dimensions = cursor.uint32();
    if (dimensions > MAX_DIMENSIONS) throw new SyntaxError(`${name} has too many dimensions`);
    await cursor.load(dimensions * 8 + 12);
    const shape = Array.from({ length: dimensions }, () => cursor.uint64());
    const id = cursor.uint32();
    const offset = cursor.uint64();
    if (offset % alignment !== 0) throw new SyntaxError(`${name} is not aligned`);
    const type = ggmlType(id);
    infos.push({ name, dtype: type?.name ?? `type ${id}`, shape, offset, bytes: bytesOf(shape, type) });
  }
  return infos;
}

/** A row is whole blocks. An empty tensor is empty whatever its type. */
function bytesOf(shape: readonly number[], type: GgmlType | undefined): number | null {
  if (shape.includes(0)) return 0;
  if (type === undefined) return null;
  const row = shape[0] ?? 1;
  if (row % type.elements !== 0) throw new SyntaxError('a row ends within a block');
  const bytes = shape
    .slice(1)
    .reduce((product, length) => product * length, (row / type.elements) * type.bytes);
  if (!Number.isSafeInteger(bytes)) throw new SyntaxError('a tensor reaches 2^53 bytes');
  return bytes;
}

/** From offsets behind `start` to places in the file; a tensor of unknown size runs to the next one, or to the end. */
function locate(infos: readonly Info[], start: number, size: number): Tensor[] {
  const begins = [...new Set(infos.map(({ offset }) => start + offset))].sort((a, b) => a - b);
  const nextOf = new Map(begins.map((begin, i) => [begin, begins[i + 1] ?? size]));
  return infos.map(({ name, dtype, shape, offset, bytes }) => {
    const begin = start + offset;
    // At least a byte, so that one behind the end is out of range.
    const end = bytes === null ? Math.max(nextOf.get(begin)!, begin + 1) : begin + bytes;
    return { name, dtype, shape, begin, end };
  });
}
