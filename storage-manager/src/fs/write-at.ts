import type { FileHandle } from 'node:fs/promises';

/** Writes all of `bytes` at `position`. A write may be short (a signal, a disk that fills up): it goes on where it stopped. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}
