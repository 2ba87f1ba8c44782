/** Huge claims cost nothing: each is refused by what the first bytes say, before room is made for what they promise. */
import { decode, encode } from '@ipld/dag-cbor';
import { encode as encodeNode } from '@ipld/dag-pb';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/chunkers/gguf.ts';
import { readSafetensors } from '../../src/chunkers/safetensors.ts';
import { openManifestBlock } from '../../src/format/metadata-block.ts';
import { varint } from '../../src/format/varint.ts';
import { cidOf, DAG_CBOR, DAG_PB } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { MiB } from '../../src/limits.ts';
import { classify } from '../../src/policy/classify.ts';
import { memoryWithin } from '../../src/testing/oracle/memory.ts';
import { fileOf } from '../chunkers/cut-file.ts';
import { ggufHeader, u64 } from '../chunkers/make-gguf.ts';
import { makeRelease } from '../format/make-release.ts';
import { openDoors } from './doors.ts';

type Value = Record<string, unknown>;

const made = makeRelease({ a: [7] });
/** The manifest of one small file, changed. */
function manifest(change: (manifest: Value & { files: Value[]; chunks: Value }) => void): Uint8Array {
  const value = decode<Value & { files: Value[]; chunks: Value }>(made.blocks.get(made.digest)!);
  change(value);
  return encode(value);
}

const link = cidOf(digestOf(new Uint8Array()), DAG_CBOR);
const CLAIMS: Readonly<Record<string, Uint8Array>> = {
  '10^9 chunks': manifest(({ chunks }) => Object.assign(chunks, { count: 1e9 })),
  '10^9 chunks in its one file': manifest(({ files, chunks }) => {
    Object.assign(chunks, { count: 1e9 });
    Object.assign(files[0]!, { chunks: [0, 1e9], size: 1e15 });
  }),
  '10^18 bytes': manifest((value) => Object.assign(value, { bytes: 10n ** 18n })),
  'a file of 10^18 bytes': manifest(({ files }) => Object.assign(files[0]!, { size: 10n ** 18n })),
};

/** As many entries as the largest manifest has room for: their objects take memory until they are counted. */
const FULL: Readonly<Record<string, Uint8Array>> = {
  '25,000 index blocks': manifest(({ chunks }) => Object.assign(chunks, { index: Array(25_000).fill(link) })),
  '25,000 linked file blocks': manifest((value) => Object.assign(value, { files: Array(25_000).fill(link) })),
  '100,000 empty maps for files': manifest((value) =>
    Object.assign(value, { files: Array(100_000).fill({}) }),
  ),
};

/** What a claim may cost: memory beside the reader's own, and time on a machine that does much else. */
const COSTS = { bytes: 50 * MiB, fullBytes: 160 * MiB, ms: 10_000 };

async function cheaply(work: () => Promise<void>, bytes = COSTS.bytes): Promise<void> {
  const memory = memoryWithin(bytes);
  const start = performance.now();
  await work();
  expect(performance.now() - start).toBeLessThan(COSTS.ms);
  expect(await memory()).toEqual([]);
}

describe('B10: a manifest that claims', () => {
  const cases = [
    ...Object.entries(CLAIMS).map(([name, bytes]) => [name, bytes, COSTS.bytes] as const),
    ...Object.entries(FULL).map(([name, bytes]) => [name, bytes, COSTS.fullBytes] as const),
  ];

  it.each(cases)('%s is refused, and nothing is fetched for it', async (_, bytes, cost) => {
    const doors = await openDoors();
    // Threads and buffers stand before the claim is read.
    await doors.manifest(['warm']);
    await cheaply(async () => {
      await expect(doors.bring(DAG_CBOR, bytes, [...made.blocks.values()])).rejects.toMatchObject({
        code: expect.stringMatching(/^(LIMIT_EXCEEDED|MANIFEST_CORRUPT|RELEASE_MISMATCH)$/),
      });
    }, cost);
    expect(await doors.changes()).toEqual([]);
  });

  it('300 MB of itself is refused before it is hashed', async () => {
    // Pages that nobody reads take no memory.
    const bytes = new Uint8Array(300_000_000);
    await cheaply(async () => {
      const opening = () => openManifestBlock(digestOf(new Uint8Array()), bytes);
      expect(opening).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED', exit: 7 }));
    });
  });
});

it('B10, A18: a folder in IPFS with a file of 2^60 bytes', async () => {
  const doors = await openDoors();
  const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
  const node = encodeNode({
    Data: Uint8Array.of(8, 2, 24, ...huge, 0x20, ...huge),
    Links: [{ Name: '', Hash: cidOf(digestOf(Uint8Array.of(1)), DAG_PB), Tsize: 5 }],
  });
  await cheaply(async () => {
    await expect(doors.bring(DAG_PB, node)).rejects.toMatchObject({ code: 'CONTENT_CORRUPT', exit: 4 });
  });
});

it('B10, B20: headers of tensors that claim all there is', async () => {
  const claims = [
    u64(2n ** 63n),
    u64(100_000_000),
    ggufHeader({ tensorCount: 2 ** 40 }),
    ggufHeader({ metadataCount: 2n ** 63n }),
  ];
  await cheaply(async () => {
    for (const header of claims) {
      const read = async (offset: number, length: number) => {
        if (length > MiB) throw new RangeError(`${length} bytes are asked for`);
        return Uint8Array.from({ length }, (_, at) => header[offset + at] ?? 0);
      };
      // As small as a file is that makes such a claim.
      const file = { path: 'm', size: 4_096, read };
      expect(await readSafetensors(file)).toBeNull();
      expect(await readGguf(file)).toBeNull();
    }
  });
});

it('B10, B20: a header of 16 MiB of names is judged within bounds, a longer one is not read', async () => {
  const names = Array.from(
    { length: 180_000 },
    (_, at) => `"${at}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
  );
  const header = Buffer.from(`{${names.join(',')}}`);
  const padded = (length: number) =>
    Buffer.concat([u64(length), header, Buffer.alloc(length - header.length, 0x20)]);
  const judged = async (bytes: Uint8Array) => (await classify(fileOf(bytes, 'm'))).format;
  await cheaply(async () => {
    expect(await judged(padded(16 * MiB))).toBe('safetensors');
    // Still a text of its own kind, but for the length in front.
    expect(await judged(padded(16 * MiB + 1))).toBe('unknown');
  }, COSTS.fullBytes);
});

describe('B13: many chunks of one byte, and none too large', () => {
  it('100,000 chunks of one byte are a release like any other', async () => {
    const { manifest } = makeRelease({ a: Array(100_000).fill(1) }, { content: null });
    expect([manifest.chunks.count, manifest.bytes, manifest.chunks.index.length]).toEqual([
      100_000, 100_000, 13,
    ]);
  });

  it.each([MiB + 1, 2 * MiB + 1])('a chunk of %i bytes is refused', (size) => {
    expect(() => makeRelease({ a: [size] })).toThrow(expect.objectContaining({ code: 'MANIFEST_CORRUPT' }));
  });
});

it('what is written of a size is read as it was written, up to 2^53 - 1', () => {
  for (const size of [0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const read = varint(size).reduce((sum, byte, at) => sum + BigInt(byte & 0x7f) * 128n ** BigInt(at), 0n);
    expect(read).toBe(BigInt(size));
  }
});
