import { type Digest, digestFromBytes, digestToBytes } from '../ids/digest.ts';
import { DigestList } from '../ids/digest-list.ts';
import { sha256Bytes } from '../ids/hash.ts';
import { SEGMENT_CHUNKS } from '../limits.ts';

/**
 * The chunk root: binary SHA-256 tree over the digests in order, node = sha256(left ‖ right), an odd node promoted
 * (the shape of RFC 6962 without its prefixes). An inner node could be passed off as a chunk of 64 bytes, so a root
 * or proof means something only together with the count, which fixes the proof's length.
 * @throws RangeError for an empty list
 */
export function merkleRoot(digests: DigestList): Digest {
  return digestFromBytes(subtreeRoot(segmentLevel(digests)));
}

/** The root of each segment of 1,024 digests, the last perhaps fewer; their tree is the tree of all digests. */
export function segmentRoots(digests: DigestList): Digest[] {
  return [...DigestList.wrap(segmentLevel(digests))];
}

/** The siblings of digest `index` from the bottom up; a promoted node has none on its level. */
export function merkleProof(digests: DigestList, index: number): Digest[] {
  if (!Number.isInteger(index) || index < 0 || index >= digests.count)
    throw new RangeError(`no digest ${index} of ${digests.count}`);
  const segment = Math.floor(index / SEGMENT_CHUNKS);
  const within = digests.packed(segment * SEGMENT_CHUNKS, SEGMENT_CHUNKS);
  return [...siblings(within, index % SEGMENT_CHUNKS), ...siblings(segmentLevel(digests), segment)];
}

/** Whether `digest` is number `index` of the `count` digests under `root`. */
export function verifyProof(claim: {
  readonly root: Digest;
  readonly count: number;
  readonly index: number;
  readonly digest: Digest;
  readonly proof: readonly Digest[];
}): boolean {
  const { root, count, index, digest, proof } = claim;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= count)
    return false;
  let node: Uint8Array = digestToBytes(digest);
  let used = 0;
  for (
    let place = index, width = count;
    width > 1;
    place = Math.floor(place / 2), width = Math.ceil(width / 2)
  ) {
    const promoted = place === width - 1 && place % 2 === 0;
    if (promoted) continue;
    const sibling = proof[used];
    if (sibling === undefined) return false;
    used += 1;
    node = place % 2 === 0 ? hashPair(node, digestToBytes(sibling)) : hashPair(digestToBytes(sibling), node);
  }
  return used === proof.length && digestFromBytes(node) === root;
}

/** 1,024 is a power of two, so whole levels of the tree lie within segments, and memory stays small. */
function segmentLevel(digests: DigestList): Uint8Array {
  if (digests.count === 0) throw new RangeError('a Merkle tree needs at least one digest');
  const roots = new Uint8Array(Math.ceil(digests.count / SEGMENT_CHUNKS) * 32);
  for (let at = 0; at * 32 < roots.byteLength; at += 1)
    roots.set(subtreeRoot(digests.packed(at * SEGMENT_CHUNKS, SEGMENT_CHUNKS)), at * 32);
  return roots;
}

function subtreeRoot(level: Uint8Array): Uint8Array {
  let nodes = level;
  while (nodes.byteLength > 32) nodes = levelAbove(nodes);
  return nodes;
}

function siblings(level: Uint8Array, index: number): Digest[] {
  const found: Digest[] = [];
  let place = index;
  for (let nodes = level; nodes.byteLength > 32; nodes = levelAbove(nodes)) {
    const sibling = (place ^ 1) * 32;
    if (sibling < nodes.byteLength) found.push(digestFromBytes(nodes.subarray(sibling, sibling + 32)));
    place >>= 1;
  }
  return found;
}

function levelAbove(nodes: Uint8Array): Uint8Array {
  const above = new Uint8Array(Math.ceil(nodes.byteLength / 64) * 32);
  for (let at = 0; at < nodes.byteLength; at += 64) {
    const pair = nodes.subarray(at, at + 64);
    above.set(pair.byteLength === 64 ? sha256Bytes(pair) : pair, at / 2);
  }
  return above;
}

function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const pair = new Uint8Array(64);
  pair.set(left);
  pair.set(right, 32);
  return sha256Bytes(pair);
}
