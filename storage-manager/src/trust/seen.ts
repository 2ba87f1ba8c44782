import { DatabaseSync } from 'node:sqlite';
import { ResourceError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import type { ModelName } from '../ids/reference.ts';
import type { ChannelTarget } from '../interfaces.ts';

const FORMAT = 1;

/** The highest sequence number that this machine has seen of each channel: what must not go back. */
export class Seen {
  readonly #database: DatabaseSync;

  /** Creates the file where it is missing. @throws ResourceError `FORMAT_UNKNOWN`, `FILE_SYSTEM` */
  constructor(file: string) {
    try {
      this.#database = new DatabaseSync(file, { timeout: 5_000 });
      this.#open(file);
    } catch (error) {
      throw fileSystemError(error, file);
    }
  }

  /** 0 where the channel was never seen. */
  highest(registry: string, model: ModelName, { channel }: ChannelTarget): number {
    const row = this.#database
      .prepare('SELECT seq FROM seen WHERE registry = ? AND model = ? AND channel = ?')
      .get(registry, model, channel);
    return Number(row?.seq ?? 0);
  }

  /** Remembers the target's number where it is higher than all before; durable when it returns. */
  raise(registry: string, model: ModelName, { channel, seq }: ChannelTarget): void {
    this.#database
      .prepare(
        `INSERT INTO seen VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seen.seq`,
      )
      .run(registry, model, channel, seq);
  }

  close(): void {
    this.#database.close();
  }

  #open(file: string): void {
    const format = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version);
    if (format !== 0 && format !== FORMAT) {
      this.#database.close();
      throw new ResourceError('FORMAT_UNKNOWN', {
        should: `${file} must have format ${FORMAT}`,
        was: `it has format ${format}`,
        next: 'use the version of Ballast that wrote it, or a newer one',
      });
    }
    this.#database.exec(
      `PRAGMA synchronous = FULL;
       CREATE TABLE IF NOT EXISTS seen
         (registry TEXT, model TEXT, channel TEXT, seq INTEGER, PRIMARY KEY (registry, model, channel)) STRICT;
       PRAGMA user_version = ${FORMAT};`,
    );
  }
}
