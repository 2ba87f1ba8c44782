import type { Publication } from '../../engine/journal.ts';
import { PolicyError, TransactionError } from '../../errors.ts';
import type { TreeFile } from '../../fs/tree.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Version } from '../../ids/reference.ts';
import type { PublishQuote, PublishReceipt, PublishRequest } from '../../interfaces.ts';
import { MAX_LOGGED_SEGMENTS, SEGMENT_CHUNKS } from '../../limits.ts';
import type { JobOptions, Ports } from '../ports.ts';
import type { ChunkPass } from './chunk-pass.ts';
import { allDigests, blocksOfVersion, type Draft, draftRelease, type VersionBlocks } from './draft.ts';
import type { Published, PublishJob } from './job.ts';
import { Origin } from './origin.ts';
import { Placement, protect } from './placement.ts';
import { readBack } from './read-back.ts';
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
  #healed = 0;

  constructor(ports: Ports, job: PublishJob, tree: readonly TreeFile[], cut: CutTree, options: JobOptions) {
    this.#ports = ports;
    this.#job = job;
    this.#options = options;
    this.#placement = cut.placement;
    this.#pass = cut.pass;
    this.#draft = draftRelease(job.model, job.meta, cut.pass.files, cut.pass.chunks);
    this.#origin = new Origin(tree, this.#draft, cut.pass.first);
  }

  async dryRun(): Promise<Published> {
    const chosen = await this.#choose(null);
    const quote = chosen.published
      ? null
      : await this.#ports.registry.quote(this.#request(chosen.version), this.#options);
    await this.#placement.abort();
    return this.#result(chosen.version, null, quote);
  }

  async publish(publication: Publication): Promise<Published> {
    await this.#writeDraft();
    for (let begun = publication.version; ; begun = null) {
      const chosen = await this.#choose(begun);
      const release = blocksOfVersion(this.#draft, chosen.version);
      publication.record({ version: chosen.version, manifest: release.manifest });
      await this.#place(release, chosen);
      try {
        return await this.#register(chosen, publication);
      } catch (error) {
        // Another publisher took the number between our look and our transaction: the next one is ours.
        const taken = error instanceof TransactionError && error.code === 'VERSION_EXISTS';
        if (!taken || this.#job.version !== null) throw error;
      }
    }
  }

  /** UnixFS nodes and index: what every version of this content shares. */
  async #writeDraft(): Promise<void> {
    for (const node of this.#draft.nodes) await this.#placement.put(node, this.#options, true);
    for (const block of this.#draft.index()) await this.#placement.put(block, this.#options);
    await this.#placement.seal(this.#options);
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
    const bytesOf = (digest: Digest) => this.#origin.bytes(digest, release);
    const metadata = [...this.#draft.indexDigests, ...release.blocks.map((block) => block.digest)];
    const full = published || this.#job.readBack === 'full';
    for (const placed of this.#placement.stores) {
      const blocks = allDigests(this.#draft, release, placed.store.carriesUnixFs);
      await protect(placed.store, release.manifest, blocks, bytesOf, this.#options);
      this.#healed += await readBack(engine, placed, { full, metadata, bytesOf }, this.#options);
    }
  }

  async #register({ version, published }: ChosenVersion, publication: Publication): Promise<Published> {
    const request = this.#request(version);
    const quote = published ? null : await this.#ports.registry.quote(request, this.#options);
    if (quote !== null && this.#job.confirm !== undefined && !(await this.#job.confirm(quote)))
      throw declined(request);
    const receipt = await this.#ports.registry.publish(request, publication.log, this.#options);
    publication.finish();
    return this.#result(version, receipt, quote);
  }

  #choose(begun: Version | null): Promise<ChosenVersion> {
    const { model, version: label, channel } = this.#job;
    const manifestOf = (version: Version) => blocksOfVersion(this.#draft, version).manifest;
    return chooseVersion(this.#ports.registry, { model, label, begun, channel, manifestOf }, this.#options);
  }

  #request(version: Version): PublishRequest {
    const { chunks, chunkRoot, bytes } = this.#draft;
    const segments = Math.ceil(chunks.count / SEGMENT_CHUNKS);
    return {
      model: this.#job.model,
      version,
      manifest: blocksOfVersion(this.#draft, version).manifest,
      chunkRoot,
      digests: chunks.digests,
      bytes,
      mode: this.#job.record ?? (segments <= MAX_LOGGED_SEGMENTS ? 'logged' : 'root'),
      channel: this.#job.channel,
    };
  }

  #result(version: Version, receipt: PublishReceipt | null, quote: PublishQuote | null): Published {
    const { model, content, chunkRoot, files, chunks, bytes } = this.#draft;
    return {
      model,
      version,
      manifest: blocksOfVersion(this.#draft, version).manifest,
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

function declined({ model, version }: PublishRequest): PolicyError {
  return new PolicyError('COST_DECLINED', {
    should: `the cost of publishing ${model}@${version} must be agreed to`,
    was: 'it was declined; the chunks are stored, nothing was sent',
    next: 'run the same command with --yes, or with --record root for the smallest cost',
  });
}
