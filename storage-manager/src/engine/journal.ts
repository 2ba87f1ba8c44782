import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CorruptError, ResourceError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import { type Digest, parseDigest } from '../ids/digest.ts';
import { type Channel, type ModelName, parseVersion, type Version } from '../ids/reference.ts';
import type { TransactionLog } from '../interfaces.ts';

const FORMAT = 1;

/** How long a statement waits for another process's, which takes milliseconds. */
const BUSY_MS = 10_000;

/**
 * Rows stand only while a publication is open. EXTRA: a commit is on the disk when it returns, the removal of SQLite's
 * own rollback file included (FULL leaves that to chance; https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
const SCHEMA = `
  CREATE TABLE publications (
    key TEXT PRIMARY KEY, version TEXT, manifest TEXT, files TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE transactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES publications ON DELETE CASCADE, signed TEXT NOT NULL
  ) STRICT;
  CREATE INDEX transactions_of ON transactions (key);
  PRAGMA user_version = ${FORMAT};
`;

/** What is being published, from where, to where: the same key is the same publication. */
export interface PublicationKey {
  /** `RegistryReader.id`. */
  readonly registry: string;
  readonly model: ModelName;
  /** The version that was asked for; null: the next whole number. */
  readonly label: Version | null;
  /** Absolute path. */
  readonly source: string;
  readonly channels: readonly Channel[];
}

/** What a publication knows once its steps are done. */
export interface PublicationFields {
  readonly version: Version;
  readonly manifest: Digest;
  /** Fingerprint of the tree: paths, sizes and times. */
  readonly files: string;
}

/** A publication that has begun and not finished. */
export interface Publication {
  readonly key: PublicationKey;
  /** An earlier run began it and did not finish. */
  readonly resumed: boolean;
  /** Reading these two throws CorruptError `STORE_CORRUPT` where the file holds something else. */
  readonly version: Version | null;
  readonly manifest: Digest | null;
  readonly files: string | null;
  /** Durable before it returns; fields that are left out stay. */
  record(fields: Partial<PublicationFields>): void;
  /** `append` is durable before it returns. */
  readonly log: TransactionLog;
  /** Closes it: the same key begins anew. */
  finish(): void;
}

/**
 * What this machine has begun and not finished. Several processes may use the file at once; two must not run one
 * publication at once, so its caller holds a lock of that key.
 */
export class Journal {
  readonly #file: string;
  readonly #database: DatabaseSync;

  /**
   * Opens the file, or creates it with its folder.
   * @throws ResourceError `FORMAT_UNKNOWN` (the file is left untouched), `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`.
   *   All calls throw the latter three.
   */
  constructor(file: string) {
    this.#file = file;
    this.#database = this.#do(() => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      return new DatabaseSync(file, { timeout: BUSY_MS });
    });
    try {
      this.#do(() => this.#prepare());
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The open publication of that key, else a new one, durable before it returns. */
  begin(key: PublicationKey): Publication {
    const { registry, model, label, source, channels } = key;
    // Of one channel and of none it is what rows had when there was no more than one: these are still found.
    const id = JSON.stringify([registry, model, label, source, channels.join(',') || null]);
    const { changes } = this.#run('INSERT OR IGNORE INTO publications (key) VALUES (?)', id);
    return this.#publication(key, id, changes === 0);
  }

  /** What has begun and not finished, on any registry. */
  unfinished(): { readonly registry: string; readonly reference: string; readonly source: string }[] {
    return this.#rows('SELECT key AS text FROM publications ORDER BY key').map((key) => {
      const [registry, model, label, source] = parsedKey(this.#file, key);
      const reference = label === null ? String(model) : `${model}@${label}`;
      return { registry: String(registry), reference, source: String(source) };
    });
  }

  close(): void {
    this.#database.close();
  }

  #prepare(): void {
    this.#database.exec('PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
    try {
      const format = this.#database.prepare('PRAGMA user_version').get()?.user_version;
      if (format === 0) this.#database.exec(SCHEMA);
      else if (format !== FORMAT) throw unknownFormat(this.#file, format);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #publication(key: PublicationKey, id: string, resumed: boolean): Publication {
    const field = (name: keyof PublicationFields) =>
      this.#rows(`SELECT ${name} AS text FROM publications WHERE key = ?`, id)[0] ?? null;
    const parsed = <T>(name: keyof PublicationFields, parse: (text: string) => T): T | null => {
      const text = field(name);
      try {
        return text === null ? null : parse(text);
      } catch (cause) {
        throw unreadable(this.#file, name, cause);
      }
    };
    const record = ({ version, manifest, files }: Partial<PublicationFields>) => {
      this.#run(
        `UPDATE publications SET version = coalesce(?, version), manifest = coalesce(?, manifest),
           files = coalesce(?, files) WHERE key = ?`,
        version ?? null,
        manifest ?? null,
        files ?? null,
        id,
      );
    };
    return {
      key,
      resumed,
      get version() {
        return parsed('version', parseVersion);
      },
      get manifest() {
        return parsed('manifest', parseDigest);
      },
      get files() {
        return field('files');
      },
      record,
      log: {
        all: () =>
          this.#rows('SELECT signed AS text FROM transactions WHERE key = ? ORDER BY id', id) as string[],
        append: (signed) =>
          void this.#run('INSERT INTO transactions (key, signed) VALUES (?, ?)', id, signed),
      },
      finish: () => void this.#run('DELETE FROM publications WHERE key = ?', id),
    };
  }

  #rows(sql: string, ...values: string[]): (string | null)[] {
    const rows = this.#do(() => this.#database.prepare(sql).all(...values));
    return rows.map(({ text }) => text as string | null);
  }

  #run(sql: string, ...values: (string | null)[]): { changes: number | bigint } {
    return this.#do(() => this.#database.prepare(sql).run(...values));
  }

  #do<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw fileSystemError(error, `journal ${this.#file}`);
    }
  }
}

function parsedKey(file: string, key: string | null): unknown[] {
  try {
    return Array.from(JSON.parse(String(key)));
  } catch (cause) {
    throw unreadable(file, 'key', cause);
  }
}

function unknownFormat(file: string, format: unknown): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `journal ${file} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or set BALLAST_HOME to another folder',
  });
}

function unreadable(file: string, name: string, cause: unknown): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `journal ${file} must hold what was written to it`,
    was: `the ${name} of an open publication is none`,
    next: 'move the journal away; what the chain has recorded stays, and the same command finds it there',
    cause,
  });
}
