/** The worked example of docs/spec.md, made by our code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbiCoder, encodeBytes32String, id, keccak256 } from 'ethers';
import { expect, test } from 'vitest';
import { gearCut } from '../../storage-manager/src/chunkers/gear.ts';
import { carFrame, carHeader } from '../../storage-manager/src/format/car.ts';
import { ChunkList } from '../../storage-manager/src/format/chunk-list.ts';
import { encodeIndex } from '../../storage-manager/src/format/index-blocks.ts';
import { encodeManifest, type ManifestFile } from '../../storage-manager/src/format/manifest/encode.ts';
import { merkleRoot } from '../../storage-manager/src/format/merkle.ts';
import { buildContent } from '../../storage-manager/src/format/unixfs/build.ts';
import { cidText, DAG_CBOR, DAG_PB, RAW } from '../../storage-manager/src/ids/cid.ts';
import { type Digest, digestOf } from '../../storage-manager/src/ids/digest.ts';
import { parseSafePath } from '../../storage-manager/src/ids/path.ts';
import { parseModelName, parseVersion } from '../../storage-manager/src/ids/reference.ts';
import { encodeTable } from '../../storage-manager/src/stores/disk/table.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/spec.md'), 'utf8');

/** The fenced blocks `hex <name>`, without comments and spaces. */
const shown = Object.fromEntries(
  [...page.matchAll(/^```hex (\w+)\n(.*?)^```$/gms)].map((match) => [
    match[1],
    match[2]!.replace(/#.*|\s/g, ''),
  ]),
);
/** The table of digests and CIDs. */
const said = Object.fromEntries(
  [...page.matchAll(/^\| ([a-z ]+) \| `(\w{16,})` \|$/gm)].map((match) => [match[1], match[2]]),
);

const config = new TextEncoder().encode('{"layers":2}\n');
const zeros = new Uint8Array(1_048_577);
const empty = new Uint8Array();
const cut = gearCut(zeros);

const chunks = new ChunkList();
for (const bytes of [config, zeros.subarray(0, cut), zeros.subarray(cut)])
  chunks.push(digestOf(bytes), bytes.byteLength);

const files: readonly ManifestFile[] = [
  { ...file('config.json', config), chunker: 'fixed-1m', first: 0, count: 1 },
  { ...file('empty', empty), chunker: 'fixed-1m', first: 1, count: 0 },
  { ...file('weights/zeros.bin', zeros), chunker: 'cdc-1m', first: 1, count: 2 },
];

function file(path: string, bytes: Uint8Array) {
  return { path: parseSafePath(path), size: bytes.byteLength, sha256: digestOf(bytes) };
}

const [index] = [...encodeIndex(chunks)];
const content = buildContent(files, chunks);
const [first, ...nodes] = [...content.blocks].filter(({ bytes }) => bytes.byteLength > 0);
const root = merkleRoot(chunks.digests);
const { digest, blocks } = encodeManifest({
  model: parseModelName('acme/tiny'),
  version: parseVersion('1'),
  files,
  chunks: { count: 3, storedBytes: chunks.bytes, root, index: [index!.digest] },
  bytes: chunks.bytes,
  codecs: [],
  content: content.root,
  base: null,
  meta: { name: 'Tiny', description: '', license: 'MIT', tags: ['example'] },
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('every byte is as shown', () => {
  const config0: Digest = chunks.digestAt(0);
  expect({
    index: hex(index!.bytes),
    manifest: hex(blocks[0]!.bytes),
    file: hex(first!.bytes),
    directory: hex(nodes[0]!.bytes),
    root: hex(nodes[1]!.bytes),
    car: hex(carHeader([])) + hex(carFrame(config0, config.byteLength)),
    table: hex(encodeTable([{ digest: config0, offset: 0, length: config.byteLength }])),
  }).toEqual(shown);
});

test('every digest and CID is as shown', () => {
  const abi = AbiCoder.defaultAbiCoder();
  const namespace = id('acme').slice(0, 42);
  const model = keccak256(abi.encode(['bytes20', 'string'], [namespace, 'tiny']));
  const release = keccak256(abi.encode(['bytes32', 'bytes32'], [model, encodeBytes32String('1')]));
  expect({
    'chunk root': root,
    'index block': cidText(index!.digest, DAG_CBOR),
    content: cidText(content.root!, DAG_PB),
    'manifest digest': digest,
    manifest: cidText(digest, DAG_CBOR),
    'model id': model.slice(2),
    'release id': release.slice(2),
  }).toEqual(said);
  for (let i = 0; i < chunks.count; i += 1) {
    const size = chunks.sizeAt(i).toLocaleString('en-GB');
    const chunk = chunks.digestAt(i);
    expect(page).toContain(`| ${i} | ${size} | \`${chunk}\` | \`${cidText(chunk, RAW)}\` |\n`);
  }
});
