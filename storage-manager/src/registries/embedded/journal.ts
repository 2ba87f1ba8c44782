import { CorruptError, ResourceError } from '../../errors.ts';
import { appendAt } from '../../fs/append.ts';
import { writeWhole } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { openRegular } from '../../fs/regular-file.ts';
import { readTransaction, type SignedTransaction } from '../ethereum/transaction.ts';

/**
 * The embedded chain on disk: a line that says how it began, then a line a block. A block holds one transaction, so its
 * time and the signed bytes are enough to make it again, with the same hash. A line counts once its newline is there.
 */
export interface Genesis {
  readonly format: typeof FORMAT;
  /** Seconds since 1970. */
  readonly time: number;
  /** Keccak-256 of the contract's runtime code; the first transaction creates it. */
  readonly codeHash: string;
  /** That of its reading half. */
  readonly readerCodeHash: string;
}

export interface Entry {
  /** Time of the block, seconds since 1970. */
  readonly time: number;
  /** The signed transaction, `0x` hex. */
  readonly raw: string;
  /** Hash of the block, which binds everything before it. */
  readonly block: string;
}

/** An entry and the bytes of the journal that it takes, from `start` up to `end`. */
export interface Placed {
  readonly entry: Entry;
  readonly start: number;
  readonly end: number;
}

export const FORMAT = 'ballast-chain/1';

const NO_HASH = `0x${'0'.repeat(64)}`;

/** A signed transaction has at most 128,000 bytes, its line twice as many. */
const MAX_LINE_BYTES = 300_000;

/** The line of an entry. */
const ENTRY = /^\{"time":\d+,"raw":"0x[\da-f]*","block":"0x[\da-f]+"\}$/;

/** Writes a new journal, whole or not at all. */
export function createJournal(file: string, genesis: Genesis, first: Entry): Promise<void> {
  return writeWhole(file, line(genesis) + line(first));
}

/**
 * How the chain began, and where its first entry lies; null where there is no journal.
 * @throws ResourceError `FORMAT_UNKNOWN`; CorruptError `STORE_CORRUPT`
 */
export async function readGenesis(file: string): Promise<{ genesis: Genesis; end: number } | null> {
  try {
    for await (const { text, end } of lines(file, 0)) {
      const genesis: Partial<Genesis> = parse(file, text);
      if (genesis.format !== FORMAT) throw unknownFormat(file, genesis.format);
      // Versions whose contract had one half wrote one hash.
      const { time, codeHash, readerCodeHash = NO_HASH } = genesis;
      if (!Number.isSafeInteger(time) || ![codeHash, readerCodeHash].every(isHash))
        throw corrupt(file, 'its first line is damaged');
      return {
        genesis: { format: FORMAT, time: Number(time), codeHash: `${codeHash}`, readerCodeHash },
        end,
      };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw fileSystemError(error, file);
  }
  throw corrupt(file, 'it has no whole line');
}

/** The entries from byte `from` on. @throws CorruptError `STORE_CORRUPT` */
export async function* readEntries(file: string, from: number): AsyncGenerator<Placed> {
  let start = from;
  try {
    for await (const { text, end } of lines(file, from)) {
      const { time, raw, block }: Partial<Entry> = parse(file, text);
      if (!Number.isSafeInteger(time) || typeof raw !== 'string' || typeof block !== 'string') {
        throw corrupt(file, `the entry before byte ${end} is damaged`);
      }
      yield { entry: { time: Number(time), raw, block }, start, end };
      start = end;
    }
  } catch (error) {
    throw fileSystemError(error, file);
  }
}

/** The entry that begins at byte `start`; null where the journal ends before. */
export async function entryAt(file: string, start: number): Promise<Placed | null> {
  for await (const placed of readEntries(file, start)) return placed;
  return null;
}

/** @throws CorruptError `STORE_CORRUPT` where the entry holds no signed transaction */
export function transactionIn(file: string, { raw, block }: Entry): SignedTransaction {
  try {
    return readTransaction(raw);
  } catch {
    // That error speaks of the publisher's journal of transactions, which may be moved away; this file may not.
    throw corrupt(file, `the transaction of block ${block} is damaged`);
  }
}

/**
 * Writes an entry after byte `start`, over whatever a crash has left there, and returns it once it is durable.
 * @throws CorruptError `STORE_CORRUPT` where the journal ends before `start`
 */
export async function appendEntry(file: string, start: number, entry: Entry): Promise<Placed> {
  const bytes = Buffer.from(line(entry));
  const size = await appendAt(file, start, bytes).catch((error) => {
    throw fileSystemError(error, file);
  });
  if (size < start) throw corrupt(file, `it has shrunk from ${start} bytes to ${size}`);
  return { entry, start, end: start + bytes.byteLength };
}

/**
 * Whole lines only. A write that a crash has torn lacks its newline, or, where a power cut lost pages in its middle,
 * holds zero bytes: it was never acknowledged, and the journal ends before it. An entry behind it was written later, so
 * that the zeros are damage.
 */
async function* lines(file: string, start: number): AsyncGenerator<{ text: string; end: number }> {
  let rest = Buffer.alloc(0);
  let end = start;
  let torn = false;
  const handle = await openRegular(file);
  // The stream closes the handle, also where the caller has read enough.
  for await (const piece of handle.createReadStream({ start })) {
    rest = Buffer.concat([rest, piece]);
    for (let newline = rest.indexOf(0x0a); newline >= 0; newline = rest.indexOf(0x0a)) {
      const text = rest.toString('utf8', 0, newline);
      rest = rest.subarray(newline + 1);
      torn ||= text.includes('\0');
      if (torn && ENTRY.test(text))
        throw corrupt(file, `zeros follow byte ${end}, and entries are behind them`);
      if (torn) continue;
      end += newline + 1;
      yield { text, end };
    }
    if (rest.byteLength <= MAX_LINE_BYTES) continue;
    torn ||= rest.includes(0);
    if (!torn) throw corrupt(file, `the line at byte ${end} is too long`);
    rest = Buffer.alloc(0);
  }
}

function isHash(text: unknown): boolean {
  return typeof text === 'string' && /^0x[0-9a-f]{64}$/.test(text);
}

function line(value: Genesis | Entry): string {
  return `${JSON.stringify(value)}\n`;
}

function parse(file: string, text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw corrupt(file, 'one of its lines is no JSON');
  }
}

export function corrupt(file: string, was: string): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `the chain journal ${file} must hold what was written to it`,
    was,
    next: 'restore it from a copy: it alone is the chain; without one, begin anew with `ballast reset` and store the models again',
  });
}

function unknownFormat(file: string, format: unknown): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${file} must have the format ${FORMAT}`,
    was: `it has ${JSON.stringify(format)?.slice(0, 80)}`,
    next: 'use the version of Ballast that wrote it, or begin anew with `ballast reset`',
  });
}
