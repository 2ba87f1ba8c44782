import type { Publication } from '../../engine/journal.ts';
import type { NotFinalRelease } from '../../engine/not-final.ts';
import { PolicyError, TransactionError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import type { TreeFile } from '../../fs/tree.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Version } from '../../ids/reference.ts';
import type { PublishQuote, PublishReceipt, PublishRequest } from '../../interfaces.ts';
import { MAX_CODE_CHUNKS } from '../../limits.ts';
import { lookAfter, watch } from '../job/not-final.ts';
import type { Ports } from '../job/ports.ts';
import type { ChunkPass } from './chunk-pass.ts';
import { allDigests, blocksOfVersion, type Draft, draftRelease, type VersionBlocks } from './draft.ts';
import type { Published, PublishJob } from './job.ts';
import { Origin } from './origin.ts';
import { Placement, protect } from './placement.ts';
import { readBack } from './read-back.ts';
import { usualMode } from './record-mode.ts';
import { type ChosenVersion, chooseVersion } from './version.ts';

/** A tree whose chunks lie in the stores, not yet sealed. */
export interface CutTree {
  readonly placement: Placement;
  readonly pass: ChunkPass;
}

/** The second half of a publish: the chunks are cut, the version is open. */
export class ReleaseInHand {
  readonly #ports: Ports;
  readonly #job: PublishJob;
  readonly #options: JobOptions;
  readonly #placement: Placement;
  readonly #pass: ChunkPass;
  readonly #draft: Draft;
  readonly #origin: Origin;
  readonly #versions = new Map<Version, VersionBlocks>();
  #healed = 0;
  #takenBack: readonly NotFinalRelease[] = [];

  constructor(ports: Ports, job: PublishJob, tree: readonly TreeFile[], cut: CutTree, options: JobOptions) {
    this.#ports = ports;
    this.#job = job;
    this.#options = options;
    this.#placement = cut.placement;
    this.#pass = cut.pass;
    this.#draft = draftRelease(job, cut.pass.files, cut.pass.chunks);
    if (job.record === 'code' && this.#draft.chunks.count > MAX_CODE_CHUNKS)
      throw tooManyForCode(this.#draft);
    this.#origin = new Origin(tree, this.#draft, cut.pass.indexes);
  }

  async dryRun(): Promise<Published> {
    const chosen = await this.#choose(null);
    const quote = await this.#ports.registry.quote(this.#request(chosen.version), this.#options);
    await this.#placement.abort();
    return this.#result(chosen.version, null, quote);
  }

  async publish(publication: Publication): Promise<Published> {
    await this.#writeDraft();
    this.#takenBack = await lookAfter(this.#ports, this.#options);
    for (let begun = publication.version; ; begun = null) {
      try {
        return await this.#publishAs(await this.#choose(begun), publication);
      } catch (error) {
        if (!(error instanceof TransactionError) || error.code !== 'VERSION_EXISTS') throw error;
        // Another publisher took the number between our look and our transaction: the next one is ours.
        if (this.#job.version === null) continue;
        // It stays taken, and where nothing was sent, no later run finds anything to finish.
        const sent = await publication.log.all(this.#options);
        if (sent.length === 0) await publication.finish(this.#options);
        throw error;
      }
    }
  }

  async #publishAs(chosen: ChosenVersion, publication: Publication): Promise<Published> {
    const release = this.#blocksOf(chosen.version);
    await publication.record({ version: chosen.version, manifest: release.manifest }, this.#options);
    note(this.#options, 'debug', `version ${chosen.version}, manifest ${release.manifest}`);
    await this.#place(release, chosen);
    return this.#register(chosen.version, publication);
  }

  /** UnixFS nodes and index: what every version of this content shares. */
  async #writeDraft(): Promise<void> {
    for (const node of this.#draft.nodes) await this.#placement.put(node, this.#options, true);
    for (const block of this.#draft.index()) await this.#placement.put(block, this.#options);
    await this.#placement.seal(this.#options);
    note(this.#options, 'debug', `sealed ${this.#draft.chunks.count} chunks and their index`);
  }

  /** Manifest, protect, read-back: after this every required store holds the release. */
  async #place(release: VersionBlocks, { published }: ChosenVersion): Promise<void> {
    const { engine, stores } = this.#ports;
    const manifest = await Placement.open(stores, this.#options);
    try {
      for (const block of release.blocks) await manifest.put(block, this.#options);
      await manifest.seal(this.#options);
    } catch (error) {
      await manifest.abort();
      throw error;
    }
    const blocksOf = (digests: readonly Digest[]) => this.#origin.blocks(digests, release);
    const bytesOf = (digest: Digest) => this.#origin.bytes(digest, release);
    const metadata = new Set([...this.#draft.indexDigests, ...release.blocks.map((block) => block.digest)]);
    const full = published || this.#job.readBack === 'full';
    for (const placed of this.#placement.stores) {
      const blocks = allDigests(this.#draft, release, placed.store.carriesUnixFs);
      await protect(placed, release.manifest, blocks, blocksOf, this.#options);
      note(this.#options, 'debug', `${placed.store.name} protects ${blocks.count} blocks`);
      this.#healed += await readBack(engine, placed, { full, metadata, bytesOf }, this.#options);
    }
  }

  async #register(version: Version, publication: Publication): Promise<Published> {
    const request = this.#request(version);
    const quote = await this.#ports.registry.quote(request, this.#options);
    note(
      this.#options,
      'debug',
      `${quote.transactions} transactions, ${quote.gas} gas, ${quote.chunksKnown} chunks known on chain`,
    );
    const { confirm } = this.#job;
    if (confirm !== undefined && quote.transactions > 0 && !(await confirm(quote))) throw declined(request);
    const maxFeePerGas = confirm === undefined ? undefined : quote.maxFeePerGas;
    await this.#recall(request, publication);
    const receipt = await this.#ports.registry.publish(request, publication.log, {
      ...this.#options,
      maxFeePerGas,
    });
    await watch(this.#ports, request, await publication.log.all(this.#options), this.#options);
    await publication.finish(this.#options);
    note(
      this.#options,
      'debug',
      `registered in ${receipt.transactions} transactions, ${receipt.gasUsed} gas`,
    );
    return this.#result(version, receipt, quote);
  }

  /** What the chain has taken back is sent again by the transactions that were signed for it. */
  async #recall({ model, version, manifest }: PublishRequest, { log }: Publication): Promise<void> {
    const logged = new Set(await log.all(this.#options));
    for (const row of this.#takenBack) {
      if (row.model !== model || row.version !== version || row.manifest !== manifest) continue;
      for (const signed of row.signed) if (!logged.has(signed)) await log.append(signed, this.#options);
    }
  }

  /** Encoded once a version: a manifest may take a megabyte, its file list 16. */
  #blocksOf(version: Version): VersionBlocks {
    const known = this.#versions.get(version) ?? blocksOfVersion(this.#draft, version);
    this.#versions.set(version, known);
    return known;
  }

  #choose(begun: Version | null): Promise<ChosenVersion> {
    const { model, version: label, channels } = this.#job;
    const manifestOf = (version: Version) => this.#blocksOf(version).manifest;
    return chooseVersion(this.#ports.registry, { model, label, begun, channels, manifestOf }, this.#options);
  }

  #request(version: Version): PublishRequest {
    const { chunks, chunkRoot, bytes } = this.#draft;
    return {
      model: this.#job.model,
      version,
      manifest: this.#blocksOf(version).manifest,
      chunkRoot,
      digests: chunks.digests,
      bytes,
      mode: this.#job.record ?? usualMode(chunks.count),
      channels: this.#job.channels,
      base: this.#job.base,
    };
  }

  #result(version: Version, receipt: PublishReceipt | null, quote: PublishQuote): Published {
    const { model, content, chunkRoot, files, chunks, bytes } = this.#draft;
    return {
      model,
      version,
      manifest: this.#blocksOf(version).manifest,
      content,
      chunkRoot,
      files: files.length,
      chunks: chunks.count,
      bytes,
      newChunks: this.#pass.newChunks,
      newBytes: this.#pass.newBytes,
      healed: this.#healed,
      stores: this.#ports.stores.map((store) => store.name),
      transactions: receipt?.transactions ?? 0,
      gasUsed: receipt?.gasUsed ?? 0n,
      quote,
      published: receipt !== null,
    };
  }
}

function tooManyForCode({ chunks }: Draft): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `a release whose digests are kept in code must have at most ${MAX_CODE_CHUNKS} chunks`,
    was: `this one has ${chunks.count}`,
    next: 'store it with --record logged or --record root',
  });
}

function declined({ model, version }: PublishRequest): PolicyError {
  return new PolicyError('COST_DECLINED', {
    should: `the cost of publishing ${model}@${version} must be agreed to`,
    was: 'it was declined; the chunks are stored, nothing was sent',
    next: 'run the same command with --yes, or with --record root for the smallest cost',
  });
}
