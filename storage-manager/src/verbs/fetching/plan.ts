import { constants } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import type { ManifestFile } from '../../format/manifest.ts';
import type { ReleaseContent } from '../../format/release.ts';
import { chunksOf, type FileChunk } from '../file-chunks.ts';
import { Meter } from '../meter.ts';
import { OpenFile } from '../open-file.ts';
import type { JobOptions } from '../ports.ts';

/** A file on this disk that may hold, at the same offsets, chunks of one file of the release. */
export interface Candidate {
  readonly path: string;
  readonly file: ManifestFile;
}

/** Never waits at a pipe, never follows a link: such things are no candidates. */
export const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Hashes what lies at the places of the release's chunks, and says which chunks are right. Bookkeeping of an earlier
 * run is not believed, so it need not exist.
 * @returns one flag a chunk
 */
export async function rightChunks(
  engine: Engine,
  content: ReleaseContent,
  candidates: readonly Candidate[],
  options: JobOptions,
): Promise<Uint8Array> {
  const right = new Uint8Array(content.chunks.count);
  const total = candidates.reduce((sum, { file }) => sum + file.size, 0);
  const meter = new Meter('plan', total, options);
  await forEachSlot(
    engine,
    placesOf(candidates, content),
    async ({ chunk, open }, slot) => {
      open.use();
      try {
        const bytes = slot.bytes.subarray(0, chunk.length);
        if ((await open.read(bytes, chunk.offset)) < chunk.length) return;
        if ((await engine.pool.hash(slot, chunk.length)) === chunk.digest) right[chunk.index] = 1;
        meter.add(chunk.length, right[chunk.index] === 1);
      } finally {
        await open.done();
      }
    },
    options,
  );
  return right;
}

async function* placesOf(
  candidates: readonly Candidate[],
  content: ReleaseContent,
): AsyncIterable<{ chunk: FileChunk; open: OpenFile }> {
  for (const { path, file } of candidates) {
    const open = await OpenFile.open(path, READ_ONLY).catch(() => null);
    if (open === null) continue;
    try {
      for (const chunk of chunksOf(file, content)) yield { chunk, open };
    } finally {
      await open.done();
    }
  }
}

/** Files that stand at `path`, regular and not empty, of those the release names. */
export async function candidatesIn(
  files: readonly ManifestFile[],
  pathOf: (file: ManifestFile) => string,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const file of files) {
    const path = pathOf(file);
    const there = await lstat(path).catch(() => null);
    if (there?.isFile() && there.size > 0) found.push({ path, file });
  }
  return found;
}
