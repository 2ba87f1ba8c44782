import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import { digestOfCid } from '../../storage-manager/src/ids/cid.ts';
import { type Digest, parseDigest } from '../../storage-manager/src/ids/digest.ts';
import { SLOT_BYTES } from '../../storage-manager/src/limits.ts';
import { openDiskStore } from '../../storage-manager/src/stores/disk/store.ts';
import type { Ballast } from './ballast.ts';
import type { Info } from './documents.ts';

const MIN_BYTES = 64;

/** One block of each kind of a release, to be damaged. */
export async function oneOfEachKind(
  ballast: Ballast,
  reference: string,
): Promise<[kind: string, digest: Digest][]> {
  const info = await ballast.json<Info>(0, 'info', reference, '--chunks');
  // The bytes of a tiny chunk lie in other blocks too: what is damaged there would be another block.
  const chunks = info.chunkList!.filter(({ size }) => size >= MIN_BYTES);
  const chunk = chunks[Math.floor(Math.random() * chunks.length)]!;
  const manifest = digestOfCid(CID.parse(info.manifest));
  const manifestBytes = await readLocal(ballast, manifest);
  return [
    ['chunk', parseDigest(chunk.digest)],
    ['index', firstIndexDigest(manifestBytes)],
    ['manifest', manifest],
  ];
}

async function readLocal(ballast: Ballast, digest: Digest): Promise<Uint8Array> {
  const store = await openDiskStore(join(ballast.home, 'store'));
  const buffer = new Uint8Array(SLOT_BYTES);
  const [length] = await store.read([digest], [buffer]);
  await store.close();
  return buffer.subarray(0, length);
}

/** The first CID behind the key `index` of a manifest: in DAG-CBOR tag 42, then 0x00 and the CID's 36 bytes. */
function firstIndexDigest(manifest: Uint8Array): Digest {
  const bytes = Buffer.from(manifest);
  const key = bytes.indexOf(Buffer.from('\x65index', 'latin1'));
  const cid = bytes.indexOf(Buffer.from([0xd8, 0x2a, 0x58, 0x25, 0x00]), key) + 5;
  return digestOfCid(CID.decode(bytes.subarray(cid, cid + 36)));
}

/** Flips one bit in the middle of a block, wherever in the packs its bytes lie. */
export async function flipOnDisk(ballast: Ballast, digest: Digest): Promise<void> {
  const block = await readLocal(ballast, digest);
  const packs = join(ballast.home, 'store', 'packs');
  let places = 0;
  for (const name of await readdir(packs)) {
    const file = await readFile(join(packs, name));
    const at = file.indexOf(block);
    if (at < 0) continue;
    places += 1;
    file[at + (block.byteLength >> 1)]! ^= 1;
    await writeFile(join(packs, name), file);
  }
  if (places === 0) throw new Error(`block ${digest} lies in no pack`);
}

/** The same in the file in which Kubo keeps the block. */
export async function flipFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.byteLength >> 1]! ^= 1;
  await writeFile(path, bytes);
}
