import { varint } from '../varint.ts';
import type { Wrapping } from './wrapping.ts';

/**
 * A leaf that is no raw block carries its bytes inside a UnixFS message inside a dag-pb node. What stands around them
 * follows from their number: field 1 of the node is the message; its field 1 the kind (2: file; 0: raw, which the
 * trickle layout writes), 2 the bytes, 3 their number.
 */
export function usualLeaves(size: number): readonly Wrapping[] {
  const count = varint(size);
  return [2, 0].map((type) => {
    const data = size === 0 ? [] : [0x12, ...count];
    const length = 2 + data.length + size + 1 + count.length;
    return {
      before: Uint8Array.from([0x0a, ...varint(length), 0x08, type, ...data]),
      after: Uint8Array.from([0x18, ...count]),
    };
  });
}

/** Bytes of the block of such a leaf. A node of links to as many bytes is longer: each link takes 40. */
export function usualLeafBytes(size: number): number {
  const { before, after } = usualLeaves(size)[0]!;
  return before.byteLength + size + after.byteLength;
}
