import type { Digest } from './ids/digest.ts';
import type { CallOptions, ChunkSource } from './interfaces.ts';

/**
 * Keeps copies, and may forget each at any time. Many processes use one at once. Of the errors of a call, those that tell
 * of the machine (ResourceError, BusyError) mean that the cache is of no use now; a job goes on without it.
 */
export interface ChunkCache extends ChunkSource {
  /**
   * Asks for the right to bring a block, so that one process alone brings it. Ask the cache for the block again before it
   * is brought: it may have come meanwhile.
   * @returns null: somebody who lives has it
   */
  claim(digest: Digest, options?: CallOptions): Promise<CacheClaim | null>;

  /** Removes what lies under the digest: it was found wrong. */
  forget(digest: Digest): Promise<void>;
}

/** The right to bring one block. It ends with `keep` or `release`, and with the process. */
export interface CacheClaim {
  /** @param bytes hash to the digest @param leave so many bytes stay free, beside a reserve; else `DISK_FULL` */
  keep(bytes: Uint8Array, leave: number): Promise<void>;
  release(): Promise<void>;
}
