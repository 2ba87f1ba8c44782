import { addAbortSignal, type Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import { type JobOptions, Meter } from '../events.ts';
import { writePieces } from '../fs/new-file.ts';
import { freeBytes, requireRoom } from '../fs/room.ts';
import { MiB } from '../limits.ts';

/** How often the disk is asked for its room while nobody knows how much will come. */
const LOOK_BYTES = 64 * MiB;

/** What every received file has, so that a rerun finds the same tree. */
const NO_TIME = new Date(0);

/**
 * Writes all that a stream brings into a new file, and ends the stream where that fails.
 * @throws UsageError `SOURCE_UNREADABLE` where it brings nothing, or breaks; ResourceError `DISK_FULL`
 */
export async function receive(
  stream: Readable,
  file: string,
  folder: string,
  options: JobOptions,
): Promise<void> {
  const { signal } = options;
  if (signal !== undefined) addAbortSignal(signal, stream);
  const meter = new Meter('receive', null, options);
  let bytes = 0;
  let room = 0;
  const fitting = async function* () {
    for await (const piece of piecesOf(stream, signal)) {
      if (bytes + piece.length > room) {
        requireRoom(folder, piece.length, await freeBytes(folder));
        room = bytes + LOOK_BYTES;
      }
      yield piece;
      bytes += piece.length;
      meter.add(piece.length);
    }
  };
  try {
    await writePieces(file, fitting(), { time: NO_TIME });
  } finally {
    stream.destroy();
  }
  if (bytes === 0) throw nothing();
}

async function* piecesOf(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  } catch (error) {
    signal?.throwIfAborted();
    throw new UsageError('SOURCE_UNREADABLE', {
      should: 'the stream must be readable to its end',
      was: error instanceof Error ? error.message : String(error),
      next: 'check what writes to it, then run the same command again',
      cause: error,
    });
  }
}

function nothing(): UsageError {
  return new UsageError('SOURCE_UNREADABLE', {
    should: 'the stream must bring at least one byte',
    was: 'it ended at once',
    next: 'check the command that writes to it: it may have failed',
  });
}
