import type { Digest } from '../../src/ids/digest.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { readPackTable } from '../../src/stores/disk/pack-file.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';

/** Inverts one byte of a block in every pack that holds it. */
export async function flipBlock(folder: string, digest: Digest): Promise<void> {
  const layout = new Layout(folder);
  for (const number of await layout.packNumbers()) {
    const entry = (await readPackTable(layout, number)).find((held) => held.digest === digest);
    if (entry !== undefined) await flipByte(layout.pack(number), entry.offset + (entry.length >> 1));
  }
}
