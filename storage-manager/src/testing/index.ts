/** What other packages test their own implementations with. Needs vitest. */
export { randomBlock, randomBlocks, sharedBlock } from './blocks.ts';
export { describeStore, type StoreUnderTest } from './store-suite.ts';
