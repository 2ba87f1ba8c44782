export interface Tensor {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A safetensors file as the reference writer lays it out: header padded with spaces to 8 bytes, then the tensors. */
export function makeSafetensors(tensors: readonly Tensor[], metadata?: Record<string, string>): Uint8Array {
  let offset = 0;
  const fields = tensors.map(({ name, bytes }) => {
    const begin = offset;
    offset += bytes.byteLength;
    return [name, { dtype: 'U8', shape: [bytes.byteLength], data_offsets: [begin, offset] }];
  });
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(fields) };
  return withHeader(JSON.stringify(header), ...tensors.map(({ bytes }) => bytes));
}

/** Any text as the header of a file, then `data`. */
export function withHeader(text: string, ...data: readonly Uint8Array[]): Uint8Array {
  const header = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(header.byteLength / 8) * 8).fill(0x20);
  padded.set(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.byteLength), true);
  return Buffer.concat([length, padded, ...data]);
}
