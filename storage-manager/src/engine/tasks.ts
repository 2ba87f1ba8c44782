import { randomBytes } from 'node:crypto';
import { CorruptError } from '../errors.ts';
import type { Database } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import { type Digest, digestFromBytes, parseDigest } from '../ids/digest.ts';
import type { CallOptions, TransactionLog } from '../interfaces.ts';
import { openLogged, transactionLog } from './transaction-log.ts';

const TABLE = { name: 'tasks', columns: 'salt TEXT NOT NULL' };

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
  readonly #file: string;
  readonly #database: Database;

  private constructor(file: string, database: Database) {
    this.#file = file;
    this.#database = database;
  }

  /**
   * Opens the file, or creates it in its folder, which stands.
   * @throws ResourceError `FORMAT_UNKNOWN`, `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`; CorruptError `STORE_CORRUPT`.
   *   All calls throw the latter four.
   */
  static async open(file: string, options: WaitOptions = {}): Promise<Tasks> {
    return new Tasks(file, await openLogged(file, `tasks ${file}`, TABLE, options));
  }

  /** The open task of that key, else a new one, durable before it resolves. @param key the registry and what is wanted */
  async begin(key: readonly string[], options?: CallOptions): Promise<Task> {
    const database = this.#database;
    const id = JSON.stringify(key);
    const fresh = digestFromBytes(randomBytes(32));
    await database.run('INSERT OR IGNORE INTO tasks (key, salt) VALUES (?, ?)', [id, fresh], options);
    const [row] = await database.rows('SELECT salt FROM tasks WHERE key = ?', [id], options);
    return {
      salt: this.#read('salt', () => parseDigest(String(row?.salt))),
      log: transactionLog(database, id),
      finish: async (call) => {
        await database.run('DELETE FROM tasks WHERE key = ?', [id], call);
      },
    };
  }

  /** Keys of the tasks that are open. */
  async unfinished(options?: CallOptions): Promise<readonly (readonly string[])[]> {
    const rows = await this.#database.rows('SELECT key FROM tasks ORDER BY key', [], options);
    return rows.map(({ key }) => this.#read('key', () => JSON.parse(String(key)).map(String)));
  }

  #read<T>(name: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw new CorruptError('STORE_CORRUPT', {
        should: `tasks ${this.#file} must hold what was written to it`,
        was: `the ${name} of an open task is none`,
        next: 'move the file away; what the chain has recorded stays, and the same command finds it there',
        cause,
      });
    }
  }

  close(): void {
    this.#database.close();
  }
}
