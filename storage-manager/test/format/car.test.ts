import { decode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import { varint } from 'multiformats';
import { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import { carFrame, carHeader } from '../../src/format/car.ts';
import { varint as encodeVarint } from '../../src/format/varint.ts';
import { cidOf, DAG_CBOR, digestOfCid, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';

test('a header is its length and {roots, version: 1}', () => {
  const root = cidOf(digestOf(Uint8Array.of(1)), DAG_CBOR);
  const header = carHeader([root]);
  const [length, prefix] = varint.decode(header);
  expect(prefix + length).toBe(header.byteLength);
  const { version, roots } = decode<{ version: number; roots: CID[] }>(header.subarray(prefix));
  expect([version, roots.map(String)]).toEqual([1, [`${root}`]]);
});

test('a frame is the length of CID and bytes, then the raw CID', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(2 ** 21), (bytes, length) => {
      const frame = carFrame(digestOf(bytes), length);
      const [total, prefix] = varint.decode(frame);
      const [cid, rest] = CID.decodeFirst(frame.subarray(prefix));
      expect(rest.byteLength).toBe(0);
      expect(total).toBe(cid.bytes.byteLength + length);
      expect([cid.code, digestOfCid(cid)]).toEqual([RAW, digestOf(bytes)]);
    }),
  );
});

test('a varint is that of multiformats up to 2^53 - 1', () => {
  for (const value of [0, 1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 35 - 1, Number.MAX_SAFE_INTEGER])
    expect(encodeVarint(value)).toEqual([
      ...varint.encodeTo(value, new Uint8Array(varint.encodingLength(value))),
    ]);
});
