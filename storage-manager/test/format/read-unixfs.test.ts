import { encode, type PBLink } from '@ipld/dag-pb';
import { CID } from 'multiformats/cid';
import { identity } from 'multiformats/hashes/identity';
import { describe, expect, it } from 'vitest';
import { DIRECTORY_DATA, fileData } from '../../src/format/unixfs/data.ts';
import { readUnixFs } from '../../src/format/unixfs/read.ts';
import { usualLeafBytes, usualLeaves } from '../../src/format/unixfs/wrapped-leaf.ts';
import { unwrap } from '../../src/format/unixfs/wrapping.ts';
import { cidOf, DAG_CBOR, DAG_PB, type NamedBlock, RAW } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';

/** Blocks made by hand, and which of them were read. */
class Blocks {
  readonly bytes = new Map<Digest, Uint8Array>();
  readonly read: Digest[] = [];

  put(bytes: Uint8Array, codec: typeof RAW | typeof DAG_PB | typeof DAG_CBOR = DAG_PB): NamedBlock {
    const digest = digestOf(bytes);
    this.bytes.set(digest, bytes);
    return { digest, codec };
  }

  node(data: Uint8Array | number[], links: PBLink[] = []): NamedBlock {
    return this.put(encode({ Data: Uint8Array.from(data), Links: links }));
  }

  raw(text: string): NamedBlock {
    return this.put(new TextEncoder().encode(text), RAW);
  }

  /** A leaf as Kubo wraps it. */
  leaf(text: string, kind = 0): NamedBlock {
    const bytes = new TextEncoder().encode(text);
    const { before, after } = usualLeaves(bytes.byteLength)[kind]!;
    return this.put(Uint8Array.of(...before, ...bytes, ...after));
  }

  folder(...entries: [string, NamedBlock, number?][]): NamedBlock {
    return this.node(
      DIRECTORY_DATA,
      entries.map(([name, block, tsize]) => link(block, tsize, name)),
    );
  }

  walk(root: NamedBlock) {
    return readUnixFs(root, parseSafePath('file'), async ({ digest }) => {
      this.read.push(digest);
      return this.bytes.get(digest)!;
    });
  }

  /** The files' bytes, put together from the leaves that the walk names. */
  async content(root: NamedBlock): Promise<Record<string, string>> {
    const { files, chunks, wrappingsOf } = await this.walk(root);
    const texts = files.map(({ path, first, count }) => {
      const parts = Array.from({ length: count }, (_, part) => {
        const block = this.bytes.get(chunks.digestAt(first + part))!;
        return unwrap(block, chunks.sizeAt(first + part), wrappingsOf(first + part))!;
      });
      return [path, new TextDecoder().decode(Buffer.concat(parts))];
    });
    return Object.fromEntries(texts);
  }
}

function link({ digest, codec }: NamedBlock, Tsize = 0, Name = ''): PBLink {
  return { Hash: cidOf(digest, codec), Name, Tsize };
}

/** dag-pb with one link of any spelling; the encoder would refuse some. */
function oddLink(name: number[], hash: Uint8Array): Uint8Array {
  const inside = [0x0a, hash.byteLength, ...hash, 0x12, name.length, ...name, 0x18, 1];
  return Uint8Array.of(0x12, inside.length, ...inside, 0x0a, 2, 8, 1);
}

/** A folder in which the same thing has twenty names. */
function twenty(blocks: Blocks, of: NamedBlock): NamedBlock {
  return blocks.folder(
    ...Array.from('abcdefghijklmnopqrst', (name): [string, NamedBlock, number] => [name, of, 1]),
  );
}

describe('a tree', () => {
  it('of folders and files of each shape', async () => {
    const blocks = new Blocks();
    const [one, two, three] = [blocks.leaf('one '), blocks.leaf('two ', 1), blocks.raw('three')];
    const upper = blocks.node(fileData([4, 5]), [link(two, usualLeafBytes(4)), link(three, 5)]);
    const big = blocks.node(fileData([4, 9]), [link(one, usualLeafBytes(4)), link(upper, 120)]);
    const timed = blocks.node([8, 2, 18, 1, 0x78, 24, 1, 0x38, 1, 0x42, 2, 8, 5]);
    const root = blocks.folder(
      [
        'a',
        blocks.folder(
          ['big', big, 9],
          ['empty', blocks.put(new Uint8Array(), RAW), 0],
          ['none', blocks.node([8, 2, 24, 0]), 4],
        ),
        9,
      ],
      ['b', blocks.folder(), 4],
      ['c.txt', blocks.raw('c'), 1],
      ['d', timed, 9],
    );
    expect(await blocks.content(root)).toEqual({
      'a/big': 'one two three',
      'a/empty': '',
      'a/none': '',
      'c.txt': 'c',
      d: 'x',
    });
    // A leaf of the usual length is not read to learn that it is one.
    expect(blocks.read).not.toContain(one.digest);
    expect(blocks.read).not.toContain(three.digest);
  });

  it('of one file, by each kind of root', async () => {
    const blocks = new Blocks();
    for (const root of [blocks.raw('whole'), blocks.leaf('whole'), blocks.leaf('whole', 1)]) {
      expect(await blocks.content(root)).toEqual({ file: 'whole' });
      expect(await blocks.walk(root)).toMatchObject({ single: true });
    }
    expect(await blocks.walk(blocks.folder(['file', blocks.raw('x'), 1]))).toMatchObject({ single: false });
  });
});

describe('A18: what does not hold together', () => {
  const shard = (blocks: Blocks, links: PBLink[], data = [8, 5, 0x28, 0x22, 0x30, 0x80, 2]) =>
    blocks.node(data, links);
  const cases: Record<string, [(blocks: Blocks) => NamedBlock, string, RegExp?]> = {
    'no dag-pb': [(b) => b.put(Uint8Array.of(1, 2, 3)), 'CONTENT_CORRUPT'],
    'no UnixFS': [(b) => b.node([]), 'CONTENT_CORRUPT'],
    'a field twice': [(b) => b.node([8, 2, 8, 1]), 'CONTENT_CORRUPT'],
    'a field unknown': [(b) => b.node([8, 2, 0x48, 1]), 'CONTENT_CORRUPT'],
    'a number too large': [(b) => b.node([8, 2, 24, ...Array(8).fill(255), 127]), 'CONTENT_CORRUPT'],
    'bytes cut off': [(b) => b.node([8, 2, 18, 200, 1]), 'CONTENT_CORRUPT'],
    'a leaf of another size': [
      (b) => b.node([8, 2, 18, 1, 0x78, 24, 2]),
      'CONTENT_CORRUPT',
      /file of 2 bytes/,
    ],
    'sizes without links': [(b) => b.node([8, 2, 24, 0, 0x20, 0]), 'CONTENT_CORRUPT'],
    'fewer sizes than links': [
      (b) => b.node(fileData([1]), [link(b.raw('a'), 1), link(b.raw('b'), 1)]),
      'CONTENT_CORRUPT',
    ],
    'a sum that is wrong': [
      (b) => b.node([8, 2, 24, 3, 0x20, 1], [link(b.raw('a'), 1)]),
      'CONTENT_CORRUPT',
      /its links have 1/,
    ],
    'a part without bytes': [(b) => b.node(fileData([0]), [link(b.raw(''), 0)]), 'CONTENT_CORRUPT'],
    'a raw leaf of another size': [(b) => b.node(fileData([5]), [link(b.raw('a'), 1)]), 'CONTENT_CORRUPT'],
    'an inner node of another size': [
      (b) => b.node(fileData([5]), [link(b.node(fileData([1]), [link(b.raw('a'), 1)]), 60)]),
      'CONTENT_CORRUPT',
      /5 bytes, as its parent says, but it has 1/,
    ],
    'a folder within a file': [(b) => b.node(fileData([5]), [link(b.folder(), 4)]), 'CONTENT_CORRUPT'],
    'a raw file that its link calls empty': [(b) => b.folder(['a', b.raw('not'), 0]), 'CONTENT_CORRUPT'],
    'a file within a shard': [(b) => shard(b, [link(b.leaf('x'), 9, 'AB')]), 'CONTENT_CORRUPT'],
    'a shard of 7 places': [(b) => shard(b, [], [8, 5, 0x30, 7]), 'CONTENT_CORRUPT'],
    'a shard without digits': [(b) => shard(b, [link(b.raw('x'), 1, 'xyname')]), 'CONTENT_CORRUPT'],
    'bytes beside links': [
      (b) => b.node([8, 2, 18, 1, 0x78, 24, 1, 0x20, 1], [link(b.raw('a'), 1)]),
      'CONTENT_UNSUPPORTED',
    ],
    'a symbolic link': [
      (b) => b.folder(['to', b.node([8, 4, 18, 1, 0x78]), 9]),
      'CONTENT_UNSUPPORTED',
      /\(to\).*symbolic link/,
    ],
    'an unknown type': [(b) => b.node([8, 3]), 'CONTENT_UNSUPPORTED'],
    'a manifest as a file': [
      (b) => b.folder(['m', b.put(Uint8Array.of(0xa0), DAG_CBOR), 1]),
      'CONTENT_UNSUPPORTED',
    ],
    'bytes in the CID': [
      (b) =>
        b.node(DIRECTORY_DATA, [
          { Hash: CID.createV1(RAW, identity.digest(Uint8Array.of(1))), Name: 'a', Tsize: 1 },
        ]),
      'CONTENT_UNSUPPORTED',
    ],
    'a leaf of 2 MiB': [
      (b) => b.folder(['big', b.raw('x'), 2 << 20]),
      'LIMIT_EXCEEDED',
      /bytes of block .*big/,
    ],
    'a path up': [(b) => b.folder(['..', b.raw('x'), 1]), 'PATH_UNSAFE'],
    'a path for a name': [(b) => b.folder(['a/b', b.raw('x'), 1]), 'PATH_UNSAFE'],
    'no name': [(b) => b.folder(['', b.raw('x'), 1]), 'PATH_UNSAFE'],
    'a name that is not UTF-8': [
      (b) => b.put(oddLink([0xff], cidOf(b.raw('x').digest, RAW).bytes)),
      'PATH_UNSAFE',
      /UTF-8/,
    ],
    twins: [(b) => b.folder(['A', b.raw('x'), 1], ['a', b.raw('y'), 1]), 'PATH_UNSAFE', /more than case/],
    'one name twice': [(b) => b.folder(['a', b.raw('x'), 1], ['a', b.raw('y'), 1]), 'PATH_UNSAFE'],
    'a device': [(b) => b.folder(['nul.txt', b.raw('x'), 1]), 'PATH_UNSAFE'],
  };

  it.each(Object.keys(cases))('%s is refused', async (name) => {
    const [make, code, message = /./] = cases[name]!;
    const blocks = new Blocks();
    await expect(blocks.walk(make(blocks))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('A18: what would never end', () => {
  it('folders that unfold to 20^5 empty ones', async () => {
    const blocks = new Blocks();
    let folder = blocks.folder();
    for (let level = 0; level < 5; level += 1) folder = twenty(blocks, folder);
    await expect(blocks.walk(folder)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('more files than a tree may have', async () => {
    const blocks = new Blocks();
    let folder = blocks.folder(['a', blocks.raw('x'), 1]);
    for (let level = 0; level < 4; level += 1) folder = twenty(blocks, folder);
    await expect(blocks.walk(folder)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: /files of a tree/,
    });
  });

  it('folders in folders, each with files that wait to be walked', async () => {
    const blocks = new Blocks();
    const byte = blocks.raw('x');
    const wide = blocks.node(
      fileData(Array(16_000).fill(1)),
      Array.from({ length: 16_000 }, () => link(byte, 1)),
    );
    let folder = blocks.folder(['a', byte, 1]);
    for (let level = 0; level < 3; level += 1) {
      const files = Array.from(
        { length: 15 },
        (_, at) => ['bcdefghijklmnop'[at], wide, 1] as [string, NamedBlock, number],
      );
      folder = blocks.folder(['a', folder], ...files);
    }
    await expect(blocks.walk(folder)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: /links of nodes within nodes/,
    });
    // Those that were read ahead are 32 nodes of 735 KB, and no more.
    expect(blocks.read.length).toBeLessThan(50);
  });

  it('levels above one byte', async () => {
    const blocks = new Blocks();
    let file = blocks.node(fileData([1]), [link(blocks.raw('x'), 1)]);
    for (let level = 0; level < 40; level += 1) file = blocks.node(fileData([1]), [link(file, 100)]);
    await expect(blocks.walk(file)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: /levels of file/,
    });
  });
});

it('a leaf is never as long as a node of links to as many bytes', () => {
  for (const size of [1, 127, 128, 16_383, 16_384, 262_144, 1 << 20]) {
    const blocks = new Blocks();
    const node = blocks.node(fileData([size]), [link(blocks.raw('x'), size)]);
    expect(usualLeafBytes(size)).toBeLessThan(size + blocks.bytes.get(node.digest)!.byteLength);
  }
});
