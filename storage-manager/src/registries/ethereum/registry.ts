import type { RegistryActions } from '../../actions.ts';
import { TransactionError, TrustError, UsageError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import { type LabelSelector, type ModelName, splitModel } from '../../ids/reference.ts';
import type {
  CallOptions,
  PublishOptions,
  PublishQuote,
  PublishReceipt,
  PublishRequest,
  Registry,
  RegistryTrust,
  TransactionLog,
} from '../../interfaces.ts';
import { nullWhereMissing } from '../../tolerate.ts';
import { isSameRelease, versionExists } from '../errors.ts';
import { EthereumActions } from './actions.ts';
import { purposeIn } from './belongs.ts';
import { type ChannelMove, recordCall } from './calls.ts';
import type { Chain, Head } from './chain.ts';
import { ContractRefusal, callsInMulticall } from './contract.ts';
import { checkFunds, costOf } from './cost.ts';
import { releaseId } from './ids.ts';
import { withMutex } from './mutex.ts';
import { estimatePlan, makePlan, type Plan, type Standing } from './plan.ts';
import { EthereumReader, type Found } from './read.ts';
import { namedRefusal } from './refusals.ts';
import type { Sender } from './send.ts';
import { rootsOf } from './units.ts';
import { quantityText } from './values.ts';
import type { Mined } from './wait.ts';

/** Each round does what is left; a further one is needed only where somebody else moved the same model meanwhile. */
const ROUNDS = 10;

/** The contract's refusals that mean: the state has changed since the plan was made. */
const STALE = new Set(['ChannelSeqMismatch', 'ModelExists', 'SegmentUnknown', 'VersionTaken']);

/** Also writes the contract. */
export class EthereumRegistry extends EthereumReader implements Registry {
  readonly #sender: Sender | null;
  /** All that changes beside publishing. */
  readonly actions: RegistryActions;

  /** @param sender null for a registry that only reads */
  constructor(chain: Chain, identity: { id: string; trust: RegistryTrust }, sender: Sender | null) {
    super(chain, { ...identity, address: sender?.address ?? null });
    this.#sender = sender;
    this.actions = new EthereumActions(chain, this.address, () => this.writer());
  }

  async quote(request: PublishRequest, options: CallOptions = {}): Promise<PublishQuote> {
    const roots = rootsOf(request);
    for (let round = 1; ; round += 1) {
      const head = await this.chain.head(options);
      try {
        const plan = await this.#plan(head, request, roots, options);
        return await this.#quote(head, plan, request, options);
      } catch (error) {
        const passing = isStale(error) || (await this.#isTakenBack(head, error, options));
        if (round === ROUNDS || !passing) throw this.#named(error, request);
      }
    }
  }

  /** Publishers of one model take turns in a process; another process that moves the model makes us plan anew. */
  publish(
    request: PublishRequest,
    log: TransactionLog,
    options: PublishOptions = {},
  ): Promise<PublishReceipt> {
    return withMutex(`${this.id} ${request.model}`, () => this.#publish(request, log, options), options);
  }

  async #publish(
    request: PublishRequest,
    log: TransactionLog,
    options: PublishOptions,
  ): Promise<PublishReceipt> {
    const sender = this.writer();
    const roots = rootsOf(request);
    const mined = await sender.settle(log, purposeIn(request, roots), options);
    for (let round = 0; round < ROUNDS; round += 1) {
      const head = await this.chain.head(options, Math.max(0, ...mined.map(({ block }) => block)));
      try {
        const plan = await this.#plan(head, request, roots, options);
        if (plan.release !== null && (plan.last === null || mined.some(movesChannels))) {
          // Another's transaction may have brought it just now, and a reorganisation may take it back.
          if (!(await sender.awaitDepth(plan.changedBlock, head, options))) continue;
          const gasUsed = mined.reduce((sum, one) => sum + one.gasUsed, 0n);
          return { release: plan.release, transactions: mined.length, gasUsed };
        }
        const quote = await this.#quote(head, plan, request, options);
        await checkFunds(this.chain, sender.address, quote, options);
        const records = plan.records.map((places) => () => recordCall(request, places));
        mined.push(...(await sender.run(records, log, options)));
        const { last } = plan;
        if (last !== null) mined.push(...(await sender.run([() => last], log, options)));
      } catch (error) {
        if (isStale(error)) await sender.nextBlock(head, options);
        else if (!(await this.#isTakenBack(head, error, options))) throw this.#named(error, request);
      }
    }
    throw new TransactionError('TRANSACTION_FAILED', {
      should: `${request.model}@${request.version} must be published`,
      was: `${ROUNDS} attempts were overtaken by other writers or reverted`,
      next: 'run the same command again when nobody else publishes this model',
    });
  }

  async #quote(head: Head, plan: Plan, request: PublishRequest, options: CallOptions): Promise<PublishQuote> {
    const { chunksKnown } = plan;
    const transactions = plan.records.length + (plan.last === null ? 0 : 1);
    if (transactions === 0) return { transactions, gas: 0n, wei: 0n, maxFeePerGas: 0n, chunksKnown };
    const gas = await estimatePlan(plan, request, this.writer(), options);
    return { transactions, chunksKnown, ...(await costOf(this.chain, head, gas, options)) };
  }

  async #plan(
    head: Head,
    request: PublishRequest,
    roots: readonly Digest[],
    options: CallOptions,
  ): Promise<Plan> {
    const standing = await this.#standing(head, request, options);
    return makePlan({ chain: this.chain, head }, request, roots, standing, options);
  }

  /** How the model stands at `head`. @throws TransactionError `VERSION_EXISTS` */
  async #standing(head: Head, request: PublishRequest, options: CallOptions): Promise<Standing> {
    const { model, version } = request;
    const existing = await this.#find(head, request.model, { kind: 'version', version }, options);
    if (existing !== null && !isSameRelease(existing.release, request)) throw versionExists(existing.release);
    const { moves, changedBlock } = await this.#moves(head, request, options);
    return {
      release: existing?.release ?? null,
      changedBlock: Math.max(existing?.changedBlock ?? 0, changedBlock),
      moves,
      createsModel:
        existing === null &&
        moves.every(({ seq }) => seq === 0) &&
        (await this.modelAt(head, model, options)) === null,
      base: existing === null ? await this.#base(head, request, options) : null,
    };
  }

  /** Id of the release that this one derives from; null where none is named, or this registry, its home, lacks it. */
  async #base(head: Head, { base, homeChain }: PublishRequest, options: CallOptions): Promise<string | null> {
    if (base === undefined || base === null) return null;
    const { model, version, manifest } = base;
    const id = releaseId(model, version);
    if (homeChain !== undefined) return id;
    const found = await this.#find(head, model, { kind: 'version', version }, options);
    return found?.release.manifest === manifest ? id : null;
  }

  /** The wanted channels that lead elsewhere, and the newest block that changed one of the others. */
  async #moves(head: Head, request: PublishRequest, options: CallOptions) {
    const moves: ChannelMove[] = [];
    let changedBlock = 0;
    for (const channel of request.channels) {
      const target = await this.#find(head, request.model, { kind: 'channel', channel }, options);
      if (target?.release.version === request.version) {
        changedBlock = Math.max(changedBlock, target.changedBlock);
      } else moves.push({ channel, seq: target?.channel?.seq ?? 0 });
    }
    return { moves, changedBlock };
  }

  async #find(
    head: Head,
    model: ModelName,
    selector: LabelSelector,
    options: CallOptions,
  ): Promise<Found | null> {
    return this.resolveAt(head, model, selector, options).catch(nullWhereMissing);
  }

  /** Whether a question failed because its block has left the chain meanwhile. */
  async #isTakenBack({ number, hash }: Head, error: unknown, options: CallOptions): Promise<boolean> {
    if (!(error instanceof TrustError) || error.code !== 'CHAIN_UNREACHABLE') return false;
    const now = await this.chain.ask('eth_getBlockByNumber', [quantityText(number), false], options);
    return Object(now).hash !== hash;
  }

  #named(error: unknown, { model, version }: PublishRequest): unknown {
    return namedRefusal(error, {
      should: `the contract must take ${model}@${version}`,
      namespace: splitModel(model).namespace,
      account: this.writer().address,
      next: 'see the release with `ballast info`, and publish another version or channel',
    });
  }

  /** Who signs. @throws UsageError `CONFIG_INVALID` where no key is configured */
  writer(): Sender {
    if (this.#sender !== null) return this.#sender;
    throw new UsageError('CONFIG_INVALID', {
      should: 'whatever changes the registry needs the key of an account',
      was: 'none is configured',
      next: 'set PRIVATE_KEY or ETH_KEYSTORE, or "privateKey" or "keystore" in the configuration',
    });
  }
}

function isStale(error: unknown): boolean {
  return error instanceof ContractRefusal && STALE.has(error.error);
}

/** A transaction of this publish moved what then pointed elsewhere; where it points now is no longer our matter. */
function movesChannels({ ok, data }: Mined): boolean {
  return ok && callsInMulticall(data).some(({ name }) => name === 'setChannel');
}
