/** The registry contract as constants: `contracts/IChunkedModelRegistry.sol` is its manual. */
export { abi, bytecode, runtimeCodeHash } from './generated/chunked-model-registry.ts';
