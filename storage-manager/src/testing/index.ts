/** What other packages test their own implementations with. Needs vitest. */
export { startTestChain, type TestChain } from './anvil.ts';
export { randomBlock, randomBlocks, randomManifest, sharedBlock } from './blocks.ts';
export { findKubo, type KuboNode, startKubo } from './kubo-node.ts';
export { describeRegistry, type RegistryUnderTest } from './registry-suite.ts';
export { describeStore, type StoreUnderTest } from './store-suite.ts';
export { awkwardFiles, safetensors, treeDigests, writeTree } from './trees.ts';
