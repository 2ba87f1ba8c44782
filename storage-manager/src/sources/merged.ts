import type { Digest } from '../ids/digest.ts';
import type { ChunkSource } from '../interfaces.ts';
import { orAborted } from '../or-aborted.ts';
import { isAboutThisSource } from './attempts.ts';
import { type ReadOne, readBlock, sideBySide } from './side-by-side.ts';

/** A read under way. */
interface Flight {
  /** Buffers of those who wait for the same block. */
  readonly followers: Set<Uint8Array>;
  readonly room: number;
  readonly landed: Promise<number>;
}

/**
 * Carries a block once that several ask for at the same time: it is copied into the buffers of the others, before the
 * first has its own back and may fill it with something else. Where the first gives up, the others ask for themselves.
 */
export function merged(source: ChunkSource): ChunkSource {
  const flights = new Map<Digest, Flight>();

  const lead: ReadOne = (digest, into, options) => {
    const followers = new Set<Uint8Array>();
    // Nobody joins a flight that has landed: the copies are made in the same turn.
    const landed = readBlock(source, digest, into, options).then(
      (length) => {
        flights.delete(digest);
        for (const follower of followers) follower.set(into.subarray(0, length));
        return length;
      },
      (error: unknown) => {
        flights.delete(digest);
        throw error;
      },
    );
    flights.set(digest, { followers, room: into.byteLength, landed });
    return landed;
  };

  const readOne: ReadOne = async (digest, into, options) => {
    const flight = flights.get(digest);
    if (flight === undefined) return lead(digest, into, options);
    if (into.byteLength < flight.room) return readBlock(source, digest, into, options);
    flight.followers.add(into);
    try {
      return await orAborted(flight.landed, options.signal);
    } catch (error) {
      flight.followers.delete(into);
      options.signal?.throwIfAborted();
      if (isAboutThisSource(error)) throw error;
      return readOne(digest, into, options);
    }
  };

  return {
    name: source.name,
    has: (digests, options) => source.has(digests, options),
    read: sideBySide(readOne),
  };
}
