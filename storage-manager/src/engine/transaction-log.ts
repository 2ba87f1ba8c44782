import { ResourceError } from '../errors.ts';
import { Database, type Sqlite } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import type { TransactionLog } from '../interfaces.ts';

const FORMAT = 1;
/** Each write is synced, and a busy machine may have many writers: 200 publishes at once on two cores waited for half of it. */
const WAIT_MS = 60_000;

/** What is open: a table, and its columns beside the key. */
export interface OpenTable {
  readonly name: string;
  readonly columns: string;
}

/**
 * Opens a file, or creates it in its folder, which stands: one table of what is open, by a key, and the signed
 * transactions of each row, which go with it.
 * @param what names it in errors
 * @param options `waitMs`: how long each call waits for other processes; default: a minute
 * @throws ResourceError `FORMAT_UNKNOWN`; what `Database.open` throws
 */
export function openLogged(
  file: string,
  what: string,
  table: OpenTable,
  options: WaitOptions,
): Promise<Database> {
  const waiting = { ...options, waitMs: options.waitMs ?? WAIT_MS };
  return Database.open(file, what, (sqlite) => prepare(what, table, sqlite), waiting);
}

/** The transactions of the row with that key, which stands. `append` is durable before it resolves. */
export function transactionLog(database: Database, key: string): TransactionLog {
  return {
    all: async (options) => {
      const select = 'SELECT signed FROM transactions WHERE key = ? ORDER BY id';
      return (await database.rows(select, [key], options)).map(({ signed }) => String(signed));
    },
    append: async (signed, options) => {
      await database.run('INSERT INTO transactions (key, signed) VALUES (?, ?)', [key, signed], options);
    },
  };
}

/**
 * EXTRA: a commit is on the disk when it returns, the removal of SQLite's own rollback file included (FULL leaves that to
 * chance; https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
function prepare(what: string, table: OpenTable, sqlite: Sqlite): void {
  sqlite.exec('PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
  try {
    const format = sqlite.prepare('PRAGMA user_version').get()?.user_version;
    if (format === 0) sqlite.exec(schema(table));
    else if (format !== FORMAT) throw unknownFormat(what, format);
    sqlite.exec('COMMIT');
  } catch (error) {
    // After some failures SQLite has ended it by itself.
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}

function schema({ name, columns }: OpenTable): string {
  return `
    CREATE TABLE ${name} (key TEXT PRIMARY KEY, ${columns}) STRICT, WITHOUT ROWID;
    CREATE TABLE transactions (
      id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES ${name} ON DELETE CASCADE, signed TEXT NOT NULL
    ) STRICT;
    CREATE INDEX transactions_of ON transactions (key);
    PRAGMA user_version = ${FORMAT};`;
}

function unknownFormat(what: string, format: unknown): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${what} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or set BALLAST_HOME to another folder',
  });
}
