import type { RecordMode } from '../../interfaces.ts';
import { MAX_LOGGED_SEGMENTS, SEGMENT_CHUNKS } from '../../limits.ts';

/** Where digests go unless the publisher says so: onto the chain, up to 64 GiB; of larger models only their root. */
export function usualMode(chunks: number): RecordMode {
  return chunks <= MAX_LOGGED_SEGMENTS * SEGMENT_CHUNKS ? 'logged' : 'root';
}
