import { DatabaseSync } from 'node:sqlite';
import { ResourceError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import type { ModelName } from '../ids/reference.ts';
import type { ChannelTarget } from '../interfaces.ts';

const FORMAT = 1;

/** The highest sequence number that this machine has seen of each channel: what must not go back. */
export class Seen {
  readonly #file: string;
  readonly #database: DatabaseSync;

  /**
   * Creates the file where it is missing.
   * @throws ResourceError `FORMAT_UNKNOWN` (the file is left untouched), `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`;
   *   CorruptError `STORE_CORRUPT`. All calls throw the latter four.
   */
  constructor(file: string) {
    this.#file = file;
    this.#database = this.#do(() => new DatabaseSync(file, { timeout: 5_000 }));
    try {
      this.#do(() => this.#prepare());
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** 0 where the channel was never seen. */
  highest(registry: string, model: ModelName, { channel }: ChannelTarget): number {
    const sql = 'SELECT seq FROM seen WHERE registry = ? AND model = ? AND channel = ?';
    const row = this.#do(() => this.#database.prepare(sql).get(registry, model, channel));
    return Number(row?.seq ?? 0);
  }

  /** Remembers the target's number, durably, where it is higher than all before; else it writes nothing. */
  raise(registry: string, model: ModelName, target: ChannelTarget): void {
    const { channel, seq } = target;
    if (seq <= this.highest(registry, model, target)) return;
    const sql = `
      INSERT INTO seen VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seen.seq`;
    this.#do(() => this.#database.prepare(sql).run(registry, model, channel, seq));
  }

  close(): void {
    this.#database.close();
  }

  #prepare(): void {
    const format = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version);
    if (format !== 0 && format !== FORMAT) throw unknownFormat(this.#file, format);
    // Writes nothing where all of it stands: what is on a full or read-only disk can still be read.
    this.#database.exec(
      `PRAGMA synchronous = FULL;
       CREATE TABLE IF NOT EXISTS seen
         (registry TEXT, model TEXT, channel TEXT, seq INTEGER, PRIMARY KEY (registry, model, channel)) STRICT;`,
    );
    if (format !== FORMAT) this.#database.exec(`PRAGMA user_version = ${FORMAT}`);
  }

  #do<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw fileSystemError(error, this.#file);
    }
  }
}

function unknownFormat(file: string, format: number): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${file} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or a newer one',
  });
}
