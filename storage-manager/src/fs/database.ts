import { DatabaseSync } from 'node:sqlite';
import type { CallOptions } from '../interfaces.ts';
import { untilFree, type WaitOptions } from './until-free.ts';

/** What `prepare` works with. */
export type Sqlite = DatabaseSync;

/** What a column may hold. Said here, because older types of Node, which a dependency may bring, lack their name for it. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A row by the names of its columns. */
export type Row = Record<string, unknown>;

/** A small SQLite file that several processes use at once. A call waits for theirs without holding up its own process. */
export class Database {
  readonly #what: string;
  readonly #waitMs: number | undefined;
  readonly #sqlite: DatabaseSync;

  private constructor(what: string, waitMs: number | undefined, sqlite: DatabaseSync) {
    this.#what = what;
    this.#waitMs = waitMs;
    this.#sqlite = sqlite;
  }

  /**
   * Creates the file where it is missing.
   * @param what names it in errors
   * @param prepare checks or makes the tables; run anew where another process was in its way
   * @param options `waitMs` holds for every later call too
   * @throws ResourceError `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`; CorruptError `STORE_CORRUPT`; what `prepare`
   *   throws. All calls throw the first four.
   */
  static async open(
    file: string,
    what: string,
    prepare: (sqlite: Sqlite) => void,
    options: WaitOptions,
  ): Promise<Database> {
    const sqlite = await untilFree(what, () => new DatabaseSync(file, { timeout: 0 }), options);
    try {
      await untilFree(what, () => prepare(sqlite), options);
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return new Database(what, options.waitMs, sqlite);
  }

  rows(sql: string, values: readonly SqlValue[], options?: CallOptions): Promise<Row[]> {
    return this.#call(() => this.#sqlite.prepare(sql).all(...values), options);
  }

  /** Durable before it resolves. @returns how many rows it changed */
  run(sql: string, values: readonly SqlValue[], options?: CallOptions): Promise<number> {
    return this.#call(() => Number(this.#sqlite.prepare(sql).run(...values).changes), options);
  }

  close(): void {
    this.#sqlite.close();
  }

  #call<T>(call: () => T, options: CallOptions = {}): Promise<T> {
    return untilFree(this.#what, call, { ...options, waitMs: this.#waitMs });
  }
}
