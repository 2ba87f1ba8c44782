import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import type { BallastError } from '../../errors.ts';
import type { JobOptions, Meter } from '../../events.ts';
import type { ManifestFile } from '../../format/manifest/encode.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { Digest } from '../../ids/digest.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { isAboutThisSource } from '../../sources/attempts.ts';
import { readBlock } from '../../sources/side-by-side.ts';
import { verified } from '../../sources/verified.ts';
import { chunksOf, type FileChunk } from '../reading/file-chunks.ts';
import type { FileDigest } from '../reading/file-digest.ts';
import type { BlockKind } from '../reading/verified-read.ts';

export type Reason = 'missing' | 'corrupt' | 'unreachable';

/** A block that a store should hold and does not, or holds wrong. */
export interface BadBlock {
  readonly kind: BlockKind;
  /** Of the chunk; null for metadata. */
  readonly index: number | null;
  readonly digest: Digest;
  readonly file: string | null;
  readonly offset: number | null;
  /** Bytes of the chunk in its file; null for metadata. */
  readonly length: number | null;
  readonly store: string;
  readonly reason: Reason;
}

export interface StoreReport {
  readonly name: string;
  readonly checked: number;
  readonly missing: number;
  readonly corrupt: number;
}

/** A block to check, and where it belongs. */
export interface Place {
  readonly kind: BlockKind;
  readonly digest: Digest;
  readonly chunk: FileChunk<ManifestFile> | null;
}

/** Every metadata block, then the chunks: all of them, or those of `wanted` (rising indexes). */
export function* placesOf(content: ReleaseContent, wanted: readonly number[] | null): Iterable<Place> {
  const { manifest } = content;
  const index = new Set(manifest.chunks.index);
  for (const digest of content.metadata) {
    const kind = index.has(digest) ? 'index' : 'manifest';
    yield { kind, digest, chunk: null };
  }
  const only = wanted === null ? null : new Set(wanted);
  for (const file of manifest.files) {
    for (const chunk of chunksOf(file, content)) {
      if (only?.has(chunk.index) === false) continue;
      yield { kind: 'chunk', digest: chunk.digest, chunk };
    }
  }
}

export interface Checking {
  readonly places: Iterable<Place>;
  readonly meter: Meter;
  /** Takes the chunks of the files whose own digest is asked for. */
  readonly digests: ReadonlyMap<ManifestFile, FileDigest>;
}

/** Reads and hashes each block from one store. A store that can't be reached is asked no further. */
export async function checkBlocks(
  engine: Engine,
  store: ChunkSource,
  { places, meter, digests }: Checking,
  options: JobOptions,
): Promise<{ report: StoreReport; bad: readonly BadBlock[] }> {
  const proven = verified(store, engine.pool);
  const bad: BadBlock[] = [];
  let checked = 0;
  let reachable = true;
  const untilUnreachable = function* () {
    for (const place of places) {
      if (!reachable) return;
      yield place;
    }
  };
  await forEachSlot(
    engine,
    untilUnreachable(),
    async (place, slot, signal) => {
      const { kind, digest, chunk } = place;
      const whole = chunk === null ? undefined : digests.get(chunk.file);
      let length = 0;
      try {
        length = await readBlock(proven, digest, slot.bytes, { signal });
        meter.add(length);
        checked += 1;
      } catch (error) {
        if (!isAboutThisSource(error)) throw error;
        const reason = reasonOf(error);
        if (reason === 'unreachable') reachable = false;
        else checked += 1;
        bad.push({ kind, digest, store: store.name, reason, ...placeOf(chunk) });
        whole?.drop();
        return;
      }
      if (chunk !== null) await whole?.update(chunk.offset, slot, length, signal);
    },
    options,
  );
  const count = (reason: Reason) => bad.filter((entry) => entry.reason === reason).length;
  return { report: { name: store.name, checked, missing: count('missing'), corrupt: count('corrupt') }, bad };
}

function placeOf(chunk: FileChunk | null): Pick<BadBlock, 'index' | 'file' | 'offset' | 'length'> {
  if (chunk === null) return { index: null, file: null, offset: null, length: null };
  return { index: chunk.index, file: chunk.file.path, offset: chunk.offset, length: chunk.length };
}

export function reasonOf(error: BallastError): Reason {
  if (error.kind === 'missing') return 'missing';
  return error.kind === 'corrupt' ? 'corrupt' : 'unreachable';
}
