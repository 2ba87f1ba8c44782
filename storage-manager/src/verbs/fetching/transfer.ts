import { forEachSlot } from '../../engine/loop.ts';
import { CorruptError } from '../../errors.ts';
import { type JobOptions, Meter } from '../../events.ts';
import { unwrap } from '../../format/unixfs/wrapping.ts';
import { OpenFile } from '../../fs/open-file.ts';
import { chunksOf, chunkText, type FileChunk } from '../reading/file-chunks.ts';
import { readVerified, type Sources } from '../reading/verified-read.ts';
import type { Destination } from './destination.ts';
import type { TreeContent } from './tree-content.ts';

/** A partial folder and what is in it. */
export interface Begun {
  readonly destination: Destination;
  /** One flag a chunk: it lies right there already. */
  readonly inPlace: Uint8Array;
}

/**
 * The fetcher's short loop: each chunk that is not in place comes proven from a source, and is only then written to
 * its place in the partial folder. Each file is synced once its last chunk is written.
 */
export async function transfer(
  sources: Sources,
  content: TreeContent,
  begun: Begun,
  options: JobOptions,
): Promise<void> {
  const meter = new Meter('fetch', content.bytes, options);
  await forEachSlot(
    sources.engine,
    missingChunks(content, begun, meter),
    async ({ chunk, open }, slot, signal) => {
      open.use();
      let failed = true;
      try {
        const wanted = {
          digest: chunk.digest,
          kind: 'chunk',
          what: chunkText(content.name, chunk),
        } as const;
        const length = await readVerified(sources, wanted, slot, { signal });
        const bytes = unwrap(slot.bytes.subarray(0, length), chunk.length, content.wrappingsOf(chunk.index));
        if (bytes === null) throw otherSize(wanted.what, chunk, length);
        await open.write(bytes, chunk.offset);
        meter.add(chunk.length);
        failed = false;
      } finally {
        await open.done(failed);
      }
    },
    options,
  );
}

/** The chunks to fetch, each with its file: created at full size, empty files too, and cut to size where it was longer. */
async function* missingChunks(
  content: TreeContent,
  { destination, inPlace }: Begun,
  meter: Meter,
): AsyncIterable<{ chunk: FileChunk; open: OpenFile }> {
  for (const file of content.files) {
    const open = await OpenFile.create(destination.partialPath(file.path), file.size);
    let failed = true;
    try {
      for (const chunk of chunksOf(file, content)) {
        if (inPlace[chunk.index] === 1) meter.add(chunk.length, true);
        else yield { chunk, open };
      }
      failed = false;
    } finally {
      await open.done(failed);
    }
  }
}

/** The block is the right one: whoever described it has not told the truth, and no other source can help. */
function otherSize(what: string, chunk: FileChunk, was: number): CorruptError {
  return new CorruptError('RELEASE_MISMATCH', {
    should: `${what} must carry ${chunk.length} bytes of the file, as its parent says`,
    was: `block ${chunk.digest} has ${was} bytes and does not`,
    next: 'do not use it; tell its publisher',
  });
}
