import { CorruptError } from '../errors.ts';
import type { Database, Row } from '../fs/database.ts';
import { type Digest, parseDigest } from '../ids/digest.ts';
import { type ModelName, parseModelName, parseVersion, type Version } from '../ids/reference.ts';
import type { CallOptions } from '../interfaces.ts';

/** A release that this machine has published in a block that the chain might have taken back. */
export interface NotFinalRelease {
  /** `RegistryReader.id`. */
  readonly registry: string;
  readonly model: ModelName;
  readonly version: Version;
  readonly manifest: Digest;
  /** `0x` hex of each transaction that was signed for it, oldest first. */
  readonly signed: readonly string[];
  /** When it was last looked for, the chain did not have it any more. */
  readonly takenBack: boolean;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS not_final (
    registry TEXT, model TEXT, version TEXT, manifest TEXT, signed TEXT, taken_back INTEGER,
    PRIMARY KEY (registry, model, version)
  ) STRICT`;
const WHERE = 'WHERE registry = ? AND model = ? AND version = ?';

/**
 * What this machine has published and the chain may still take back, with the transactions: then they are sent again, the
 * same ones. The table is made with its first row, so that journals of older versions need no change.
 */
export class NotFinal {
  readonly #file: string;
  readonly #database: Database;

  /** @param file of the journal */
  constructor(file: string, database: Database) {
    this.#file = file;
    this.#database = database;
  }

  /** Durable before it resolves. */
  async put(release: NotFinalRelease, options?: CallOptions): Promise<void> {
    const { registry, model, version, manifest, signed, takenBack } = release;
    await this.#database.run(TABLE, [], options);
    const values = [registry, model, version, manifest, JSON.stringify(signed), takenBack ? 1 : 0];
    await this.#database.run('INSERT OR REPLACE INTO not_final VALUES (?, ?, ?, ?, ?, ?)', values, options);
  }

  /** Of any registry. @throws CorruptError `STORE_CORRUPT` */
  async all(options?: CallOptions): Promise<NotFinalRelease[]> {
    if (!(await this.#isThere(options))) return [];
    const rows = await this.#database.rows(
      'SELECT * FROM not_final ORDER BY registry, model, version',
      [],
      options,
    );
    try {
      return rows.map(parsedRow);
    } catch (cause) {
      throw new CorruptError('STORE_CORRUPT', {
        should: `journal ${this.#file} must hold what was written to it`,
        was: 'a release that is not final yet is none',
        next: 'move the journal away; what the chain has recorded stays, and the same command finds it there',
        cause,
      });
    }
  }

  async remove({ registry, model, version }: NotFinalRelease, options?: CallOptions): Promise<void> {
    await this.#database.run(`DELETE FROM not_final ${WHERE}`, [registry, model, version], options);
  }

  async #isThere(options: CallOptions | undefined): Promise<boolean> {
    const select = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'not_final'";
    return (await this.#database.rows(select, [], options)).length > 0;
  }
}

function parsedRow(row: Row): NotFinalRelease {
  return {
    registry: String(row.registry),
    model: parseModelName(String(row.model)),
    version: parseVersion(String(row.version)),
    manifest: parseDigest(String(row.manifest)),
    signed: Array.from(JSON.parse(String(row.signed)), String),
    takenBack: row.taken_back === 1,
  };
}
