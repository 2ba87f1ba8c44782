import { randomBytes } from 'node:crypto';
import { ResourceError } from '../errors.ts';
import { Database, type Sqlite } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import { type Digest, digestFromBytes, parseDigest } from '../ids/digest.ts';
import type { CallOptions, TransactionLog } from '../interfaces.ts';

const FORMAT = 1;

/** EXTRA: a commit is on the disk when it returns, the removal of SQLite's own rollback file included. */
const SCHEMA = `
  CREATE TABLE tasks (key TEXT PRIMARY KEY, salt TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE transactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES tasks ON DELETE CASCADE, signed TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${FORMAT};
`;

/** A change of a registry that has begun and not finished. */
export interface Task {
  /** 32 random bytes, the same in every run: what a commitment hides its label with. */
  readonly salt: Digest;
  /** `append` is durable before it resolves. */
  readonly log: TransactionLog;
  /** Closes it: the same key begins anew. */
  finish(options?: CallOptions): Promise<void>;
}

/**
 * Changes of registries that this machine has begun and not finished; publications have a journal of their own. Several
 * processes may use the file at once; two must not work on one task, so its caller holds a lock of that key.
 */
export class Tasks {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Opens the file, or creates it in its folder, which stands.
   * @throws ResourceError `FORMAT_UNKNOWN`, `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`. All calls throw the latter
   */
  static async open(file: string, options: WaitOptions = {}): Promise<Tasks> {
    const made = (sqlite: Sqlite) => prepare(file, sqlite);
    return new Tasks(await Database.open(file, `tasks ${file}`, made, options));
  }

  /** The open task of that key, else a new one, durable before it resolves. @param key the registry and what is wanted */
  async begin(key: readonly string[], options?: CallOptions): Promise<Task> {
    const database = this.#database;
    const id = JSON.stringify(key);
    const fresh = digestFromBytes(randomBytes(32));
    await database.run('INSERT OR IGNORE INTO tasks (key, salt) VALUES (?, ?)', [id, fresh], options);
    const [row] = await database.rows('SELECT salt FROM tasks WHERE key = ?', [id], options);
    return {
      salt: parseDigest(String(row?.salt)),
      log: {
        all: async (call) => {
          const select = 'SELECT signed FROM transactions WHERE key = ? ORDER BY id';
          return (await database.rows(select, [id], call)).map(({ signed }) => String(signed));
        },
        append: async (signed, call) => {
          await database.run('INSERT INTO transactions (key, signed) VALUES (?, ?)', [id, signed], call);
        },
      },
      finish: async (call) => {
        await database.run('DELETE FROM tasks WHERE key = ?', [id], call);
      },
    };
  }

  close(): void {
    this.#database.close();
  }
}

function prepare(file: string, sqlite: Sqlite): void {
  sqlite.exec('PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
  try {
    const format = sqlite.prepare('PRAGMA user_version').get()?.user_version;
    if (format === 0) sqlite.exec(SCHEMA);
    else if (format !== FORMAT) throw unknownFormat(file, format);
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.exec('ROLLBACK');
    throw error;
  }
}

function unknownFormat(file: string, format: unknown): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${file} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or set BALLAST_HOME to another folder',
  });
}
