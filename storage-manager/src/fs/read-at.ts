import type { FileHandle } from 'node:fs/promises';

/** Fills `into` from `position` on. @returns bytes read, fewer only where the file ends */
export async function readAt(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
