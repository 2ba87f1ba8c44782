import { constants } from 'node:fs';
import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { chunksOf, chunkText, type FileChunk } from '../file-chunks.ts';
import { Meter } from '../meter.ts';
import { OpenFile } from '../open-file.ts';
import type { JobOptions } from '../ports.ts';
import { readVerified } from '../verified-read.ts';
import type { Destination } from './destination.ts';

const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * The fetcher's short loop: each chunk that is not in place is read from a source, hashed, and only then written to
 * its place in the partial folder. Each file is synced once its last chunk is written.
 * @param inPlace one flag a chunk: it lies right in the partial folder already
 * @returns bytes read from each source, by name
 */
export async function transfer(
  engine: Engine,
  sources: readonly ChunkSource[],
  content: ReleaseContent,
  destination: Destination,
  inPlace: Uint8Array,
  options: JobOptions,
): Promise<ReadonlyMap<string, number>> {
  const bySource = new Map(sources.map(({ name }) => [name, 0]));
  const meter = new Meter('fetch', content.manifest.bytes, options);
  await forEachSlot(
    engine,
    missingChunks(content, destination, inPlace, meter),
    async ({ chunk, open }, slot, signal) => {
      open.use();
      let failed = true;
      try {
        const wanted = {
          digest: chunk.digest,
          kind: 'chunk',
          what: chunkText(content.manifest, chunk),
        } as const;
        const { source, length } = await readVerified(engine, sources, wanted, slot, { signal });
        await open.write(slot.bytes.subarray(0, length), chunk.offset);
        bySource.set(source.name, (bySource.get(source.name) ?? 0) + length);
        meter.add(length);
        failed = false;
      } finally {
        await open.done(failed);
      }
    },
    options,
  );
  return bySource;
}

/** The chunks to fetch, each with its file: created at full size, empty files too, and cut to size where it was longer. */
async function* missingChunks(
  content: ReleaseContent,
  destination: Destination,
  inPlace: Uint8Array,
  meter: Meter,
): AsyncIterable<{ chunk: FileChunk; open: OpenFile }> {
  for (const file of content.manifest.files) {
    const open = await OpenFile.open(destination.partialPath(file.path), CREATE, ({ handle }) =>
      handle.datasync(),
    );
    let failed = true;
    try {
      await open.resize(file.size);
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
