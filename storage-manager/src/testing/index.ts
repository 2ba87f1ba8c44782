/** What other packages test their own implementations with, and the seams that these keep. Needs vitest. */
export type { Codec, NamedBlock } from '../ids/cid.ts';
export type { Digest } from '../ids/digest.ts';
export type { DigestList } from '../ids/digest-list.ts';
export type { Channel, ModelName, Namespace, Selector, Version } from '../ids/reference.ts';
export type * from '../interfaces.ts';
export type { JsonRpc } from '../transport/json-rpc.ts';
export { startTestChain, type TestChain } from './anvil.ts';
export { randomBlock, randomBlocks, randomManifest, sharedBlock } from './blocks.ts';
export { findKubo, type KuboNode, startKubo } from './kubo-node.ts';
export { MemoryRegistry } from './memory-registry.ts';
export { MemoryStore } from './memory-store.ts';
export { describeRegistry, type RegistryUnderTest } from './registry-suite.ts';
export { describeStore, type StoreUnderTest } from './store-suite.ts';
export { awkwardFiles, safetensors, treeDigests, writeTree } from './trees.ts';
