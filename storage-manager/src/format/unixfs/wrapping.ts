/** What stands in a block around the bytes of the file that it carries. */
export interface Wrapping {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const NOTHING = new Uint8Array();

/** The block is the file's bytes and nothing else. */
export const BARE: Wrapping = { before: NOTHING, after: NOTHING };

/** The `size` bytes of the file inside a block, as a view; null unless one of these wrappings is around them. */
export function unwrap(block: Uint8Array, size: number, wrappings: readonly Wrapping[]): Uint8Array | null {
  for (const { before, after } of wrappings) {
    const end = before.byteLength + size;
    if (block.byteLength !== end + after.byteLength) continue;
    if (same(block.subarray(0, before.byteLength), before) && same(block.subarray(end), after))
      return block.subarray(before.byteLength, end);
  }
  return null;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}
