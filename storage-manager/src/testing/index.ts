/** What other packages test their own implementations with, and the seams that these keep. Needs vitest. */
export type { Codec, NamedBlock } from '../ids/cid.ts';
export type { Digest } from '../ids/digest.ts';
export type { DigestList } from '../ids/digest-list.ts';
export type { Channel, LabelSelector, ModelName, Namespace, Version } from '../ids/reference.ts';
export type * from '../interfaces.ts';
export type { SourceRecord } from '../sources/ledger.ts';
export type { JsonRpc } from '../transport/json-rpc.ts';
export { canBuildShim, type Ended, type FaultMode, type FsFault, FsShim } from './disk/fs-shim.ts';
export { canMountImage, DiskImage } from './disk/image.ts';
export { canMount, mountDisk, type SmallDisk } from './disk/small-disk.ts';
export { blockOrigin, blockTarget } from './faults/block-origin.ts';
export { type EvilCalls, openEvilKubo, said } from './faults/evil-kubo.ts';
export { type Evil, type EvilRpc, instead, openEvilRpc, type RpcCall } from './faults/evil-rpc.ts';
export type { FaultKind, HttpFault, Place } from './faults/fault.ts';
export type { Answer } from './faults/inject.ts';
export { faultMix, type Mix } from './faults/mix.ts';
export {
  type Asked,
  FaultServer,
  type FaultServerOptions,
  type Origin,
  type Script,
  type Seen,
} from './faults/server.ts';
export { upstream } from './faults/upstream.ts';
export { type FuzzReport, type FuzzTarget, fuzz } from './fuzz/fuzz.ts';
export { MemoryRegistry } from './memory/registry.ts';
export { MemoryStore } from './memory/store.ts';
export { startTestChain, type TestChain } from './nodes/anvil.ts';
export { findKubo, type KuboNode, startKubo } from './nodes/kubo.ts';
export { unchanged } from './oracle/canary-tree.ts';
export { type Check, findings } from './oracle/check.ts';
export { memoryWithin } from './oracle/memory.ts';
export {
  type PublishTrace,
  publishTrace,
  type TracedJournal,
  type TracedRegistry,
} from './oracle/publish-trace.ts';
export { noStrayRejections } from './oracle/rejections.ts';
export { resourcesBack } from './oracle/resources.ts';
export { canary, secretsBelow, secretsIn } from './oracle/secrets.ts';
export { onlyRightNames } from './oracle/watcher.ts';
export { randomBlock, randomBlocks, randomManifest, sharedBlock } from './samples/blocks.ts';
export { Seeded } from './samples/seeded.ts';
export { awkwardFiles, safetensors, treeDigests, writeTree } from './samples/trees.ts';
export { type Outcome, runScenario } from './scenarios/scenario.ts';
export { Scene, type SceneOptions } from './scenarios/scene.ts';
export { type CacheUnderTest, describeCache } from './suites/cache.ts';
export { describeRegistry, type RegistryUnderTest } from './suites/registry.ts';
export { describeSource, type SourceUnderTest } from './suites/source.ts';
export { describeStore, type StoreUnderTest } from './suites/store.ts';
