import type { Readable } from 'node:stream';
import { type ManagerConfig, managerSettings } from './config/manager.ts';
import { refuseKey, refuseState } from './config/off-limits.ts';
import { placesIn } from './config/places.ts';
import type { Config } from './config/schema.ts';
import type { Settings } from './config/settings.ts';
import { openCarriers, openPorts } from './config/wire.ts';
import {
  LOCAL,
  type ModelName,
  parseModelName,
  parseNamespace,
  parseReference,
  type Reference,
} from './ids/reference.ts';
import type { Input } from './inputs/input.ts';
import { checkInput, withInput } from './inputs/open.ts';
import type { CallOptions, TrustLevel } from './interfaces.ts';
import { Namespaces } from './manager/changes/namespaces.ts';
import { Releases } from './manager/changes/releases.ts';
import { deliver } from './manager/delivering/deliver.ts';
import { retrieveJob } from './manager/delivering/retrieve-job.ts';
import { diffDocument, type ModelDiff } from './manager/diff-document.ts';
import {
  chunkDocuments,
  infoDocument,
  type ListedModel,
  listedDocument,
  type ModelChunk,
  type ModelInfo,
  type RetrievedContent,
  type RetrievedModel,
  retrievedContentDocument,
  retrievedDocument,
  type StoredModel,
  storedDocument,
  type VerifiedModel,
  verifiedDocument,
} from './manager/documents.ts';
import { Locks } from './manager/locking/locks.ts';
import { canonicalNamespace, displayNames, type NameOf } from './manager/names.ts';
import type {
  DiffOptions,
  InfoOptions,
  ListOptions,
  RetrieveOptions,
  StoreOptions,
  TrustOptions,
  VerifyOptions,
} from './manager/options.ts';
import { closed, SharedOpening } from './manager/shared-opening.ts';
import { storeJob } from './manager/store-job.ts';
import { wordFor } from './manager/word.ts';
import type { RefusedFormat } from './policy/formats.ts';
import type { RouteOptions } from './sources/route.ts';
import { trustCid } from './trust/cid.ts';
import { refuseLower } from './trust/insist.ts';
import { refuseUnlocked } from './trust/lock.ts';
import { Lockfile } from './trust/lockfile.ts';
import type { ChangePorts } from './verbs/changing/change.ts';
import { diff } from './verbs/diff.ts';
import { findContent, findRelease } from './verbs/fetch.ts';
import { inspect, list } from './verbs/inspect.ts';
import type { Carriers } from './verbs/job/ports.ts';
import { publish } from './verbs/publish.ts';
import { resolveReference } from './verbs/reading/release.ts';
import { verify } from './verbs/verify.ts';

/**
 * Publishes models, fetches them verified, checks what is stored. Opens nothing before the first call; what was opened
 * stays until `close`. Reads no configuration file, and of variables `BALLAST_HOME` alone (and Hugging Face's for
 * `hf-cache:`): `loadConfig` reads all.
 *
 * Every method resolves with the document that the command line prints with `--json`, and rejects with a `BallastError`
 * (`docs/errors.md`) or with the signal's reason.
 * @example
 * const storage = new ModelStorageManager();
 * await storage.storeModel('/path/to/model', 'my-model-v1', 'My Model', 'A test model');
 * await storage.retrieveModel('my-model-v1', './output.tar.gz');
 * await storage.close();
 */
export class ModelStorageManager {
  readonly #settings: Settings;
  #ownNamespace: string | null = null;
  readonly #carriers = new SharedOpening((signal) => openCarriers(this.#settings, { signal }));
  readonly #opened = new SharedOpening((signal) => this.#openRegistry(signal));
  /** Status, channels, attestations and history. */
  readonly releases: Releases;
  /** Who owns namespaces, and who may do what for the owner. */
  readonly namespaces: Namespaces;
  /** What the lock file holds. */
  readonly locks: Locks;

  /** @throws UsageError `CONFIG_INVALID` */
  constructor(config?: ManagerConfig);
  /** The two blocks of `config.json`. */
  constructor(ipfsConfig: Config['ipfs'], blockchainConfig: Config['blockchain']);
  constructor(first: ManagerConfig | Config['ipfs'] = {}, blockchain?: Config['blockchain']) {
    this.#settings = managerSettings(first, blockchain);
    const context = {
      open: (options: CallOptions) => this.#open(options),
      carriers: (options: CallOptions) => this.#carriers.get(options),
      reference: (ref: string) => this.#reference(ref),
      model: (name: string) => parseModelName(name, this.#settings.namespace),
      free: this.#settings.chain === null,
    };
    this.releases = new Releases(context);
    this.namespaces = new Namespaces(context);
    this.locks = new Locks({ ...context, file: this.#settings.lock?.file ?? null });
  }

  /**
   * Publishes a model as a release, or finishes an interrupted run of the same call. Storing the same content again sends
   * no transaction and repairs the stores. Refused: the state folder, and a configuration with a key.
   * @param source path of a file or folder; `hf-cache:org/name[@revision]`, found by the variables of Hugging Face; or a
   *   stream, kept in the state folder meanwhile
   * @param ref `model` takes the next whole number and moves `latest`; `model@version` takes that version
   */
  storeModel(source: string, ref: string, name?: string, description?: string): Promise<StoredModel>;
  storeModel(source: string | Readable, ref: string, options?: StoreOptions): Promise<StoredModel>;
  async storeModel(
    source: string | Readable,
    ref: string,
    nameOrOptions: string | StoreOptions = {},
    description?: string,
  ): Promise<StoredModel> {
    const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions, description } : nameOrOptions;
    const job = storeJob(this.#reference(ref), ref, options);
    const from = options.base === undefined ? null : this.#reference(options.base);
    const { home } = this.#settings;
    checkInput(source, options);
    if (typeof source === 'string') await refuseState(source, home);
    const { ports, nameOf } = await this.#open(options);
    this.#refuseLower(ports.registry.trust, options);
    const base = from && (await resolveReference(ports, from, ports.trust.resolve, options)).release;
    // The private chain costs nothing, so there is nothing to ask.
    const confirm = this.#settings.chain === null ? undefined : options.confirm;
    const store = async ({ origin, path, tree, claims }: Input) => {
      await refuseKey(path);
      return publish(ports, { ...job, base, origin, tree, claims, confirm }, options);
    };
    const { workspaces } = placesIn(home);
    const stored = await withInput(source, { ...options, workspaces }, store);
    return storedDocument(stored, await wordFor(ports, stored, options), nameOf);
  }

  /**
   * Fetches a release, every byte proven before it is written. A destination ending .tar, .tar.gz or .tgz becomes an
   * archive, any other a folder.
   */
  async retrieveModel(
    ref: string,
    destination: string,
    options: RetrieveOptions = {},
  ): Promise<RetrievedModel> {
    const reference = this.#reference(ref);
    const { select, extract, delivery } = await this.#retrieveJob(destination, options);
    const { ports, nameOf } = await this.#open(options);
    const release = await findRelease(ports, reference, select, options);
    const formats = { use: options.policy ?? 'any', allowed: this.#allowed(reference.model, release.model) };
    const wanted = { ...delivery, formats };
    const delivered = await deliver(ports, release.tree, wanted, { extract, single: false }, options);
    return retrievedDocument(release, delivered, nameOf);
  }

  /**
   * Fetches what a CID names, every block proven by it: a manifest's tree, or any folder or file in IPFS. No chain is
   * asked, so nothing says whose model it is. A file, which has no name in IPFS, becomes the destination itself.
   * @param cid `bafy…`, `bafk…`, `Qm…`, `/ipfs/…` or `ipfs://…`
   */
  async retrieveCid(
    cid: string,
    destination: string,
    options: RetrieveOptions = {},
  ): Promise<RetrievedContent> {
    const root = trustCid(cid);
    this.#refuseLower(root.trust, options);
    const { lock } = this.#settings;
    if (lock?.required) await refuseUnlocked(new Lockfile(lock.file), root, options);
    const { select, extract, delivery } = await this.#retrieveJob(destination, options);
    const carriers = await this.#job(options);
    const { single, ...content } = await findContent(carriers, root, select, options);
    const wanted = { ...delivery, formats: { use: options.policy ?? 'any', allowed: [] } };
    const delivered = await deliver(carriers, content.tree, wanted, { extract, single }, options);
    return retrievedContentDocument(content, delivered);
  }

  /** A row a model in the order of their creation; with `all` a row a release. */
  async listModels(options: ListOptions = {}): Promise<readonly ListedModel[]> {
    const wanted = options.namespace === undefined ? undefined : parseNamespace(options.namespace);
    const { ports, nameOf } = await this.#open(options);
    const { trust } = ports.registry;
    this.#refuseLower(trust, options);
    const namespace = wanted && (await canonicalNamespace(ports.registry, wanted));
    const releases = list(ports, { namespace, all: options.all }, options);
    return Array.fromAsync(releases, (row) => listedDocument(row, trust, nameOf));
  }

  /** Reads a release back from every store and names each block that is missing or wrong. */
  async verifyModel(ref: string, options: VerifyOptions = {}): Promise<VerifiedModel> {
    const { sample, full } = options;
    const job = { reference: this.#reference(ref), sample, full };
    const { ports, nameOf } = await this.#open(options);
    return verifiedDocument(await verify(ports, job, options), nameOf);
  }

  /** What registry and manifest say of a release of any status, proven against each other. */
  async modelInfo(ref: string, options: InfoOptions = {}): Promise<ModelInfo> {
    const reference = this.#reference(ref);
    const { ports, nameOf } = await this.#open(options);
    return infoDocument(await inspect(ports, reference, options), nameOf);
  }

  /**
   * The chunks of a release of any status, in order, each made as it is reached: there may be millions. To be walked as
   * often as needed.
   */
  async modelChunks(ref: string, options: InfoOptions = {}): Promise<Iterable<ModelChunk>> {
    const reference = this.#reference(ref);
    const { ports } = await this.#open(options);
    return chunkDocuments((await inspect(ports, reference, options)).content);
  }

  /**
   * What differs between two releases of any status, of one model or of two: files, tensors, chunks. Of the models
   * themselves only tensor headers travel, and small tensors where the chunk lists leave a doubt.
   */
  async diffModels(left: string, right: string, options: DiffOptions = {}): Promise<ModelDiff> {
    const job = { left: this.#reference(left), right: this.#reference(right) };
    const { ports, nameOf } = await this.#open(options);
    return diffDocument(await diff(ports, job, options), options.all ?? false, nameOf);
  }

  /** The address that `local` stands for on the private chain; null on any other, and before the first call. */
  get ownNamespace(): string | null {
    return this.#ownNamespace;
  }

  /** Ends threads, connections and the private chain. A later call opens them again. */
  async close(): Promise<void> {
    await this.#opened.close(closed()).finally(() => this.#carriers.close(closed()));
  }

  /** What one call works with: a route and a trust of its own, all else shared. */
  async #open(options: RouteOptions & TrustOptions): Promise<Opened> {
    const { ports, nameOf } = await this.#opened.get(options);
    const { route } = await this.#job(options);
    return { ports: { ...ports, route, trust: ports.trusting(options.requireTrust) }, nameOf };
  }

  #refuseLower(trust: TrustLevel, { requireTrust }: TrustOptions): void {
    const required = requireTrust ?? this.#settings.trust.require;
    if (required !== null) refuseLower(required, trust);
  }

  async #job(options: RouteOptions): Promise<Carriers> {
    const carriers = await this.#carriers.get(options);
    return { ...carriers, route: await carriers.newRoute(options) };
  }

  async #openRegistry(signal: AbortSignal) {
    const ports = await openPorts(this.#settings, await this.#carriers.get({ signal }), { signal });
    if (ports.registry.trust === 'local')
      this.#ownNamespace = await canonicalNamespace(ports.registry, LOCAL);
    return { ports, nameOf: displayNames(this.#ownNamespace), close: () => ports.close() };
  }

  async #retrieveJob(destination: string, options: RetrieveOptions) {
    const job = retrieveJob(destination, options);
    for (const path of job.made) await refuseState(path, this.#settings.home);
    return job;
  }

  /** What inference may have of a model by any of its names. */
  #allowed(...names: readonly ModelName[]): readonly RefusedFormat[] {
    return names.flatMap((name) => this.#settings.allow.get(name) ?? []);
  }

  #reference(ref: string): Reference {
    return parseReference(ref, this.#settings.namespace);
  }
}

interface Opened {
  readonly ports: ChangePorts;
  readonly nameOf: NameOf;
}
