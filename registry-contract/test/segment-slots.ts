import { readFile } from 'node:fs/promises';
import { AbiCoder, keccak256, toBeHex } from 'ethers';
import { hex } from '../scripts/tree.ts';
import type { Chain } from './chain.ts';

const SEGMENT = 1_024;
const coder = AbiCoder.defaultAbiCoder();
const layout = new URL('../snapshots/storage-layout.json', import.meta.url);

/** Says that the segments with these roots were recorded in this block, by writing the registry's storage: recording them takes minutes. */
export async function storeSegments(chain: Chain, roots: readonly Buffer[], chunks: number): Promise<void> {
  const { variables } = JSON.parse(await readFile(layout, 'utf8')) as { variables: string[] };
  const slot = Number.parseInt(variables.find((variable) => variable.endsWith(' _segments'))!, 10);
  const registry = await chain.registry.getAddress();
  const block = toBeHex(await chain.provider.getBlockNumber(), 32);
  const writes = roots.map(async (root, i) => {
    const count = Math.min(SEGMENT, chunks - i * SEGMENT);
    const counted = keccak256(coder.encode(['uint256', 'uint256'], [count, slot]));
    const place = keccak256(coder.encode(['bytes32', 'bytes32'], [hex(root), counted]));
    await chain.provider.send('anvil_setStorageAt', [registry, place, block]);
  });
  await Promise.all(writes);
}
