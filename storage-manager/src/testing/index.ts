/** What other packages test their own implementations with, and the seams that these keep. Needs vitest. */
export type { Codec, NamedBlock } from '../ids/cid.ts';
export type { Digest } from '../ids/digest.ts';
export type { DigestList } from '../ids/digest-list.ts';
export type { Channel, ModelName, Namespace, Selector, Version } from '../ids/reference.ts';
export type * from '../interfaces.ts';
export type { SourceRecord } from '../sources/ledger.ts';
export type { JsonRpc } from '../transport/json-rpc.ts';
export { startTestChain, type TestChain } from './anvil.ts';
export { blockOrigin, blockTarget } from './block-origin.ts';
export { randomBlock, randomBlocks, randomManifest, sharedBlock } from './blocks.ts';
export { type Evil, type EvilRpc, instead, openEvilRpc, type RpcCall } from './evil-rpc.ts';
export type { FaultKind, HttpFault, Place } from './fault.ts';
export { faultMix, type Mix } from './fault-mix.ts';
export {
  type Asked,
  FaultServer,
  type FaultServerOptions,
  type Origin,
  type Script,
  type Seen,
} from './fault-server.ts';
export { canBuildShim, type Ended, type FaultMode, type FsFault, FsShim } from './fs-shim.ts';
export { type FuzzReport, type FuzzTarget, fuzz } from './fuzz.ts';
export type { Answer } from './inject.ts';
export { findKubo, type KuboNode, startKubo } from './kubo-node.ts';
export { MemoryRegistry } from './memory-registry.ts';
export { MemoryStore } from './memory-store.ts';
export { unchanged } from './oracle/canary-tree.ts';
export { type Check, findings } from './oracle/check.ts';
export { memoryWithin } from './oracle/memory.ts';
export { noStrayRejections } from './oracle/rejections.ts';
export { resourcesBack } from './oracle/resources.ts';
export { canary, secretsBelow, secretsIn } from './oracle/secrets.ts';
export { onlyRightNames } from './oracle/watcher.ts';
export { canMountImage, DiskImage } from './power-loss.ts';
export {
  type PublishTrace,
  publishTrace,
  type TracedJournal,
  type TracedRegistry,
} from './publish-oracle.ts';
export { describeRegistry, type RegistryUnderTest } from './registry-suite.ts';
export { type Outcome, runScenario } from './scenario.ts';
export { Scene, type SceneOptions } from './scene.ts';
export { Seeded } from './seeded.ts';
export { canMount, mountDisk, type SmallDisk } from './small-disk.ts';
export { describeStore, type StoreUnderTest } from './store-suite.ts';
export { awkwardFiles, safetensors, treeDigests, writeTree } from './trees.ts';
export { upstream } from './upstream.ts';
