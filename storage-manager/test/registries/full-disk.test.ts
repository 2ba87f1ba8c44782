/** The private chain's journal on a disk of a few pages. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  appendEntry,
  createJournal,
  type Entry,
  entryAt,
  FORMAT,
  readEntries,
  readGenesis,
} from '../../src/registries/embedded/journal.ts';
import { openKey } from '../../src/registries/embedded/key.ts';
import { canMount } from '../../src/testing/disk/small-disk.ts';

const PAGE = 4096;
const HASH = `0x${'0'.repeat(64)}`;
const genesis = { format: FORMAT, time: 1, codeHash: HASH, readerCodeHash: HASH } as const;
const entry = (bytes: number): Entry => ({ time: 1, raw: `0x${'0'.repeat(bytes)}`, block: '0x1' });

describe.skipIf(!canMount())('on a small disk (only root may mount one)', () => {
  let folder: string;
  let journal: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${3 * PAGE}`, 'tmpfs', folder]);
    journal = join(folder, 'journal');
  });
  afterEach(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  test('C6: an entry of which only a part has room is refused, not acknowledged', async () => {
    await createJournal(journal, genesis, entry(PAGE / 2));
    writeFileSync(join(folder, 'other'), Buffer.alloc(2 * PAGE));
    const { size } = statSync(journal);
    // A write that begins in the last page and goes beyond is short, and no error.
    await expect(appendEntry(journal, size, entry(PAGE))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await entryAt(journal, size)).toBeNull();

    rmSync(join(folder, 'other'));
    const placed = await appendEntry(journal, size, entry(PAGE));
    const { end } = (await readGenesis(journal))!;
    expect((await Array.fromAsync(readEntries(journal, end))).at(-1)).toEqual(placed);
  });

  test('C6: a journal that has no room leaves nothing behind, and is made once there is some', async () => {
    await expect(createJournal(journal, genesis, entry(4 * PAGE))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(await readdir(folder)).toEqual([]);
    await createJournal(journal, genesis, entry(PAGE));
    expect(await readdir(folder)).toEqual(['journal']);
  });

  test('C6: so it is with the key', async () => {
    const key = join(folder, 'key');
    writeFileSync(join(folder, 'other'), Buffer.alloc(3 * PAGE));
    await expect(openKey(key)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(folder)).toEqual(['other']);
    rmSync(join(folder, 'other'));
    const { address } = await openKey(key);
    expect(await openKey(key)).toMatchObject({ address });
  });
});
