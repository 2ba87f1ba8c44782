import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import type { Slot } from '../../engine/slots.ts';
import { ResourceError } from '../../errors.ts';
import { type JobOptions, Meter, note } from '../../events.ts';
import { ChunkList } from '../../format/chunk-list.ts';
import type { ManifestFile } from '../../format/manifest/encode.ts';
import { sourceChanged } from '../../fs/errors.ts';
import { OpenFile } from '../../fs/open-file.ts';
import { sourceError, type TreeFile } from '../../fs/tree.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { ChunkerName } from '../../interfaces.ts';
import { FileDigest } from '../reading/file-digest.ts';
import { type Cut, cutsOf, planCuts } from './cuts.ts';
import type { Placement } from './placement.ts';

export interface ChunkPass {
  readonly files: readonly ManifestFile[];
  readonly chunks: ChunkList;
  /** Digest of each distinct chunk → an index at which it stands. */
  readonly indexes: DigestMap;
  /** Distinct chunks, and their bytes, that at least one required store did not have. */
  readonly newChunks: number;
  readonly newBytes: number;
}

export interface ChunkPassOptions extends JobOptions {
  readonly chunker?: ChunkerName | undefined;
  readonly fileDigests: boolean;
  /** Hash and count only. */
  readonly dryRun: boolean;
}

interface Task extends Cut {
  readonly index: number;
  readonly file: TreeFile;
  readonly open: OpenFile;
  readonly digest: FileDigest | null;
}

/** The publisher's short loop: every file cut, every chunk hashed, the new ones written. */
export async function passChunks(
  engine: Engine,
  tree: readonly TreeFile[],
  placement: Placement,
  options: ChunkPassOptions,
): Promise<ChunkPass> {
  const total = tree.reduce((sum, file) => sum + file.size, 0);
  const meter = new Meter('publish', total, options);
  const chunks = new ChunkList();
  const inOrder = new InOrder(chunks);
  const indexes = new DigestMap();
  const files: FileResult[] = [];
  let newChunks = 0;
  let newBytes = 0;

  const store = async (
    { index, file, open, offset, length, digest: whole }: Task,
    slot: Slot,
    signal: AbortSignal,
  ) => {
    open.use();
    let failed = true;
    try {
      const bytes = slot.bytes.subarray(0, length);
      if ((await open.read(bytes, offset)) < length) throw sourceChanged(file.path, 'stored');
      const hashed = engine.pool.hash(slot.bytes.subarray(0, length));
      const [digest] = await Promise.all([hashed, whole?.update(offset, slot, length, signal)]);
      inOrder.put(index, digest, length);
      const known = indexes.has(digest);
      if (!known) indexes.set(digest, index);
      const isNew = !known && placement.lacks(digest);
      if (isNew) {
        newChunks += 1;
        newBytes += length;
      }
      if (!known && !options.dryRun) await placement.put({ digest, bytes }, { signal });
      meter.add(length, !isNew);
      failed = false;
    } finally {
      await open.done(failed);
    }
  };

  try {
    await forEachSlot(engine, tasks(engine, tree, files, options), store, options);
  } finally {
    for (const { digest } of files) digest?.drop();
  }
  return {
    files: files.map((result) => describe(result, chunks)),
    chunks,
    indexes,
    newChunks,
    newBytes,
  };
}

async function openSource(file: TreeFile, beforeClose: (file: OpenFile) => Promise<void>): Promise<OpenFile> {
  try {
    return await OpenFile.open(file.absolute, { follow: true, beforeClose });
  } catch (error) {
    throw sourceError(error instanceof ResourceError ? error.cause : error, file.absolute);
  }
}

/** Puts chunks that are done in any order into the list in theirs; what waits is never more than the slots. */
class InOrder {
  readonly #chunks: ChunkList;
  readonly #waiting = new Map<number, { digest: Digest; length: number }>();

  constructor(chunks: ChunkList) {
    this.#chunks = chunks;
  }

  put(index: number, digest: Digest, length: number): void {
    this.#waiting.set(index, { digest, length });
    for (
      let next = this.#waiting.get(this.#chunks.count);
      next;
      next = this.#waiting.get(this.#chunks.count)
    ) {
      this.#waiting.delete(this.#chunks.count);
      this.#chunks.push(next.digest, next.length);
    }
  }
}

interface FileResult {
  readonly file: TreeFile;
  readonly chunker: ChunkerName;
  readonly first: number;
  count: number;
  readonly digest: FileDigest | null;
}

/** The chunks of all files in order, each file open while its chunks are under way. */
async function* tasks(
  engine: Engine,
  tree: readonly TreeFile[],
  results: FileResult[],
  options: ChunkPassOptions,
): AsyncIterable<Task> {
  let index = 0;
  for (const file of tree) {
    const open = await openSource(file, async ({ handle }) => {
      const now = await handle.stat({ bigint: true });
      if (now.size !== BigInt(file.size) || now.mtimeNs !== file.mtimeNs)
        throw sourceChanged(file.path, 'stored');
    });
    let failed = true;
    try {
      const plan = await planCuts(file, open, options.chunker);
      if (plan.warning !== null) note(options, 'warning', plan.warning);
      const digest = options.fileDigests ? new FileDigest(engine.pool, file.size) : null;
      const result: FileResult = { file, chunker: plan.chunker, first: index, count: 0, digest };
      results.push(result);
      for (const span of plan.spans) {
        for await (const cut of cutsOf(span, file, open, engine, options)) {
          result.count += 1;
          // A one-chunk file's digest is its chunk's: nothing is hashed twice.
          yield { ...cut, index, file, open, digest: cut.length === file.size ? null : digest };
          index += 1;
        }
      }
      failed = false;
    } finally {
      await open.done(failed);
    }
  }
}

function describe({ file, chunker, first, count, digest }: FileResult, chunks: ChunkList): ManifestFile {
  const sha256 = digest === null ? null : count === 1 ? chunks.digestAt(first) : digest.sha256;
  return { path: file.path, size: file.size, chunker, first, count, sha256 };
}
