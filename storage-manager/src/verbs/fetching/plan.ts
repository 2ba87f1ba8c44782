import { lstat } from 'node:fs/promises';
import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import { type JobOptions, Meter } from '../../events.ts';
import type { Wrapping } from '../../format/unixfs/wrapping.ts';
import { OpenFile } from '../../fs/open-file.ts';
import { chunksOf, type FileChunk } from '../reading/file-chunks.ts';
import type { TreeContent, TreeFile } from './tree-content.ts';

/** A file on this disk that may hold, at the same offsets, chunks of one file of the tree. */
export interface Candidate {
  readonly path: string;
  readonly file: TreeFile;
}

/**
 * Hashes what lies at the places of the tree's chunks, and says which chunks are right. Bookkeeping of an earlier
 * run is not believed, so it need not exist.
 * @returns one flag a chunk
 */
export async function rightChunks(
  engine: Engine,
  content: TreeContent,
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
        for (const wrapping of content.wrappingsOf(chunk.index)) {
          const length = await readWrapped(open, chunk, wrapping, slot.bytes);
          if (length === null) return;
          if ((await engine.pool.hash(slot.bytes.subarray(0, length))) === chunk.digest)
            right[chunk.index] = 1;
        }
        meter.add(chunk.length, right[chunk.index] === 1);
      } finally {
        await open.done();
      }
    },
    options,
  );
  return right;
}

/** Whether each of these files is whole and right. */
export async function holdsChunks(
  engine: Engine,
  content: TreeContent,
  candidates: readonly Candidate[],
  options: JobOptions,
): Promise<boolean> {
  for (const { path, file } of candidates) {
    const there = await lstat(path).catch(() => null);
    if (there === null || !there.isFile() || there.size !== file.size) return false;
  }
  const right = await rightChunks(engine, content, candidates, options);
  return candidates.every(({ file: { first, count } }) =>
    right.subarray(first, first + count).every((flag) => flag === 1),
  );
}

/** Makes the block again that carried these bytes of the file. @returns its length; null where the file ends before */
export async function readWrapped(
  open: OpenFile,
  { offset, length }: Pick<FileChunk, 'offset' | 'length'>,
  { before, after }: Wrapping,
  into: Uint8Array,
): Promise<number | null> {
  const end = before.byteLength + length;
  if ((await open.read(into.subarray(before.byteLength, end), offset)) < length) return null;
  into.set(before);
  into.set(after, end);
  return end + after.byteLength;
}

async function* placesOf(
  candidates: readonly Candidate[],
  content: TreeContent,
): AsyncIterable<{ chunk: FileChunk; open: OpenFile }> {
  for (const { path, file } of candidates) {
    const open = await OpenFile.open(path).catch(() => null);
    if (open === null) continue;
    try {
      for (const chunk of chunksOf(file, content)) yield { chunk, open };
    } finally {
      await open.done();
    }
  }
}

/** Files that stand at `path`, regular and not empty, of those the tree names. */
export async function candidatesIn(
  files: readonly TreeFile[],
  pathOf: (file: TreeFile) => string,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const file of files) {
    const path = pathOf(file);
    const there = await lstat(path).catch(() => null);
    if (there?.isFile() && there.size > 0) found.push({ path, file });
  }
  return found;
}
