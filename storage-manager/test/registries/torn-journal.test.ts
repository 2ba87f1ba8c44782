/** The private chain's journal, cut off anywhere: its whole lines are what it holds, and the next entry follows them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  appendEntry,
  createJournal,
  type Entry,
  FORMAT,
  readEntries,
  readGenesis,
} from '../../src/registries/embedded/journal.ts';

const HASH = `0x${'0'.repeat(64)}`;
const entry = (number: number): Entry => ({
  time: number,
  raw: `0x${'ab'.repeat(30)}`,
  block: `0x${number}`,
});

let journal: string;
let whole: Buffer;
let ends: number[];

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-torn-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  journal = join(folder, 'journal');
  await createJournal(journal, { format: FORMAT, time: 1, codeHash: HASH, readerCodeHash: HASH }, entry(1));
  let { length: end } = await readFile(journal);
  for (const number of [2, 3]) ({ end } = await appendEntry(journal, end, entry(number)));
  whole = await readFile(journal);
  ends = [...whole.keys()].filter((at) => whole[at] === 0x0a).map((at) => at + 1);
});

const [NOTHING, ZEROS] = [new Uint8Array(0), new Uint8Array(64)];

test.each([
  ['torn', NOTHING],
  ['torn, with zeros behind it', ZEROS],
])('C23: %s at every byte', async (_what, behind) => {
  const [first = 0] = ends;
  for (let length = first; length <= whole.length; length += 1) {
    await writeFile(journal, Buffer.concat([whole.subarray(0, length), behind]));
    const { end: start } = (await readGenesis(journal))!;
    const held = await Array.fromAsync(readEntries(journal, start));
    const lines = ends.filter((end) => end > first && end <= length).length;
    expect(
      held.map((placed) => placed.entry.time),
      `${length} bytes`,
    ).toEqual([1, 2, 3].slice(0, lines));
    const end = held.at(-1)?.end ?? start;
    await appendEntry(journal, end, entry(9));
    const after = await Array.fromAsync(readEntries(journal, start));
    expect(
      after.map((placed) => placed.entry.time),
      `${length} bytes`,
    ).toEqual([...[1, 2, 3].slice(0, lines), 9]);
  }
});

test.each([
  ['bytes of an entry', 10, 20],
  ['the end of an entry and the beginning of the next', -30, 30],
  ['two entries and more', 0, 400_000],
])(
  'C23: zeros in the place of %s, with entries behind them, are damage, and nothing is written over it',
  async (_what, from, length) => {
    const [, second = 0] = ends;
    for (const number of [4, 5]) await appendEntry(journal, (await readFile(journal)).length, entry(number));
    const bytes = await readFile(journal);
    // Long enough for zeros that take more than one line may.
    const damaged = Buffer.concat([
      bytes.subarray(0, second + from),
      Buffer.alloc(length),
      bytes.subarray(length > bytes.length ? ends[2] : second + from + length),
    ]);
    await writeFile(journal, damaged);
    const { end } = (await readGenesis(journal))!;
    await expect(Array.fromAsync(readEntries(journal, end))).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      exit: 4,
    });
  },
);

test('C23: torn in its first line, which is made whole or not at all, it is refused and left alone', async () => {
  for (let length = 0; length < ends[0]!; length += 1) {
    const torn = whole.subarray(0, length);
    await writeFile(journal, torn);
    await expect(readGenesis(journal), `${length} bytes`).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await readFile(journal)).toEqual(torn);
  }
});

test('C23, C24: of a newer format it is refused and left alone', async () => {
  const newer = whole.toString().replace(FORMAT, 'ballast-chain/2');
  await writeFile(journal, newer);
  await expect(readGenesis(journal)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN', exit: 8 });
  expect(await readFile(journal, 'utf8')).toBe(newer);
});

test('C24: of the first version, whose contract had one half, it is read', async () => {
  const lines = whole.toString().split('\n');
  lines[0] = JSON.stringify({ format: 'ballast-chain/1', time: 1, codeHash: HASH });
  await writeFile(journal, lines.join('\n'));
  expect(await readGenesis(journal)).toMatchObject({ genesis: { codeHash: HASH, readerCodeHash: HASH } });
});
