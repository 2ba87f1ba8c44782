/** The pieces of a GGUF file, to be put together rightly and wrongly. */
import type { Tensor } from './make-safetensors.ts';

export const F32 = 0;
export const I8 = 24;
export const STRING = 8;
export const ARRAY = 9;

export const u32 = (number: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
};

export const u64 = (number: number | bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number), true);
  return bytes;
};

export const text = (content: string): Uint8Array => {
  const bytes = new TextEncoder().encode(content);
  return Buffer.concat([u64(bytes.byteLength), bytes]);
};

/** A pair of metadata. */
export const pair = (key: string, type: number, ...value: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([text(key), u32(type), ...value]);

export const alignmentPair = (alignment: number): Uint8Array => pair('general.alignment', 4, u32(alignment));

export const info = (
  name: string,
  type: number,
  shape: readonly (number | bigint)[],
  offset: number | bigint,
): Uint8Array => Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]);

export interface Parts {
  readonly version?: number;
  readonly metadata?: readonly Uint8Array[];
  readonly infos?: readonly Uint8Array[];
  /** What the header claims, where that is not what follows. */
  readonly tensorCount?: number | bigint;
  readonly metadataCount?: number | bigint;
}

/** Everything before the padding. */
export function ggufHeader({ version = 3, metadata = [], infos = [], ...claims }: Parts): Uint8Array {
  return Buffer.concat([
    new TextEncoder().encode('GGUF'),
    u32(version),
    u64(claims.tensorCount ?? infos.length),
    u64(claims.metadataCount ?? metadata.length),
    ...metadata,
    ...infos,
  ]);
}

/** A whole file: the header padded to 32 bytes, then `data`. */
export function ggufFile(parts: Parts, data: Uint8Array, alignment = 32): Uint8Array {
  return Buffer.concat([padded(ggufHeader(parts), alignment), data]);
}

/** A file of tensors of bytes, as the reference writer lays it out. */
export function makeGguf(tensors: readonly Tensor[], metadata: readonly Uint8Array[] = []): Uint8Array {
  let offset = 0;
  const infos = tensors.map(({ name, bytes }) => {
    const begin = offset;
    offset += Math.ceil(bytes.byteLength / 32) * 32;
    return info(name, I8, [bytes.byteLength], begin);
  });
  const data = Buffer.concat(tensors.map(({ bytes }) => padded(bytes, 32)));
  return ggufFile({ metadata, infos }, data);
}

function padded(bytes: Uint8Array, alignment: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.byteLength / alignment) * alignment);
  out.set(bytes);
  return out;
}
