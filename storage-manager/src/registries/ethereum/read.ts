import { TrustError } from '../../errors.ts';
import {
  type LabelSelector,
  LOCAL,
  type ModelName,
  type Namespace,
  parseModelName,
  splitModel,
} from '../../ids/reference.ts';
import type {
  CallOptions,
  ModelRecord,
  RegistryReader,
  RegistryTrust,
  Release,
  Resolution,
  ResolveOptions,
} from '../../interfaces.ts';
import { modelMissing, ownNamespaceUnknown, versionMissing } from '../errors.ts';
import type { Chain, Head } from './chain.ts';
import { ContractRefusal, encodeCall } from './contract.ts';
import { labelKey, modelId, namespaceId } from './ids.ts';
import {
  readChannel,
  readModel,
  readModelName,
  readNamespace,
  readNumber,
  readOptional,
  readRelease,
} from './records.ts';
import { chainUnreachable } from './values.ts';

/** Rows a call, so that the largest answer stays below 8 MiB. */
const RELEASES_A_PAGE = 500;
const MODELS_A_PAGE = 50;
const NAMESPACES_A_PAGE = 1_000;
/** Channels of a model that its record shows: a stranger's endless list must not break everybody's `list`. */
const CHANNELS_SHOWN = 100;

/** What stands at one block, whether or not that is final. */
export type Found = Omit<Resolution, 'finalBlock'>;

/** Reads the contract; all that one answer says is read at one block. */
export class EthereumReader implements RegistryReader {
  readonly id: string;
  readonly trust: RegistryTrust;
  readonly chain: Chain;
  /** The namespace that `local` stands for: `0x` and 40 lower-case hex; null without a key. */
  readonly address: string | null;

  constructor(chain: Chain, identity: { id: string; trust: RegistryTrust; address: string | null }) {
    this.chain = chain;
    this.id = identity.id;
    this.trust = identity.trust;
    this.address = identity.address;
  }

  get chainId(): number {
    return this.chain.chainId;
  }

  get contract(): string {
    return this.chain.contract;
  }

  async genesis(options: CallOptions = {}): Promise<string> {
    const first = await this.chain.ask('eth_getBlockByNumber', ['0x0', false], options);
    const { hash }: { hash?: unknown } = Object(first);
    if (typeof hash === 'string' && /^0x[0-9a-f]{64}$/.test(hash)) return hash;
    throw chainUnreachable('the first block must have a hash', 'the node gave none');
  }

  /** Ends the connections. */
  close(): Promise<void> {
    return this.chain.rpc.close();
  }

  async canonical(model: ModelName): Promise<ModelName> {
    const { namespace, name } = splitModel(model);
    if (namespace !== LOCAL) return model;
    if (this.address === null) throw ownNamespaceUnknown(model);
    return parseModelName(`${this.address}/${name}`);
  }

  async resolve(
    model: ModelName,
    selector: LabelSelector,
    options: ResolveOptions = {},
  ): Promise<Resolution> {
    if (options.stale) {
      const found = await this.resolveAt(await this.chain.head(options), model, selector, options);
      return { ...found, finalBlock: 0 };
    }
    const head = await this.chain.currentHead(options);
    const found = await this.resolveAt(head, model, selector, options);
    const finalBlock = await this.chain.finalBlock(head, found.changedBlock, options).catch((error) => {
      options.signal?.throwIfAborted();
      // Nobody waits for that to become final; and whoever silences this one question must not silence the answer.
      if (found.release.status === 'revoked' && isOutOfReach(error)) return 0;
      throw error;
    });
    return { ...found, finalBlock };
  }

  async model(model: ModelName, options: CallOptions = {}): Promise<ModelRecord | null> {
    return this.modelAt(await this.chain.currentHead(options), model, options);
  }

  async *list(filter: { namespace?: Namespace | undefined }, options: CallOptions = {}) {
    const head = await this.chain.currentHead(options);
    if (filter.namespace !== undefined) return yield* this.#listNamespace(head, filter.namespace, options);
    const namespaces = this.#rows(head, 'namespaces', [], NAMESPACES_A_PAGE, options);
    for await (const page of namespaces) {
      for (const namespace of page.toArray()) {
        yield* this.#listNamespace(head, readNamespace(namespace), options);
      }
    }
  }

  async *history(model: ModelName, options: CallOptions = {}): AsyncIterable<Release> {
    const head = await this.chain.currentHead(options);
    const rows = this.#rows(head, 'versions', [modelId(model)], RELEASES_A_PAGE, options);
    try {
      for await (const page of rows) {
        yield* page.map((row) => readRelease(model, this.chain.chainId, row));
      }
    } catch (error) {
      throw isRefusal(error, 'ModelUnknown') ? modelMissing(model) : error;
    }
  }

  protected async resolveAt(head: Head, model: ModelName, selector: LabelSelector, options: CallOptions) {
    const label = selector.kind === 'version' ? selector.version : selector.channel;
    const answer = await this.chain
      .view(head, 'resolve', [modelId(model), labelKey(label)], options)
      .catch((error) => {
        if (isRefusal(error, 'ModelUnknown')) throw modelMissing(model);
        if (isRefusal(error, 'VersionUnknown', 'ChannelUnknown')) throw versionMissing(model, label);
        throw error;
      });
    const release = readRelease(model, this.chain.chainId, answer.release);
    if (selector.kind === 'version' && release.version !== label) {
      throw chainUnreachable(
        `${model}@${label} must resolve to itself`,
        `the node answered ${release.version}`,
      );
    }
    const found: Found = {
      release,
      modelActive: answer.active === true,
      channel:
        selector.kind === 'channel'
          ? readChannel(selector.channel, release.version, answer.channelSeq)
          : null,
      asOf: { block: head.number, time: new Date(head.time * 1000) },
      quorum: this.chain.rpc.quorum ?? null,
      dissent: this.chain.rpc.dissent ?? [],
      homeAsOf: null,
      changedBlock: readNumber(answer.changedBlock),
      segmentCount: readNumber(answer.segmentCount),
      statementKey: readOptional(answer.statementKey),
      successor: readOptional(answer.successor),
    };
    return found;
  }

  protected async modelAt(head: Head, model: ModelName, options: CallOptions): Promise<ModelRecord | null> {
    const id = modelId(model);
    try {
      const info = await this.chain.view(head, 'modelInfo', [id], options);
      const channels = await this.chain.view(head, 'channels', [id, 0, CHANNELS_SHOWN], options);
      return readModel(model, info, channels);
    } catch (error) {
      if (isRefusal(error, 'ModelUnknown')) return null;
      throw error;
    }
  }

  async *#listNamespace(head: Head, namespace: Namespace, options: CallOptions): AsyncGenerator<ModelRecord> {
    for (let start = 0; ; start += MODELS_A_PAGE) {
      const args = [namespaceId(namespace), start, MODELS_A_PAGE];
      const { names, infos } = await this.chain.view(head, 'models', args, options);
      const models: ModelName[] = names.map((name: unknown) => readModelName(namespace, name));
      if (models.length > 0) {
        const calls = models.map((model) => encodeCall('channels', [modelId(model), 0, CHANNELS_SHOWN]));
        const channels = await this.chain.views(head, 'channels', calls, options);
        yield* models.map((model, place) => readModel(model, infos[place], channels[place]!));
      }
      if (models.length < MODELS_A_PAGE) return;
    }
  }

  /** All rows of a paged getter, a page a step. */
  async *#rows(head: Head, name: string, args: unknown[], size: number, options: CallOptions) {
    for (let start = 0; ; start += size) {
      const page = await this.chain.view(head, name, [...args, start, size], options);
      if (page.length > 0) yield page;
      if (page.length < size) return;
    }
  }
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof TrustError && (error.code === 'CHAIN_UNREACHABLE' || error.code === 'CHAIN_STALE');
}

function isRefusal(error: unknown, ...names: string[]): boolean {
  return error instanceof ContractRefusal && names.includes(error.error);
}
