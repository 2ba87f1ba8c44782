/** The registry contract as constants: `contracts/IChunkedModelRegistry.sol` is its manual. */

/** OpenZeppelin's AccessManager as constants: the owner of a registry that several people and delays stand behind. */
export {
  abi as accessManagerAbi,
  bytecode as accessManagerBytecode,
  runtimeCodeHash as accessManagerCodeHash,
} from './generated/access-manager.ts';
export { abi, bytecode, readerCodeHash, runtimeCodeHash } from './generated/chunked-model-registry.ts';
