import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const WINDOW_BYTES = 16 << 20;

/** Bytes `offset` to `offset + size` of a file. */
export async function readPart(file: string, offset: number, size: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const part = Buffer.alloc(size);
    const { bytesRead } = await handle.read(part, 0, size, offset);
    return part.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Flips one bit in the middle of a block, as a worn disk would: the block is looked for by its bytes in all files under
 * the folder, since this is nothing that a store offers.
 */
export async function flipByte(folder: string, block: Buffer): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && (await flipIn(join(entry.parentPath, entry.name), block))) return;
  }
  throw new Error(`no file under ${folder} holds the block`);
}

async function flipIn(file: string, block: Buffer): Promise<boolean> {
  const handle = await open(file, 'r+');
  try {
    const window = Buffer.alloc(WINDOW_BYTES + block.byteLength);
    for (let start = 0; ; start += WINDOW_BYTES) {
      const { bytesRead } = await handle.read(window, 0, window.byteLength, start);
      const at = window.subarray(0, bytesRead).indexOf(block);
      if (at >= 0) {
        const middle = at + (block.byteLength >> 1);
        await handle.write(Buffer.of(window[middle]! ^ 1), 0, 1, start + middle);
        return true;
      }
      if (bytesRead < window.byteLength) return false;
    }
  } finally {
    await handle.close();
  }
}
