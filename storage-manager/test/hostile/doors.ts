/** The ways by which names that others have chosen come in, each tried through the product, in a folder of canaries. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from '@ipld/dag-cbor';
import { encode as encodeNode } from '@ipld/dag-pb';
import { onTestFinished } from 'vitest';
import { unpackArchive } from '../../src/archive/unpack.ts';
import { DIRECTORY_DATA } from '../../src/format/unixfs/data.ts';
import { type Codec, cidOf, cidText, DAG_CBOR, DAG_PB, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import type { Block } from '../../src/interfaces.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { unchanged } from '../../src/testing/oracle/canary-tree.ts';
import { put } from '../../src/testing/samples/put.ts';
import { makeTar, pax } from '../archive/make-tar.ts';
import { makeRelease } from '../format/make-release.ts';

const blockOf = (bytes: Uint8Array): Block => ({ digest: digestOf(bytes), bytes });

/** The chunks of the first two files that `makeRelease` sketches. */
const leaves = ['0#0', '1#0'].map((text) => blockOf(Buffer.from(text)));
const BYTES = 3;

/** Brings files of these names. */
export type Bring = (names: readonly string[]) => Promise<unknown>;

export interface Doors {
  readonly manifest: Bring;
  readonly unixfs: Bring;
  readonly tar: Bring;
  /** Brings what a block of ours names. */
  bring(codec: Codec, bytes: Uint8Array, others?: readonly Uint8Array[]): Promise<unknown>;
  /** What has changed outside of the state and of unfinished work; nothing, where all is well. */
  changes(): Promise<readonly string[]>;
}

/** A folder like a user's: `home` with the state, `out` as destination, and files all around that nobody may touch. */
export async function openDoors(): Promise<Doors> {
  const root = await mkdtemp(join(tmpdir(), 'ballast-doors-'));
  const storage = new ModelStorageManager({ home: join(root, 'home') });
  const store = await openDiskStore(join(root, 'home', 'store'));
  onTestFinished(async () => {
    store.close();
    await storage.close();
    await rm(root, { recursive: true, force: true });
  });
  for (const folder of ['etc', 'work', 'work/deep'])
    await mkdir(join(root, folder), { recursive: true }).then(() =>
      writeFile(join(root, folder, 'x'), 'canary'),
    );
  await mkdir(join(root, 'work/deep/unpacked'));
  const out = join(root, 'work/deep/out');
  const check = await unchanged(root, [
    'home',
    'work/deep/out',
    'work/deep/unpacked',
    'work/deep/archive.tar',
  ]);

  const bring: Doors['bring'] = async (codec, bytes, others = []) => {
    const block = blockOf(bytes);
    await put(store, [...leaves, block, ...others.map(blockOf)]);
    return storage.retrieveCid(cidText(block.digest, codec), out);
  };
  return {
    bring,
    manifest: (names) => bring(DAG_CBOR, ...manifestOf(names)),
    unixfs: (names) => bring(DAG_PB, folderOf(names)),
    tar: async (names) => {
      const archive = join(root, 'work/deep/archive.tar');
      // By pax, which takes any name.
      const entries = names.flatMap((name) => [pax({ path: name }), { name: 'x', body: 'content' }]);
      await writeFile(archive, makeTar(entries));
      return unpackArchive(archive, join(root, 'work/deep/unpacked'));
    },
    changes: check,
  };
}

/** A manifest of files of one chunk each, in order of their bytes, and its index block. */
function manifestOf(names: readonly string[]): [Uint8Array, readonly Uint8Array[]] {
  const sketch = Object.fromEntries(names.map((_, at) => [`${at}`, [BYTES]]));
  const { digest, blocks } = makeRelease(sketch, { content: null });
  const manifest = decode<{ files: { path: string }[] }>(blocks.get(digest)!);
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const [at, name] of sorted.entries()) manifest.files[at]!.path = name;
  blocks.delete(digest);
  return [encode(manifest), [...blocks.values()]];
}

function folderOf(names: readonly string[]): Uint8Array {
  const Hash = cidOf(leaves[0]!.digest, RAW);
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return encodeNode({
    Data: DIRECTORY_DATA,
    Links: sorted.map((Name) => ({ Name, Hash, Tsize: BYTES })),
  });
}
