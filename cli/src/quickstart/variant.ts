import { constants } from 'node:fs';
import { chmod, cp, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Copies the user's file or folder and changes 5 % of its largest file, in one piece, as a fine-tune would. */
export async function writeVariant(path: string, copy: string): Promise<void> {
  const single = (await stat(path)).isFile();
  const target = single ? join(copy, basename(path)) : copy;
  await cp(path, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const { file, size } = single ? { file: target, size: (await stat(target)).size } : await largestFile(copy);
  const length = Math.ceil(size / 20);
  // A copy keeps the mode, and nobody but root writes to what may only be read.
  await chmod(file, 0o600);
  const handle = await open(file, 'r+');
  try {
    await invert(handle, Math.floor((size - length) / 2), length);
  } finally {
    await handle.close();
  }
}

async function invert(
  handle: Awaited<ReturnType<typeof open>>,
  start: number,
  length: number,
): Promise<void> {
  const piece = Buffer.alloc(1 << 20);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, length - done), start + done);
    if (bytesRead === 0) return;
    for (let at = 0; at < bytesRead; at += 1) piece[at]! ^= 0xff;
    await handle.write(piece, 0, bytesRead, start + done);
    done += bytesRead;
  }
}

async function largestFile(folder: string): Promise<{ file: string; size: number }> {
  let largest = { file: folder, size: -1 };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { size } = await stat(file);
    if (size > largest.size) largest = { file, size };
  }
  return largest;
}
