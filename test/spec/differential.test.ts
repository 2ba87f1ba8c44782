/** Both implementations say the same of thousands of damaged headers, manifests and paths. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tensorChunker } from '../../storage-manager/src/chunkers/tensor.ts';
import { readRelease } from '../../storage-manager/src/format/release.ts';
import { digestOf } from '../../storage-manager/src/ids/digest.ts';
import { parseSafePath } from '../../storage-manager/src/ids/path.ts';
import gguf from '../../storage-manager/vectors/gguf.json' with { type: 'json' };
import paths from '../../storage-manager/vectors/paths.json' with { type: 'json' };
import refused from '../../storage-manager/vectors/refused.json' with { type: 'json' };
import safetensors from '../../storage-manager/vectors/tensor.json' with { type: 'json' };
import { temporaryFolder } from '../e2e/ballast.ts';
import { damaged, numbers } from './mutations.ts';
import { hasPython, python } from './python.ts';

const random = numbers(20_261_121);
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

const headers = [
  ...gguf.files.map(({ header, data }) => ({ head: Buffer.from(header, 'base64'), data })),
  ...safetensors.files.map(({ header, data }) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return { head: Buffer.concat([length, Buffer.from(header)]), data };
  }),
];

/** Behind the header lie zeros, up to `size`. */
async function spansOf(head: Buffer, size: number) {
  const bytes = new Uint8Array(size);
  bytes.set(head.subarray(0, size));
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const spans = await tensorChunker.spans({ path: 'x.safetensors', size, read });
  return spans?.map(({ offset, length, rule }) => [offset, offset + length, rule]) ?? null;
}

async function tensorCase() {
  const { head, data } = pick(headers);
  const changed = damaged(head, random);
  const size = changed.length + (random(4) === 0 ? random(data + 1) : data);
  return { head: changed.toString('base64'), size, spans: await spansOf(changed, size) };
}

const [manifest, index] = refused.read.map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer];

async function manifestCase() {
  const changed = damaged(manifest, random);
  const blocks = new Map([changed, index].map((block) => [digestOf(block), block]));
  const reading = readRelease(digestOf(changed), async (digest) => {
    const block = blocks.get(digest);
    if (block === undefined) throw new Error('absent');
    return block;
  });
  const verdict = await reading.then(
    () => 'read',
    (error) => ('code' in error ? 'refused' : 'absent'),
  );
  return { manifest: changed.toString('hex'), verdict };
}

function isSafe(path: string): boolean {
  try {
    return parseSafePath(path) === path;
  } catch {
    return false;
  }
}

const parts = [...paths.valid, ...paths.valid, ...paths.invalid].filter((path) => path.length < 20);

function pathCase() {
  const path = Array.from({ length: 1 + random(4) }, () => pick(parts) + pick(['', '/'])).join('');
  return { path, safe: isSafe(path) };
}

const many = <T>(count: number, make: () => T): Promise<Awaited<T>[]> =>
  Promise.all(Array.from({ length: count }, make));

test.skipIf(!hasPython)(
  'the second implementation (python3) gives the same verdicts',
  { timeout: 180_000 },
  async () => {
    const file = join(await temporaryFolder('cases'), 'cases.json');
    const cases = {
      tensors: await many(2_000, tensorCase),
      index: index.toString('hex'),
      manifests: await many(3_000, manifestCase),
      paths: await many(5_000, pathCase),
    };
    await writeFile(file, JSON.stringify(cases));
    expect(python('check_cases.py', file)).toEqual({ code: 0, stdout: 'ok cases\n', stderr: '' });
    expect(cases.tensors.filter(({ spans }) => spans !== null).length).toBeGreaterThan(50);
    expect(cases.manifests.filter(({ verdict }) => verdict === 'read').length).toBeGreaterThan(20);
    expect(cases.paths.filter(({ safe }) => safe).length).toBeGreaterThan(200);
  },
);
