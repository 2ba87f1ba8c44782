import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Session } from '../session.ts';

/**
 * SHA-256 of a file that explains a change: what the chain keeps of it.
 * @throws UsageError `SOURCE_UNREADABLE`
 */
export async function reportDigest(
  { engine, call }: Pick<Session, 'engine' | 'call'>,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash, { signal: call.signal });
  } catch (cause) {
    call.signal.throwIfAborted();
    throw new engine.UsageError('SOURCE_UNREADABLE', {
      should: `the report ${file} must be a file that can be read`,
      was: cause instanceof Error ? cause.message : String(cause),
      next: 'name the file that explains the change',
      cause,
    });
  }
  return hash.digest('hex');
}
