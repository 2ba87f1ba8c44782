/** The public surface of the engine. */

export { type ArchiveKind, archiveKind } from './archive/names.ts';
export type { Environment } from './config/environment.ts';
export {
  homeFolder,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  loadConfigFile,
} from './config/load.ts';
export type { ManagerConfig } from './config/manager.ts';
export { findState, resetState, type StateFolder } from './config/reset.ts';
export type { Config, Finality, StoreName } from './config/schema.ts';
export {
  type ChainSettings,
  type LockSettings,
  type OtherChainSettings,
  type Settings,
  settingsOf,
  type TrustSettings,
} from './config/settings.ts';
export { type ShownField, showConfig } from './config/show.ts';
export type { SourceSettings } from './config/sources.ts';
export { type UnlockOptions, unlockKey } from './config/unlock.ts';
export { type CheckOptions, checkRegistry, type RegistryCheck } from './deploy/check.ts';
export type { SignerOptions } from './deploy/connect.ts';
export { type DeployOptions, deployRegistry } from './deploy/deploy.ts';
export type { Deployment, DeploymentQuote, PendingCall } from './deploy/document.ts';
export { type MirroredModel, type MirrorOptions, mirrorModels } from './deploy/mirror.ts';
export type { AdminOptions } from './deploy/options.ts';
export type { Check, CheckStatus, Finding } from './doctor/check.ts';
export { type Diagnosis, diagnose } from './doctor/diagnose.ts';
export * from './errors.ts';
export type {
  BallastEvent,
  JobOptions,
  NoteEvent,
  OnEvent,
  ProgressEvent,
  ProgressStep,
  WaitEvent,
} from './events.ts';
export type { Namespace } from './ids/reference.ts';
export type {
  CallOptions,
  ChunkerName,
  PublishQuote,
  Reason,
  RecordMode,
  RegistryTrust,
  ReleaseStatus,
  TrustLevel,
} from './interfaces.ts';
export type { SignedAuthorization } from './manager/changes/authorization.ts';
export type { ModelHistory, SentChange, ShownNamespace } from './manager/changes/documents.ts';
export type { GrantOptions, Namespaces } from './manager/changes/namespaces.ts';
export type {
  ChangeOptions,
  Findings,
  Reasons,
  SignableOptions,
  StatementOptions,
} from './manager/changes/options.ts';
export type { Releases } from './manager/changes/releases.ts';
export type {
  AttestedRelease,
  ChangedActivity,
  ChangedGrant,
  ChangedNamespace,
  ChangedStatus,
  MovedChannel,
  OfferedNamespace,
  OwnedNamespace,
  SignableChange,
  SubmittedAction,
  VouchedNamespace,
} from './manager/changes/results.ts';
export type { SignedStatement } from './manager/changes/statement.ts';
export type { ModelDiff } from './manager/diff-document.ts';
export type {
  ListedModel,
  ModelChunk,
  ModelInfo,
  RetrievedContent,
  RetrievedModel,
  StoredModel,
  VerifiedModel,
} from './manager/documents.ts';
export type { CheckedLock, LockedModel } from './manager/locking/documents.ts';
export type { Locks } from './manager/locking/locks.ts';
export type {
  DiffOptions,
  InfoOptions,
  ListOptions,
  RetrieveOptions,
  StoreOptions,
  TrustOptions,
  VerifyOptions,
} from './manager/options.ts';
export { ModelStorageManager } from './manager.ts';
export type { FileFormat, RefusedFormat } from './policy/formats.ts';
export type { FormatPolicy, NotableFile } from './policy/tree.ts';
export type { Role } from './records.ts';
export type { Administered } from './registries/ethereum/access-manager.ts';
export type { Holder, Right, Rights } from './registries/ethereum/rights.ts';
