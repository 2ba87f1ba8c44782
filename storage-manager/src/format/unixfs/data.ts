import { varint } from '../varint.ts';

/**
 * The protobuf message in a dag-pb node that makes it a UnixFS one (https://specs.ipfs.tech/unixfs/): field and wire
 * type in one byte, then the value. Type 1 is a directory, 2 a file; no inline data, no mode, no time.
 */
const TYPE = 0x08;
const FILE_SIZE = 0x18;
const BLOCK_SIZE = 0x20;

export const DIRECTORY_DATA = Uint8Array.of(TYPE, 1);

/** @param sizes the file bytes under each link */
export function fileData(sizes: readonly number[]): Uint8Array {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const blockSizes = sizes.flatMap((size) => [BLOCK_SIZE, ...varint(size)]);
  return Uint8Array.from([TYPE, 2, FILE_SIZE, ...varint(total), ...blockSizes]);
}
