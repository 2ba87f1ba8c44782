import { hash } from 'node:crypto';
import { digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import type { Block } from '../../src/interfaces.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';

/** The two sessions of the run below: the same blocks in every run. */
export const SESSIONS: readonly (readonly Block[])[] = [
  [block(1, 10), block(2, 70_000), block(3, 90_000), block(4, 3)],
  [block(5, 500), block(6, 66_000)],
];

/** Small, so that the first session fills a pack. */
const PACK_BYTES = 100_000;

function block(seed: number, length: number): Block {
  const bytes = pageAligned(length).fill(seed);
  bytes.set(hash('sha256', String(seed), 'buffer').subarray(0, length));
  return { digest: digestOf(bytes), bytes };
}

/** Memory as the engine's slots have it, so that the runs go past the page cache too. */
function pageAligned(length: number): Uint8Array {
  const pages = Math.ceil(length / 65_536);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return new Uint8Array(buffer, 0, length);
}

/** Writes what is missing, as a publish does, and says what the store has promised. */
export async function writeAll(folder: string, say: (promise: string) => void): Promise<void> {
  const store = await openDiskStore(folder, { packBytes: PACK_BYTES });
  for (const [number, blocks] of SESSIONS.entries()) {
    const session = await store.open();
    try {
      await session.write(blocks.filter(({ digest }) => !session.has(digest)));
      await session.seal();
    } catch (error) {
      await session.abort();
      throw error;
    }
    say(`sealed ${number}`);
    const manifest = blocks[0]!.digest;
    const absent = await store.protect(manifest, DigestList.of(blocks.map(({ digest }) => digest)));
    say(`protected ${number} ${absent.length}`);
  }
  await store.close();
}

if (import.meta.main) {
  await writeAll(process.argv[2]!, console.log).catch((error: { code?: string }) => {
    console.log(`failed ${error.code}`);
    process.exitCode = 8;
  });
}
