import { ResourceError } from '../errors.ts';
import { Database, type Row, type Sqlite } from '../fs/database.ts';
import type { WaitOptions } from '../fs/until-free.ts';
import { type ModelName, type Namespace, splitModel } from '../ids/reference.ts';
import type {
  Address,
  AsOf,
  CallOptions,
  ChannelTarget,
  PinnedRelease,
  ReleaseStatus,
  Resolution,
} from '../interfaces.ts';
import { isFinal, isWithdrawn } from '../standing.ts';
import type { RememberedRelease } from './remembered.ts';

/** 1 had the first table alone; 2 did not know of which time what was heard of a release is, nor of which namespaces. */
const FORMAT = 3;

/** A contact is written down again no sooner: what it is for counts in days. */
const CONTACT_AGAIN_MS = 600_000;

/** How much of a remembered release is final: the last, all but its status. */
const [NOTHING_FINAL, ALL_FINAL, RELEASE_FINAL] = [0, 1, 2];

/** When this machine last reached a chain, by its own clock, and the newest block that it saw then. */
export interface Contact {
  readonly at: number;
  readonly asOf: AsOf;
}

/** Whose statements vouch for a namespace; null: nobody's. */
export interface HeardKey {
  readonly key: Address | null;
  /** Of the block as of which the chain said so first; none that was still to come. */
  readonly time: Date;
}

/** A final block, by which a chain is known again. */
export interface SeenBlock {
  readonly number: number;
  readonly hash: string;
}

type Names = Pick<PinnedRelease, 'model' | 'version'>;

/**
 * What this machine has seen of each registry: the highest number of each channel and the highest final block, which must
 * not go back, and what is needed to judge others' word while the chain is out of reach.
 */
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
    { channel }: Pick<ChannelTarget, 'channel'>,
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

  async finalBlock(registry: string, options?: CallOptions): Promise<SeenBlock | null> {
    const sql = 'SELECT number, hash FROM final_blocks WHERE registry = ?';
    const [row] = await this.#database.rows(sql, [registry], options);
    return row === undefined ? null : { number: Number(row.number), hash: String(row.hash) };
  }

  async raiseFinalBlock(registry: string, block: SeenBlock, options?: CallOptions): Promise<void> {
    const { number, hash } = block;
    if (number <= ((await this.finalBlock(registry, options))?.number ?? -1)) return;
    const sql = `
      INSERT INTO final_blocks VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET number = excluded.number, hash = excluded.hash WHERE excluded.number > number`;
    await this.#database.run(sql, [registry, number, hash], options);
  }

  /** null where the registry was never asked about the namespace. */
  async contact(registry: string, namespace: Namespace, options?: CallOptions): Promise<Contact | null> {
    const sql = 'SELECT at, block, time FROM contacts WHERE registry = ? AND namespace = ?';
    const [row] = await this.#database.rows(sql, [registry, namespace], options);
    return row === undefined ? null : contactOf(row);
  }

  /** Registries of this machine's contacts whose id ends so. */
  async registries(end: string, options?: CallOptions): Promise<readonly string[]> {
    const rows = await this.#database.rows('SELECT DISTINCT registry FROM contacts', [], options);
    return rows.map(({ registry }) => String(registry)).filter((registry) => registry.endsWith(end));
  }

  /** Whose statements vouch for a namespace, as the chain last said; null: it was never heard. */
  async statementKey(
    registry: string,
    namespace: Namespace,
    options?: CallOptions,
  ): Promise<HeardKey | null> {
    const sql = 'SELECT key, time FROM statement_keys WHERE registry = ? AND namespace = ?';
    const [row] = await this.#database.rows(sql, [registry, namespace], options);
    return row === undefined ? null : { key: row.key as Address | null, time: new Date(Number(row.time)) };
  }

  /** null where nothing was heard of it. */
  async release(
    registry: string,
    { model, version }: Names,
    options?: CallOptions,
  ): Promise<RememberedRelease | null> {
    const sql = 'SELECT * FROM releases WHERE registry = ? AND model = ? AND version = ?';
    const [row] = await this.#database.rows(sql, [registry, model, version], options);
    return row === undefined ? null : rememberedOf(row);
  }

  /**
   * Remembers that the registry was asked about the namespace, and whoever else has a say.
   * @param at this machine's clock, in milliseconds since 1970
   */
  async reached(
    registry: string,
    namespace: Namespace,
    asOf: AsOf,
    at: number,
    options?: CallOptions,
  ): Promise<void> {
    const contact = await this.contact(registry, namespace, options);
    if (contact !== null && at - contact.at <= CONTACT_AGAIN_MS && at >= contact.at) return;
    const time = Math.floor(asOf.time.getTime() / 1000);
    const sql = 'INSERT OR REPLACE INTO contacts VALUES (?, ?, ?, ?, ?)';
    await this.#database.run(sql, [registry, namespace, at, asOf.block, time], options);
  }

  /**
   * Remembers what the registry has said, durably, as far as it is news: good news only where it is final. What it said as
   * of an older block, to a slower process or by an endpoint that lags, takes nothing back. Blocks are compared by their
   * times, for who makes one up can choose its number, and then nothing true would ever be newer.
   */
  async remember(registry: string, resolution: Resolution, options?: CallOptions): Promise<void> {
    const { release, statementKey, asOf } = resolution;
    const { model, version, manifest, status, statusSeq } = release;
    const final = isFinal(resolution);
    const time = Math.min(asOf.time.getTime(), Date.now());
    const known = await this.release(registry, release, options);
    const news = known?.statusSeq !== statusSeq || known.status !== status || known.statusFinal !== final;
    if (news && (final || isWithdrawn(status))) {
      // What another process has written since: a final release stays what it is, and its final status goes on only.
      const sql = `
        INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)
        ON CONFLICT DO UPDATE SET manifest = excluded.manifest, status = excluded.status,
          status_seq = excluded.status_seq, time = excluded.time,
          final = CASE WHEN final = ${NOTHING_FINAL} OR excluded.final = ${ALL_FINAL}
            THEN excluded.final ELSE ${RELEASE_FINAL} END
        WHERE (final = ${NOTHING_FINAL} AND excluded.time >= time) OR (manifest = excluded.manifest
          AND ((final = ${RELEASE_FINAL} AND excluded.time >= time) OR status_seq < excluded.status_seq))`;
      const finality = final ? ALL_FINAL : NOTHING_FINAL;
      const row = [registry, model, version, manifest, status, statusSeq, finality, time];
      await this.#database.run(sql, row, options);
    }
    const { namespace } = splitModel(model);
    const heard = await this.statementKey(registry, namespace, options);
    if (!final || heard?.key === statementKey) return;
    const sql = `
      INSERT INTO statement_keys VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET key = excluded.key, time = excluded.time WHERE excluded.time >= time`;
    await this.#database.run(sql, [registry, namespace, statementKey, time], options);
  }

  /** Remembers what the home chain has said of a mirrored release: good news only where it is final. */
  async rememberHome(registry: string, resolution: Resolution, options?: CallOptions): Promise<void> {
    const { model, version, status } = resolution.release;
    const known = await this.release(registry, { model, version }, options);
    if (known === null || known.homeStatus === status) return;
    if (!isFinal(resolution) && !isWithdrawn(status)) return;
    const sql = 'UPDATE releases SET home_status = ? WHERE registry = ? AND model = ? AND version = ?';
    await this.#database.run(sql, [status, registry, model, version], options);
  }

  close(): void {
    this.#database.close();
  }
}

function contactOf({ at, block, time }: Row): Contact {
  return { at: Number(at), asOf: { block: Number(block), time: new Date(Number(time) * 1000) } };
}

function rememberedOf(row: Row): RememberedRelease {
  return {
    manifest: String(row.manifest),
    status: row.status as ReleaseStatus,
    statusSeq: Number(row.status_seq),
    homeStatus: row.home_status as ReleaseStatus | null,
    final: row.final !== NOTHING_FINAL,
    statusFinal: row.final === ALL_FINAL,
  };
}

function prepare(file: string, sqlite: Sqlite): void {
  const format = formatOf(sqlite);
  if (format > FORMAT) throw unknownFormat(file, format);
  // Writes nothing where all of it stands: what is on a full or read-only disk can still be read.
  if (format === 2) takeOver(sqlite);
  sqlite.exec(
    `PRAGMA synchronous = FULL;
     CREATE TABLE IF NOT EXISTS seen
       (registry TEXT, model TEXT, channel TEXT, seq INTEGER, PRIMARY KEY (registry, model, channel)) STRICT;
     CREATE TABLE IF NOT EXISTS final_blocks (registry TEXT PRIMARY KEY, number INTEGER, hash TEXT) STRICT;
     CREATE TABLE IF NOT EXISTS contacts
       (registry TEXT, namespace TEXT, at INTEGER, block INTEGER, time INTEGER, PRIMARY KEY (registry, namespace)) STRICT;
     CREATE TABLE IF NOT EXISTS statement_keys
       (registry TEXT, namespace TEXT, key TEXT, time INTEGER, PRIMARY KEY (registry, namespace)) STRICT;
     CREATE TABLE IF NOT EXISTS releases
       (registry TEXT, model TEXT, version TEXT, manifest TEXT, status TEXT, status_seq INTEGER, home_status TEXT,
        final INTEGER, time INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (registry, model, version)) STRICT;`,
  );
  if (format !== FORMAT) sqlite.exec(`PRAGMA user_version = ${FORMAT}`);
}

/** Contacts and keys of the second format are learnt anew, from the chain; what it says against releases stays. */
function takeOver(sqlite: Sqlite): void {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have done it meanwhile.
    if (formatOf(sqlite) === 2)
      sqlite.exec(
        `DROP TABLE contacts;
         DROP TABLE statement_keys;
         ALTER TABLE releases ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
         PRAGMA user_version = 1;`,
      );
    sqlite.exec('COMMIT');
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}

function formatOf(sqlite: Sqlite): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.user_version);
}

function unknownFormat(file: string, format: number): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${file} must have format ${FORMAT}`,
    was: `it has format ${format}`,
    next: 'use the version of Ballast that wrote it, or a newer one',
  });
}
