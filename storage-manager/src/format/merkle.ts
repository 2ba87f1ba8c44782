import { type Digest, digestFromBytes } from '../ids/digest.ts';
import { DigestList } from '../ids/digest-list.ts';
import { sha256Bytes } from '../ids/hash.ts';
import { SEGMENT_CHUNKS } from '../limits.ts';

/**
 * The chunk root: binary SHA-256 tree over the digests in order, node = sha256(left ‖ right), an odd node promoted
 * (the shape of RFC 6962 without its prefixes). An inner node could be passed off as a chunk of 64 bytes, so a root
 * means something only together with the count. Proofs are the contract's (`Merkle.sol`): who has the index needs none.
 * @throws RangeError for an empty list
 */
export function merkleRoot(digests: DigestList): Digest {
  return digestFromBytes(subtreeRoot(unitLevel(digests, SEGMENT_CHUNKS)));
}

/**
 * The root of each unit of so many digests, the last perhaps fewer; their tree is the tree of all digests.
 * @param size a power of two: 1,024 for segments, 512 for pages
 */
export function unitRoots(digests: DigestList, size: number): Digest[] {
  return [...DigestList.wrap(unitLevel(digests, size))];
}

/** Whole levels of the tree lie within units whose size is a power of two, and memory stays small. */
function unitLevel(digests: DigestList, size: number): Uint8Array {
  if (digests.count === 0) throw new RangeError('a Merkle tree needs at least one digest');
  const roots = new Uint8Array(Math.ceil(digests.count / size) * 32);
  for (let at = 0; at * 32 < roots.byteLength; at += 1)
    roots.set(subtreeRoot(digests.packed(at * size, size)), at * 32);
  return roots;
}

function subtreeRoot(level: Uint8Array): Uint8Array {
  let nodes = level;
  while (nodes.byteLength > 32) nodes = levelAbove(nodes);
  return nodes;
}

function levelAbove(nodes: Uint8Array): Uint8Array {
  const above = new Uint8Array(Math.ceil(nodes.byteLength / 64) * 32);
  for (let at = 0; at < nodes.byteLength; at += 64) {
    const pair = nodes.subarray(at, at + 64);
    above.set(pair.byteLength === 64 ? sha256Bytes(pair) : pair, at / 2);
  }
  return above;
}
