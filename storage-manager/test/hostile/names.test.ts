import { describe, expect, it } from 'vitest';
import { checkTree, parseSafePath } from '../../src/ids/path.ts';
import { openDoors } from './doors.ts';

const long = 'x'.repeat(255);
const REFUSED = { code: 'PATH_UNSAFE', exit: 7 };

/** Of one file each. */
const NAMES: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['B1: a path that climbs', ['../x', 'a/../../x', '..', 'a/..', './x', '..\\x', '..\\\\x', '%2e%2e/']],
  [
    'B2: a path from a root, of a drive or a share',
    ['/etc/x', '//host/share', '\\\\host\\share', 'C:\\x', 'C:x', '\\x', '~', '~/x', '~root/x', 'file:///x'],
  ],
  [
    'B3: an empty or dotted part, or a device',
    ['.', 'a//b', 'a/', 'a.', 'a ', 'a./b', 'CON', 'NUL.txt', 'a:b', 'COM¹'],
  ],
  ['B6: a name in another normal form than NFC', ['e\u0301', '\u212a', 'a/\u1100\u1161', '\u2126']],
  [
    'B8: control characters',
    ['a\0b', 'a\nb', 'a\tb', '\u001b[31m', 'a\u007f', 'a\u0085b', 'a\u009b31m', 'a\u2028b'],
  ],
  ['B8: characters that hide or turn', ['a\u202eb', 'a\u200bb', 'a\u00adb', 'a\u2066b', 'a\u{e0041}']],
  ['B8: a name too long', [`${long}x`, 'é'.repeat(128), 'a/'.repeat(512).concat('b'), 'x'.repeat(5_000)]],
];

/** Of several files together. */
const CLASHES: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['B4: one path twice', ['a/b', 'a/b']],
  ['B5: names that differ by case', ['A.bin', 'a.bin']],
  ['B5: a sharp s', ['stra\u00dfe', 'STRASSE']],
  ['B5: a dotless i', ['\u0131', 'i']],
  ['B5: a dotted capital I', ['\u0130', 'i']],
  ['B6: two normal forms of one name', ['\u00e9', 'e\u0301']],
  ['B9: a file where a folder is', ['a', 'a/b']],
  ['B9: a file where a folder of another case is', ['A', 'a/b']],
  ['B9: a folder in two cases', ['A/x', 'a/y']],
];

describe.each(NAMES)('%s', (_, names) => {
  it('is refused by the one parser, with the rule it breaks', () => {
    for (const name of names)
      expect(() => parseSafePath(name), JSON.stringify(name)).toThrow(expect.objectContaining(REFUSED));
  });

  it('is refused by every door, and nothing outside is touched', async () => {
    const doors = await openDoors();
    for (const name of names) {
      for (const door of ['manifest', 'unixfs', 'tar'] as const) {
        // In a tar folders end with a slash, and `./x` is x.
        if (door === 'tar' && (name.endsWith('/') || name === './x')) continue;
        await expect(doors[door]([name]), `${door} ${JSON.stringify(name)}`).rejects.toMatchObject({
          ...REFUSED,
          message: expect.stringMatching(/^[\x20-\x7e]+$/),
        });
      }
    }
    expect(await doors.changes()).toEqual([]);
  });
});

describe.each(CLASHES)('%s', (_, names) => {
  it('is refused in any order, by every door, and nothing outside is touched', async () => {
    const doors = await openDoors();
    const refused = expect.objectContaining(REFUSED);
    for (const order of [names, names.toReversed()])
      expect(() => checkTree(order.map((name) => parseSafePath(name)))).toThrow(refused);
    await expect(doors.manifest(names)).rejects.toMatchObject(REFUSED);
    for (const order of [names, names.toReversed()])
      await expect(doors.tar(order)).rejects.toMatchObject(REFUSED);
    // A folder of UnixFS has no paths, only names.
    if (!names.some((name) => name.includes('/')))
      await expect(doors.unixfs(names)).rejects.toMatchObject({ exit: expect.any(Number) });
    expect(await doors.changes()).toEqual([]);
  });
});

it('B1, B3, B8: an empty name, and half a character, which no door lets through', () => {
  for (const name of ['', '\ud800', 'a\udc00b', 'a/\ud83d'])
    expect(() => parseSafePath(name)).toThrow(expect.objectContaining(REFUSED));
});

it('B1: what only looks like it is taken as it stands', async () => {
  const doors = await openDoors();
  await expect(doors.manifest(['%2e%2e/x'])).resolves.toMatchObject({ files: 1 });
  expect(await doors.changes()).toEqual([]);
});
