import fc from 'fast-check';
import { base16, base16upper } from 'multiformats/bases/base16';
import { base32upper } from 'multiformats/bases/base32';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { expect, test } from 'vitest';
import { cidOf, cidText, DAG_CBOR, DAG_PB, digestOfCid, parseCid, RAW } from '../../src/ids/cid.ts';
import { digestFromBytes, digestOf } from '../../src/ids/digest.ts';

const HELLO = new TextEncoder().encode('hello');
const bytes32 = new Uint8Array(32);

test('a chunk is a raw block: 0x01 0x55 0x12 0x20 and the digest', () => {
  const cid = cidOf(digestOf(HELLO), RAW);
  expect(Buffer.from(cid.bytes).toString('hex')).toBe(`01551220${digestOf(HELLO)}`);
});

test('the text is what `printf hello | ipfs add --raw-leaves` prints', () => {
  expect(cidText(digestOf(HELLO), RAW)).toBe('bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq');
});

test('digest to CID and back, for every codec', () => {
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(digestFromBytes);
  fc.assert(
    fc.property(digest, fc.constantFrom(RAW, DAG_PB, DAG_CBOR), (value, codec) => {
      expect(digestOfCid(CID.parse(cidText(value, codec)))).toBe(value);
    }),
  );
});

test.each([
  ['version 0', CID.createV0(create(0x12, bytes32) as never)],
  ['SHA-1', CID.createV1(RAW, create(0x11, new Uint8Array(20)))],
  ['SHA-512', CID.createV1(RAW, create(0x13, new Uint8Array(64)))],
  ['another hash of 32 bytes', CID.createV1(RAW, create(0xb220, bytes32))],
  ['an identity hash of 32 bytes', CID.createV1(RAW, create(0x00, bytes32))],
  ['a shortened SHA-256', CID.createV1(RAW, create(0x12, new Uint8Array(20)))],
])('B15: a CID of %s has no digest', (_, cid) => {
  expect(() => digestOfCid(cid)).toThrow(
    expect.objectContaining({ code: 'CID_INVALID', exit: 2, message: expect.stringContaining(`${cid}`) }),
  );
});

const V0 = 'QmcZEJsG79TWMPXoC8hbvsZeshsnNqnoXZ9ZJayJSFa1qS';

const V1 = CID.parse(V0).toV1();

test.each([
  V0,
  `/ipfs/${V0}`,
  `ipfs://${V0}`,
  `/ipfs/${V0}/`,
  V1.toString(),
  V1.toString(base16.encoder),
  V1.toString(base16upper.encoder),
  V1.toString(base32upper.encoder),
])('%s names one block', (text) => {
  expect(parseCid(text)).toEqual({
    codec: DAG_PB,
    digest: digestFromBytes(CID.parse(V0).multihash.digest),
  });
});

test.each([
  ['', 'as IPFS writes it'],
  ['Qm', 'as IPFS writes it'],
  [`${V0}x`, 'as IPFS writes it'],
  ['my-model@1', 'as IPFS writes it'],
  [`/ipns/${V0}`, 'IPNS'],
  [`ipns://${V0}`, 'IPNS'],
  [`https://ipfs.io/ipfs/${V0}`, 'it is an address'],
  [`dweb:/ipfs/${V0}`, 'it is an address'],
  [`/ipfs/${V0}/config.json`, 'stand alone'],
  ['k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8', 'codec 0x72'],
  [CID.createV1(RAW, create(0x13, new Uint8Array(64))).toString(), 'hash 0x13'],
])('B15: %j is no CID that Ballast reads', (text, why) => {
  expect(() => parseCid(text)).toThrow(
    expect.objectContaining({ code: 'CID_INVALID', exit: 2, message: expect.stringContaining(why) }),
  );
});
