import { CorruptError } from '../errors.ts';
import type { Database } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import { type Digest, parseDigest } from '../ids/digest.ts';
import { type Channel, type ModelName, parseVersion, type Version } from '../ids/reference.ts';
import type { CallOptions, TransactionLog } from '../interfaces.ts';
import { NotFinal } from './not-final.ts';
import { openLogged, transactionLog } from './transaction-log.ts';

/** Rows stand only while a publication is open. */
const TABLE = { name: 'publications', columns: 'version TEXT, manifest TEXT, files TEXT' };

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
  /** What was recorded. Reading these two throws CorruptError `STORE_CORRUPT` where the file held something else. */
  readonly version: Version | null;
  readonly manifest: Digest | null;
  readonly files: string | null;
  /** Durable before it resolves; fields that are left out stay. */
  record(fields: Partial<PublicationFields>, options?: CallOptions): Promise<void>;
  /** `append` is durable before it resolves. */
  readonly log: TransactionLog;
  /** Closes it: the same key begins anew. */
  finish(options?: CallOptions): Promise<void>;
}

/**
 * What this machine has begun and not finished. Several processes may use the file at once; two must not run one
 * publication at once, so its caller holds a lock of that key.
 */
export class Journal {
  readonly #file: string;
  readonly #database: Database;
  /** What was finished, and the chain may still take back. */
  readonly notFinal: NotFinal;

  private constructor(file: string, database: Database) {
    this.#file = file;
    this.#database = database;
    this.notFinal = new NotFinal(file, database);
  }

  /**
   * Opens the file, or creates it in its folder, which stands.
   * @param options `waitMs`: how long each call waits for other processes, whose statements take milliseconds
   * @throws ResourceError `FORMAT_UNKNOWN` (the file is left untouched), `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`.
   *   All calls throw the latter three.
   */
  static async open(file: string, options: WaitOptions = {}): Promise<Journal> {
    return new Journal(file, await openLogged(file, `journal ${file}`, TABLE, options));
  }

  /** The open publication of that key, else a new one, durable before it resolves. */
  async begin(key: PublicationKey, options?: CallOptions): Promise<Publication> {
    const { registry, model, label, source, channels } = key;
    // Of one channel and of none it is what rows had when there was no more than one: these are still found.
    const id = JSON.stringify([registry, model, label, source, channels.join(',') || null]);
    const insert = 'INSERT OR IGNORE INTO publications (key) VALUES (?)';
    const resumed = (await this.#database.run(insert, [id], options)) === 0;
    const select = 'SELECT version, manifest, files FROM publications WHERE key = ?';
    const [row] = await this.#database.rows(select, [id], options);
    return this.#publication(key, id, resumed, { ...NOTHING_YET, ...row });
  }

  /** What has begun and not finished, on any registry. */
  async unfinished(
    options?: CallOptions,
  ): Promise<{ readonly registry: string; readonly reference: string; readonly source: string }[]> {
    const rows = await this.#database.rows('SELECT key FROM publications ORDER BY key', [], options);
    return rows.map((row) => {
      const [registry, model, label, source] = parsedKey(this.#file, row.key);
      const reference = label === null ? String(model) : `${model}@${label}`;
      return { registry: String(registry), reference, source: String(source) };
    });
  }

  close(): void {
    this.#database.close();
  }

  #publication(key: PublicationKey, id: string, resumed: boolean, row: Fields): Publication {
    const database = this.#database;
    let known = row;
    const parsed = <T>(name: keyof Fields, parse: (text: string) => T): T | null => {
      const text = known[name];
      try {
        return text === null ? null : parse(text);
      } catch (cause) {
        throw unreadable(this.#file, name, cause);
      }
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
        return known.files;
      },
      async record(fields, options) {
        const next = { ...known, ...fields };
        const update = 'UPDATE publications SET version = ?, manifest = ?, files = ? WHERE key = ?';
        await database.run(update, [next.version, next.manifest, next.files, id], options);
        known = next;
      },
      log: transactionLog(database, id),
      finish: async (options) => {
        await database.run('DELETE FROM publications WHERE key = ?', [id], options);
      },
    };
  }
}

/** The columns as they stand. */
type Fields = Readonly<Record<keyof PublicationFields, string | null>>;

const NOTHING_YET: Fields = { version: null, manifest: null, files: null };

function parsedKey(file: string, key: unknown): unknown[] {
  try {
    return Array.from(JSON.parse(String(key)));
  } catch (cause) {
    throw unreadable(file, 'key', cause);
  }
}

function unreadable(file: string, name: string, cause: unknown): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `journal ${file} must hold what was written to it`,
    was: `the ${name} of an open publication is none`,
    next: 'move the journal away; what the chain has recorded stays, and the same command finds it there',
    cause,
  });
}
