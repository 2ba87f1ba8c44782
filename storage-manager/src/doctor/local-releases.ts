import { randomInt } from 'node:crypto';
import { BallastError, type ErrorCode } from '../errors.ts';
import { ChunkList } from '../format/chunk-list.ts';
import { readIndexBlock } from '../format/index-blocks.ts';
import { readManifest } from '../format/manifest/read.ts';
import { type MetadataKind, openManifestBlock, provenBytes } from '../format/metadata-block.ts';
import { type Digest, digestOf } from '../ids/digest.ts';
import type { ChunkSource } from '../interfaces.ts';
import { INDEX_BLOCK_ENTRIES, MAX_STORED_CHUNK_BYTES } from '../limits.ts';
import { blockCorrupt, blockMissing } from '../stores/block-errors.ts';
import { randomSample } from '../verbs/reading/random-sample.ts';
import { type Finding, fail } from './check.ts';

/** A look, not an audit. No release is begun after this time, which leaves the last one the rest of a check's. */
const RELEASES = 32;
const CHUNKS_READ = 4;
const LOOK_MS = 4_000;

/**
 * Asks the store for what its releases need: manifest and index whole, the chunks that one part of the index lists, and
 * some of these read back.
 * @returns what is wrong; null where all that was looked at is right
 */
export async function releasesFinding(
  store: ChunkSource,
  roots: readonly Digest[],
  signal: AbortSignal,
): Promise<Finding | null> {
  const begun = performance.now();
  const broken: { name: string; code: ErrorCode; message: string }[] = [];
  for (const place of randomSample(RELEASES, roots.length)) {
    if (performance.now() - begun > LOOK_MS) break;
    const release = new StoredRelease(store, roots[place] as Digest, signal);
    try {
      await release.look();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BallastError)) throw error;
      broken.push({ name: release.name, code: error.code, message: error.message });
    }
  }
  const [first] = broken;
  if (first === undefined) return null;
  const more = broken.length === 1 ? '' : `; ${broken.length - 1} more of ${roots.length} are not whole`;
  const next = `run \`ballast verify\` for it (\`ballast list\` has the names), then store its files again, which repairs it`;
  return fail(first.code, `release ${first.name} is not whole: ${first.message}${more}`, next);
}

class StoredRelease {
  /** As its manifest says, or the manifest's digest as long as that is not read. */
  name: string;
  readonly #store: ChunkSource;
  readonly #root: Digest;
  readonly #signal: AbortSignal;
  readonly #into = new Uint8Array(MAX_STORED_CHUNK_BYTES);

  constructor(store: ChunkSource, root: Digest, signal: AbortSignal) {
    this.name = `of manifest ${root}`;
    this.#store = store;
    this.#root = root;
    this.#signal = signal;
  }

  /** @throws BallastError where a block is missing or wrong */
  async look(): Promise<void> {
    const open = async (digest: Digest) => openManifestBlock(digest, await this.#proven(digest, 'manifest'));
    const { manifest } = await readManifest(await open(this.#root), open);
    this.name = `${manifest.model}@${manifest.version}`;
    const { count, index } = manifest.chunks;
    await this.#mustHold(index);
    if (index.length === 0) return;
    const part = randomInt(index.length);
    const block = index[part] as Digest;
    const listed = Math.min(INDEX_BLOCK_ENTRIES, count - part * INDEX_BLOCK_ENTRIES);
    const chunks = new ChunkList(listed);
    readIndexBlock(block, await this.#proven(block, 'index'), listed, chunks);
    await this.#mustHold([...chunks.digests]);
    for (const place of randomSample(CHUNKS_READ, chunks.count)) await this.#readBack(chunks.digestAt(place));
  }

  async #mustHold(digests: readonly Digest[]): Promise<void> {
    const held = await this.#store.has(digests, { signal: this.#signal });
    const absent = held.indexOf(false);
    if (absent >= 0) throw blockMissing(this.#store.name, digests[absent] as Digest);
  }

  async #proven(digest: Digest, kind: MetadataKind): Promise<Uint8Array> {
    return provenBytes(digest, (await this.#read(digest)).slice(), kind);
  }

  async #readBack(digest: Digest): Promise<void> {
    const actual = digestOf(await this.#read(digest));
    if (actual !== digest) throw blockCorrupt(this.#store.name, digest, `it reads back as ${actual}`);
  }

  async #read(digest: Digest): Promise<Uint8Array> {
    const [length] = await this.#store.read([digest], [this.#into], { signal: this.#signal });
    return this.#into.subarray(0, length);
  }
}
