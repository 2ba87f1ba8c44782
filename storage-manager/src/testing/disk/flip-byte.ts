import { open } from 'node:fs/promises';

/** Inverts one byte of a file. @param position negative: from the end */
export async function flipByte(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const at = position < 0 ? (await file.stat()).size + position : position;
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0]! ^= 0xff;
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
}
