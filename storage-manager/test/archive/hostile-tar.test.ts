import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { unpackArchive } from '../../src/archive/unpack.ts';
import { base256, bytesOf, header, makeTar, pax, paxRecord, type RawEntry } from './make-tar.ts';

const GOOD: RawEntry = { name: 'good.bin', body: 'good' };
const REFUSED = 'PATH_UNSAFE';
const INVALID = 'ARCHIVE_INVALID';

/** Unpacks into a folder of a folder; whatever the verdict, nothing may come to lie outside. */
async function refusal(
  archive: Uint8Array,
  wrote: readonly string[] = [],
): Promise<Error & { code?: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-hostile-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'archive'), archive);
  const error = await unpackArchive(join(folder, 'archive'), join(folder, 'out')).then(
    () => new Error('it was taken'),
    (refused: Error) => refused,
  );
  expect((await readdir(folder)).sort()).toEqual(['archive', 'out']);
  expect(await readdir(join(folder, 'out'))).toEqual(wrote);
  return error;
}

const named = (name: string | Uint8Array, type = '0') =>
  makeTar([GOOD, { name, type, body: type === '0' ? 'x' : '' }]);
/** The last 8 bytes of a gzip are sum and length. */
const wrongSum = (packed: Uint8Array) =>
  Uint8Array.from(packed, (byte, at) => (at === packed.length - 8 ? byte ^ 1 : byte));
const longName = (name: string) => [
  { name: '././@LongLink', type: 'L', body: `${name}\0` },
  { name: 'short', body: 'x' },
];

it.each<[string, Uint8Array, string, string]>([
  ['a parent', named('../x'), REFUSED, '"../x"'],
  ['a parent in the middle', named('a/../../x'), REFUSED, '"a/../../x"'],
  ['a parent after ./', named('./../x'), REFUSED, '"../x"'],
  ['an absolute path', named('/etc/x'), REFUSED, '"/etc/x"'],
  ['two slashes', named('//host/share'), REFUSED, '"//host/share"'],
  ['a drive', named('C:x'), REFUSED, '"C:x"'],
  ['a backslash', named('..\\x'), REFUSED, '"..\\\\x"'],
  ['a home', named('~/x'), REFUSED, '"~/x"'],
  ['an empty name', named(''), REFUSED, '""'],
  ['an empty part', named('a//b'), REFUSED, '"a//b"'],
  ['a final dot', named('a.'), REFUSED, '"a."'],
  ['a device name', named('NUL.txt'), REFUSED, '"NUL.txt"'],
  ['a control character', named('a\u001b[31m'), REFUSED, '"a\\u001b[31m"'],
  ['a newline that pax lets in', makeTar([pax({ path: 'a\nb' }), GOOD]), REFUSED, '"a\\nb"'],
  ['text that turns around', named('a\u202eb'), REFUSED, '"a\\u202eb"'],
  ['a decomposed name', named('e\u0301'), REFUSED, '"e\\u0301"'],
  ['an unsafe folder', named('../x/', '5'), REFUSED, '"../x"'],
  ['bytes that are no UTF-8', named(Uint8Array.of(0x61, 0xff)), INVALID, 'not UTF-8'],
  ['a part of 256 bytes', makeTar(longName('n'.repeat(256))), REFUSED, 'at most 255 bytes'],
  ['a path of 5,000 bytes', makeTar(longName(`${'long/'.repeat(1000)}x`)), REFUSED, 'at most 1024 bytes'],
  ['a path that pax changes', makeTar([pax({ path: '../../x' }), GOOD]), REFUSED, '"../../x"'],
  ['a path that GNU changes', makeTar(longName('/etc/x')), REFUSED, '"/etc/x"'],
  ['a path of every entry', makeTar([pax({ path: 'x' }, 'g'), GOOD]), INVALID, 'global'],
  ['the same path twice', makeTar([GOOD, GOOD]), REFUSED, '"good.bin"'],
  ['the same path by ./', makeTar([GOOD, { ...GOOD, name: './good.bin' }]), REFUSED, '"good.bin"'],
  ['paths that differ by case', makeTar([GOOD, { ...GOOD, name: 'Good.BIN' }]), REFUSED, '"Good.BIN"'],
  [
    'ß and SS',
    makeTar([
      { ...GOOD, name: 'ß' },
      { ...GOOD, name: 'SS' },
    ]),
    REFUSED,
    'more than case',
  ],
  ['a file as a folder', makeTar([GOOD, { ...GOOD, name: 'good.bin/x' }]), REFUSED, '"good.bin/x"'],
  ['an empty folder over a file', makeTar([GOOD, { name: 'GOOD.bin/', type: '5' }]), REFUSED, 'at once'],
  [
    'a symbolic link',
    makeTar([
      { name: 'l', type: '2', link: '/etc' },
      { ...GOOD, name: 'l/x' },
    ]),
    REFUSED,
    '"l"',
  ],
  [
    'a long link',
    makeTar([
      { name: '@', type: 'K', body: '/etc/x\0' },
      { name: 'l', type: '2' },
    ]),
    REFUSED,
    'entry "l" … it is a symbolic link',
  ],
  [
    'a hard link',
    makeTar([{ name: 'l', type: '1', link: '../../x' }]),
    REFUSED,
    'entry "l" … it is a hard link',
  ],
  ['a character device', named('d', '3'), REFUSED, 'entry "d" … it is a character device'],
  ['a block device', named('d', '4'), REFUSED, 'entry "d" … it is a block device'],
  ['a FIFO', named('d', '6'), REFUSED, 'entry "d" … it is a FIFO'],
  ['a sparse file', named('d', 'S'), INVALID, 'entry "d" … it is a sparse file'],
  ['a volume label', named('d', 'V'), INVALID, 'entry "d" … it is a volume label'],
  ['a dumped directory', named('d', 'D'), INVALID, 'entry "d" … it is a dumped directory'],
  ['an unknown type', named('d', 'Q'), INVALID, 'entry "d" … type "Q"'],
  ['a sparse file of pax', makeTar([pax({ 'GNU.sparse.major': '1' }), GOOD]), INVALID, '"good.bin" … sparse'],
  [
    'a sparse file by its other name',
    makeTar([pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'disk.img' }), GOOD]),
    INVALID,
    '"disk.img" … sparse',
  ],
  ['a negative size', makeTar([{ ...GOOD, size: base256(-1n) }]), REFUSED, '"good.bin"'],
  ['a size beyond 2^53', makeTar([{ ...GOOD, size: base256(1n << 60n) }]), REFUSED, 'no readable size'],
  ['a size that is no number', makeTar([{ ...GOOD, size: bytesOf('0x4\0') }]), REFUSED, 'no readable size'],
  [
    'no number, though pax has one',
    makeTar([pax({ size: '4' }), { ...GOOD, size: bytesOf('0x4\0') }]),
    REFUSED,
    'no readable',
  ],
  ['a negative size of pax', makeTar([pax({ size: '-1' }), GOOD]), INVALID, '"-1"'],
  ['a size of pax in other letters', makeTar([pax({ size: '1e1' }), GOOD]), INVALID, '"1e1"'],
  ['an empty size of pax', makeTar([pax({ size: '' }), GOOD]), INVALID, 'a size of ""'],
  ['a size of every entry', makeTar([pax({ size: '1' }, 'g'), GOOD]), INVALID, 'global'],
  [
    'a folder with content',
    makeTar([{ name: 'd/', type: '5', body: 'x' }]),
    REFUSED,
    'a folder with content',
  ],
  ['other letters', makeTar([pax({ hdrcharset: 'BINARY' }), GOOD]), INVALID, '"BINARY"'],
  [
    'a pax record of a wrong length',
    makeTar([{ name: 'p', type: 'x', body: '99 path=x\n' }, GOOD]),
    INVALID,
    'malformed',
  ],
  [
    'a pax record without end',
    makeTar([{ name: 'p', type: 'x', body: '9 path=xyz' }, GOOD]),
    INVALID,
    'malformed',
  ],
  ['a wrong checksum', makeTar([{ ...GOOD, checksumOff: 1 }]), INVALID, 'checksum'],
  ['an extended header of 1 GB', header({ name: 'p', type: 'x', size: 1e9 }), INVALID, '1000000000 bytes'],
  [
    'extended headers without end',
    makeTar([...Array(10).fill(pax({ comment: 'c' })), GOOD]),
    INVALID,
    'too many',
  ],
  ['an extended header at the end', makeTar([GOOD, pax({ path: 'x' })]), INVALID, 'no entry after it'],
  ['another version of the format', makeTar([{ ...GOOD, magic: 'odd' }]), INVALID, 'unknown version'],
  ['no end', makeTar([GOOD], { end: 0 }), INVALID, 'too early'],
  ['half an end', makeTar([GOOD], { end: 512 }), INVALID, 'too early'],
  ['half a file', makeTar([{ ...GOOD, size: 4096 }], { end: 0 }), INVALID, 'too early'],
  [
    'an entry after half an end',
    Buffer.concat([makeTar([GOOD], { end: 512 }), makeTar([GOOD])]),
    INVALID,
    'follows',
  ],
  [
    'an archive after the archive',
    Buffer.concat([makeTar([GOOD]), makeTar([GOOD])]),
    INVALID,
    'more follows',
  ],
  ['an empty archive', makeTar([], { end: 10_240 }), INVALID, 'it holds no file'],
  ['folders alone', makeTar([{ name: 'd/', type: '5' }]), INVALID, 'it holds no file'],
  ['a claim of 4 PB', header({ name: 'h', size: base256(1n << 52n) }), INVALID, 'too early'],
  ['a packed claim', gzipSync(header({ name: 'h', size: base256(1n << 52n) })), INVALID, 'too early'],
  [
    'what follows zeros behind a gzip',
    Buffer.concat([gzipSync(makeTar([GOOD])), Buffer.alloc(10_240), bytesOf('x')]),
    INVALID,
    'more follows',
  ],
  ['a zip', Buffer.from('PK\u0003\u0004'), INVALID, 'a zip archive'],
  ['nothing', new Uint8Array(0), INVALID, 'too early'],
  ['text', bytesOf('text\n'.repeat(500)), INVALID, 'checksum'],
  ['half a gzip', gzipSync(makeTar([GOOD])).subarray(0, 60), INVALID, 'gzip is damaged'],
  ['a gzip with a wrong sum', wrongSum(gzipSync(makeTar([GOOD]))), INVALID, 'gzip is damaged'],
  ['a gzip in a gzip', gzipSync(gzipSync(makeTar([GOOD]))), INVALID, ''],
])('B7, B21, B22: refuses %s', async (_, archive, code, words) => {
  const error = await refusal(archive);
  expect(error).toMatchObject({ code });
  for (const part of words.split(' … ')) expect(error.message).toContain(part);
});

it('B21: refuses what would not fit on the disk before it reads or writes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-room-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // Holes, so that the archive could hold what its first header claims.
  const claims = header({ name: 'huge.bin', size: base256(1n << 42n) });
  for (const bytes of [claims, gzipSync(claims)]) {
    const archive = join(folder, 'huge');
    await writeFile(archive, bytes);
    await truncate(archive, 2 ** 42 + 512);
    await expect(unpackArchive(archive, folder)).rejects.toMatchObject({ code: 'DISK_FULL' });
  }
});

it('B21: refuses more files than a model may have, empty ones too, without reading on', async () => {
  // 10^7 files would be 5 GB: a hole of zeros stands for what is never reached.
  const folder = await mkdtemp(join(tmpdir(), 'ballast-many-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const archive = join(folder, 'many.tar');
  const headers = Array.from({ length: 100_001 }, (_, at) => header({ name: `f${at}` }));
  await writeFile(archive, Buffer.concat(headers));
  await truncate(archive, 5e9);
  await expect(unpackArchive(archive, folder)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

it('B21: refuses a gzip that unfolds without end, whatever the disk could hold', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-bomb-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // Zeros behind the end of the archive, which no file claims: 1.2 GB of them in 1 MB.
  const bomb = join(folder, 'bomb.tar.gz');
  const zeros = gzipSync(Buffer.alloc(60_000_000));
  await writeFile(bomb, Buffer.concat([gzipSync(makeTar([GOOD])), ...Array(20).fill(zeros)]));
  await expect(unpackArchive(bomb, folder)).rejects.toMatchObject({ code: INVALID });
  expect(await readdir(folder)).toEqual(['bomb.tar.gz']);
});

it('B21: unpacks the outermost of ten archives in each other, and judges no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-nested-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let archive: Uint8Array = makeTar([{ name: '../out', body: 'x' }]);
  for (let level = 0; level < 10; level += 1)
    archive = gzipSync(makeTar([{ name: `${level}.tar.gz`, body: archive }]));
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'archive'), archive);
  await unpackArchive(join(folder, 'archive'), join(folder, 'out'));
  expect(await readdir(folder, { recursive: true })).toEqual(['archive', 'out', 'out/9.tar.gz']);
});

it('B22: refuses what tar reads in another way than POSIX says', async () => {
  // tar reads pax line by line: of a value with a newline it makes records of their own.
  const smuggled = paxRecord('comment', `\n${paxRecord('path', 'smuggled').trimEnd()}`);
  const error = await refusal(makeTar([{ name: 'p', type: 'x', body: smuggled }, GOOD]), []);
  expect(error).toMatchObject({ code: INVALID });
  expect(error.message).toContain('two readings');
});

it('stops when it is told to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-stop-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const stop = new AbortController();
  const body = 'x'.repeat(3_000_000);
  await writeFile(join(folder, 'a.tar.gz'), gzipSync(makeTar([{ name: 'a', body }])));
  await mkdir(join(folder, 'out'));
  const onEvent = () => stop.abort(new Error('enough'));
  await expect(
    unpackArchive(join(folder, 'a.tar.gz'), join(folder, 'out'), { signal: stop.signal, onEvent }),
  ).rejects.toThrow('enough');
});
