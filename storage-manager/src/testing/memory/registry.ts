import { TransactionError } from '../../errors.ts';
import { merkleRoot } from '../../format/merkle.ts';
import {
  type Channel,
  isAddress,
  type LabelSelector,
  LOCAL,
  type ModelName,
  type Namespace,
  parseModelName,
  splitModel,
  type Version,
} from '../../ids/reference.ts';
import type {
  ModelRecord,
  PublishQuote,
  PublishReceipt,
  PublishRequest,
  Registry,
  Release,
  ReleaseStatus,
  Resolution,
} from '../../interfaces.ts';
import {
  isSameRelease,
  modelMissing,
  notOwner,
  versionExists,
  versionMissing,
} from '../../registries/errors.ts';
import { releaseId } from '../../registries/ethereum/ids.ts';
import { chunksAt, rootsOf, UNITS } from '../../registries/ethereum/units.ts';
import { isWithdrawn } from '../../standing.ts';

interface Model {
  active: boolean;
  changedBlock: number;
  readonly releases: Map<Version, { release: Release; changedBlock: number }>;
  readonly channels: Map<Channel, { version: Version; seq: number; changedBlock: number }>;
}

/** The contract's rules without a chain, for tests. Every label namespace and one address belong to the publisher. */
export class MemoryRegistry implements Registry {
  readonly id = 'memory:0';
  readonly trust = 'local';
  readonly chainId = 31_337;
  readonly contract = `0x${'00'.repeat(19)}01`;
  readonly address = `0x${'ba'.repeat(20)}`;
  readonly #models = new Map<ModelName, Model>();
  readonly #recorded = new Set<string>();
  #block = 0;

  async genesis(): Promise<string> {
    return `0x${'00'.repeat(32)}`;
  }

  async canonical(model: ModelName): Promise<ModelName> {
    const { namespace, name } = splitModel(model);
    return namespace === LOCAL ? parseModelName(`${this.address}/${name}`) : model;
  }

  async resolve(name: ModelName, selector: LabelSelector): Promise<Resolution> {
    const model = this.#known(name);
    const channel = selector.kind === 'channel' ? model.channels.get(selector.channel) : undefined;
    const label = selector.kind === 'channel' ? selector.channel : selector.version;
    const version = selector.kind === 'channel' ? channel?.version : selector.version;
    const record = version === undefined ? undefined : model.releases.get(version);
    if (record === undefined) throw versionMissing(name, label);
    return {
      release: record.release,
      modelActive: model.active,
      channel:
        selector.kind === 'channel' && channel !== undefined
          ? { channel: selector.channel, version: channel.version, seq: channel.seq }
          : null,
      asOf: { block: this.#block, time: new Date() },
      quorum: null,
      dissent: [],
      homeAsOf: null,
      changedBlock: Math.max(model.changedBlock, record.changedBlock, channel?.changedBlock ?? 0),
      finalBlock: this.#block,
      segmentCount: unitCount(record.release),
      statementKey: null,
      successor: null,
    };
  }

  async model(name: ModelName): Promise<ModelRecord | null> {
    const model = this.#models.get(name);
    return model === undefined ? null : record(name, model);
  }

  async *list(filter: { namespace?: Namespace | undefined }): AsyncIterable<ModelRecord> {
    const byNamespace = Map.groupBy(this.#models, ([name]) => splitModel(name).namespace);
    for (const [namespace, models] of byNamespace) {
      if (filter.namespace !== undefined && filter.namespace !== namespace) continue;
      for (const [name, model] of models) yield record(name, model);
    }
  }

  async *history(name: ModelName): AsyncIterable<Release> {
    for (const { release } of this.#known(name).releases.values()) yield release;
  }

  async quote(request: PublishRequest): Promise<PublishQuote> {
    const unknown = this.#unknownUnits(request);
    const chunksKnown = request.digests.count - unknown.reduce((sum, [, count]) => sum + count, 0);
    const published = this.#isPublished(request) && this.#unmoved(request).length === 0;
    const transactions = published ? 0 : recordings(request, unknown.length) + 1;
    return { transactions, gas: 0n, wei: 0n, maxFeePerGas: 0n, chunksKnown };
  }

  async publish(request: PublishRequest): Promise<PublishReceipt> {
    const { transactions } = await this.quote(request);
    if (!this.#isPublished(request)) this.#write(request);
    for (const channel of this.#unmoved(request)) this.#move(request.model, channel, request.version);
    const { release } = this.#known(request.model).releases.get(request.version)!;
    return { release, transactions, gasUsed: 0n };
  }

  /** Any order among active, deprecated and yanked; revoked is the end; the same again is refused. */
  setStatus(name: ModelName, version: Version, status: ReleaseStatus): void {
    const record = this.#known(name).releases.get(version);
    if (record === undefined) throw versionMissing(name, version);
    const from = record.release.status;
    if (from === status || from === 'revoked') throw refused(`StatusTransitionRefused(${from}, ${status})`);
    const statusSeq = record.release.statusSeq + 1;
    record.release = { ...record.release, status, statusSeq };
    record.changedBlock = ++this.#block;
  }

  setActive(name: ModelName, active: boolean): void {
    const model = this.#known(name);
    if (model.active === active) throw refused(`ModelActivityUnchanged(${name}, ${active})`);
    model.active = active;
    model.changedBlock = ++this.#block;
  }

  #known(name: ModelName): Model {
    const model = this.#models.get(name);
    if (model === undefined) throw modelMissing(name);
    return model;
  }

  /** @throws TransactionError `VERSION_EXISTS` */
  #isPublished(request: PublishRequest): boolean {
    const existing = this.#models.get(request.model)?.releases.get(request.version)?.release;
    if (existing !== undefined && !isSameRelease(existing, request)) throw versionExists(existing);
    return existing !== undefined;
  }

  /** The wanted channels that point elsewhere, or nowhere. */
  #unmoved({ model, channels, version }: PublishRequest): Channel[] {
    const targets = this.#models.get(model)?.channels;
    return channels.filter((channel) => targets?.get(channel)?.version !== version);
  }

  #unknownUnits(request: PublishRequest): [key: string, count: number][] {
    const unit = UNITS[request.mode];
    if (unit === null || this.#isPublished(request)) return [];
    const counts = rootsOf(request).map((root, place): [string, number] => {
      const count = chunksAt(unit, request, place);
      return [`${unit.record}/${root}/${count}`, count];
    });
    return [...new Map(counts)].filter(([key]) => !this.#recorded.has(key));
  }

  #write(request: PublishRequest): void {
    const { namespace } = splitModel(request.model);
    if (isAddress(namespace) && namespace !== this.address) throw notOwner(namespace, this.address);
    if (request.mode !== 'root' && merkleRoot(request.digests) !== request.chunkRoot) {
      throw refused('ChunkRootMismatch');
    }
    for (const [key] of this.#unknownUnits(request)) this.#recorded.add(key);
    const block = ++this.#block;
    const model = this.#models.get(request.model) ?? {
      active: true,
      changedBlock: block,
      releases: new Map(),
      channels: new Map(),
    };
    this.#models.set(request.model, model);
    const { model: name, version, manifest, chunkRoot, bytes, mode } = request;
    const release: Release = {
      ...{ model: name, version, manifest, chunkRoot, bytes, mode },
      chunkCount: request.digests.count,
      status: 'active',
      statusSeq: 0,
      reason: 'none',
      homeChain: request.homeChain ?? null,
      base: this.#base(request),
      publisher: this.address,
      publishedAt: new Date(),
    };
    model.releases.set(version, { release, changedBlock: block });
  }

  #base({ base, homeChain }: PublishRequest): string | null {
    if (base === undefined || base === null) return null;
    const found = this.#models.get(base.model)?.releases.get(base.version)?.release;
    const recorded = homeChain !== undefined || found?.manifest === base.manifest;
    return recorded ? releaseId(base.model, base.version) : null;
  }

  #move(name: ModelName, channel: Channel, version: Version): void {
    const model = this.#known(name);
    const status = model.releases.get(version)?.release.status;
    if (status !== undefined && isWithdrawn(status)) throw refused(`ChannelTargetWithdrawn(${version})`);
    const seq = (model.channels.get(channel)?.seq ?? 0) + 1;
    model.channels.set(channel, { version, seq, changedBlock: this.#block });
  }
}

function unitCount({ mode, chunkCount }: Release): number {
  const unit = UNITS[mode];
  return unit === null ? 0 : Math.ceil(chunkCount / unit.chunks);
}

/** Transactions that record so many segments or pages. */
function recordings({ mode }: PublishRequest, units: number): number {
  return Math.ceil(units / (UNITS[mode]?.aTransaction ?? 1));
}

function record(name: ModelName, model: Model): ModelRecord {
  return {
    model: name,
    active: model.active,
    versionCount: model.releases.size,
    channels: [...model.channels].map(([channel, { version, seq }]) => ({ channel, version, seq })),
  };
}

function refused(refusal: string): TransactionError {
  return new TransactionError('TRANSACTION_FAILED', {
    should: 'the registry must take the change',
    was: `it said ${refusal}`,
    next: 'see the release with `ballast info`',
  });
}
