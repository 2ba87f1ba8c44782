import { CorruptError, ResourceError } from '../../errors.ts';
import { Database, type Sqlite } from '../../fs/database.ts';
import type { Digest } from '../../ids/digest.ts';

const FORMAT = 1;

/** A turn takes a fraction of a millisecond; on a machine that is overloaded all of many processes must get theirs. */
export const TURN_MS = 60_000;

/**
 * What the processes of one cache must know of each other: who brings which block, and how much lies in each folder.
 * Nothing in it needs to outlive a power cut: what the folders hold is counted anew, and claims of the dead end.
 */
export class Claims {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Looks at all of it, which is little. @throws as `Database.open`; ResourceError `FORMAT_UNKNOWN` */
  static async open(file: string): Promise<Claims> {
    const what = `the index of the cache, ${file}`;
    return new Claims(
      await Database.open(file, what, (sqlite) => prepare(sqlite, what), { waitMs: TURN_MS }),
    );
  }

  /** Who brings the block; null: nobody. */
  async holder(digest: Digest): Promise<string | null> {
    const [row] = await this.#database.rows('SELECT owner FROM claims WHERE digest = ?', [digest]);
    return row === undefined ? null : String(row.owner);
  }

  /** @param from who has it now: null, or somebody who has died @returns whether it is `owner`'s now */
  async take(digest: Digest, owner: string, from: string | null): Promise<boolean> {
    const sql =
      from === null
        ? 'INSERT OR IGNORE INTO claims (owner, digest) VALUES (?, ?)'
        : 'UPDATE claims SET owner = ? WHERE digest = ? AND owner = ?';
    const values = from === null ? [owner, digest] : [owner, digest, from];
    return (await this.#database.run(sql, values)) === 1;
  }

  async release(digest: Digest, owner: string): Promise<void> {
    await this.#database.run('DELETE FROM claims WHERE digest = ? AND owner = ?', [digest, owner]);
  }

  async releaseAll(owner: string): Promise<void> {
    await this.#database.run('DELETE FROM claims WHERE owner = ?', [owner]);
  }

  /** Counts bytes that were put into the folder, where it was counted before. */
  async added(folder: number, bytes: number): Promise<void> {
    await this.#database.run('UPDATE folders SET bytes = bytes + ? WHERE folder = ?', [bytes, folder]);
  }

  /** Bytes in each of the folders from `first` to `last` that was counted. */
  async bytes(first: number, last: number): Promise<ReadonlyMap<number, number>> {
    const sql = 'SELECT folder, bytes FROM folders WHERE folder BETWEEN ? AND ?';
    const rows = await this.#database.rows(sql, [first, last]);
    return new Map(rows.map(({ folder, bytes }) => [Number(folder), Number(bytes)]));
  }

  /** Says what folders were found to hold. */
  async counted(bytes: ReadonlyMap<number, number>): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO folders (folder, bytes) SELECT key, value FROM json_each(?)';
    await this.#database.run(sql, [JSON.stringify(Object.fromEntries(bytes))]);
  }

  close(): void {
    this.#database.close();
  }
}

/** Readers of a write-ahead log wait for nobody; without syncs a claim costs no disk. */
function prepare(sqlite: Sqlite, what: string): void {
  sqlite.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL');
  const found = sqlite.prepare('PRAGMA user_version').get()?.user_version;
  if (found !== 0 && found !== FORMAT) throw unknownFormat(what, String(found));
  sqlite.exec(`
    CREATE TABLE IF NOT EXISTS claims (digest TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS folders (folder INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
    PRAGMA user_version = ${FORMAT}`);
  const was = sqlite.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (was !== 'ok') throw damaged(what, String(was));
}

function damaged(what: string, was: string): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `${what} must be a sound database`,
    was,
    next: 'delete the cache: it holds copies alone, and is made anew',
  });
}

function unknownFormat(what: string, was: string): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${what} must have format ${FORMAT}`,
    was: `it has format ${was}`,
    next: 'use the version of Ballast that made it, or delete the cache: it holds copies alone',
  });
}
