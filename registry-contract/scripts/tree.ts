import { createHash } from 'node:crypto';

/** The chunk root in the plainest words, written apart from the contract and from the engine to hold both to it. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  return leaves.length === 1 ? leaves[0]! : rootOf(parentsOf(leaves));
}

/** The siblings of a leaf, from the leaf up; a level on which its node is promoted has none. */
export function proofOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return [];
  const sibling = leaves[index ^ 1];
  const above = proofOf(parentsOf(leaves), index >> 1);
  return sibling === undefined ? above : [sibling, ...above];
}

/** Digest i of every vector and test: SHA-256 of i as 8 bytes, big-endian. */
export function digestAt(i: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(i));
  return createHash('sha256').update(bytes).digest();
}

/** `count` digests from digest `first` on. */
export function digests(count: number, first = 0): Buffer[] {
  return Array.from({ length: count }, (_, i) => digestAt(first + i));
}

export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

function parentsOf(nodes: readonly Buffer[]): Buffer[] {
  const parents: Buffer[] = [];
  for (let i = 0; i < nodes.length; i += 2) {
    const [left, right] = [nodes[i]!, nodes[i + 1]];
    parents.push(right === undefined ? left : createHash('sha256').update(left).update(right).digest());
  }
  return parents;
}
