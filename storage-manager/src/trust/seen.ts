import { ResourceError } from '../errors.ts';
import { Database, type Sqlite } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import type { ModelName } from '../ids/reference.ts';
import type { CallOptions, ChannelTarget } from '../interfaces.ts';

const FORMAT = 1;

/** The highest sequence number that this machine has seen of each channel: what must not go back. */
export class Seen {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Creates the file where it is missing.
   * @param options `waitMs`: how long each call waits for other processes, whose statements take milliseconds
   * @throws ResourceError `FORMAT_UNKNOWN` (the file is left untouched), `DISK_FULL`, `FILE_SYSTEM`; BusyError `LOCKED`;
   *   CorruptError `STORE_CORRUPT`. All calls throw the latter four.
   */
  static async open(file: string, options: WaitOptions = {}): Promise<Seen> {
    return new Seen(await Database.open(file, file, (sqlite) => prepare(file, sqlite), options));
  }

  /** 0 where the channel was never seen. */
  async highest(
    registry: string,
    model: ModelName,
    { channel }: ChannelTarget,
    options?: CallOptions,
  ): Promise<number> {
    const sql = 'SELECT seq FROM seen WHERE registry = ? AND model = ? AND channel = ?';
    const [row] = await this.#database.rows(sql, [registry, model, channel], options);
    return Number(row?.seq ?? 0);
  }

  /** Remembers the target's number, durably, where it is higher than all before; else it writes nothing. */
  async raise(
    registry: string,
    model: ModelName,
    target: ChannelTarget,
    options?: CallOptions,
  ): Promise<void> {
    const { channel, seq } = target;
    if (seq <= (await this.highest(registry, model, target, options))) return;
    const sql = `
      INSERT INTO seen VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seen.seq`;
    await this.#database.run(sql, [registry, model, channel, seq], options);
  }

  close(): void {
    this.#database.close();
  }
}

function prepare(file: string, sqlite: Sqlite): void {
  const format = Number(sqlite.prepare('PRAGMA user_version').get()?.user_version);
  if (format !== 0 && format !== FORMAT) throw unknownFormat(file, format);
  // Writes nothing where all of it stands: what is on a full or read-only disk can still be read.
  sqlite.exec(
    `PRAGMA synchronous = FULL;
     CREATE TABLE IF NOT EXISTS seen
       (registry TEXT, model TEXT, channel TEXT, seq INTEGER, PRIMARY KEY (registry, model, channel)) STRICT;`,
  );
  if (format !== FORMAT) sqlite.exec(`PRAGMA user_version = ${FORMAT}`);
}

function unknownFormat(file: string, format: number): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${file} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or a newer one',
  });
}
