import { open } from 'node:fs/promises';
import type { Digest } from '../../src/ids/digest.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { readPackTable } from '../../src/stores/disk/pack-file.ts';

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

/** Inverts one byte of a block in every pack that holds it. */
export async function flipBlock(folder: string, digest: Digest): Promise<void> {
  const layout = new Layout(folder);
  for (const number of await layout.packNumbers()) {
    const entry = (await readPackTable(layout, number)).find((held) => held.digest === digest);
    if (entry !== undefined) await flipByte(layout.pack(number), entry.offset + (entry.length >> 1));
  }
}
