import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readerCodeHash } from '@ballast-models/registry-contract';
import { z } from 'zod';
import { PolicyError, UsageError } from '../errors.ts';
import { writeWhole } from '../fs/commit.ts';
import { fileSystemError } from '../fs/errors.ts';
import { makeFolder } from '../fs/make-folder.ts';
import { readTextFile } from '../fs/small-text.ts';
import { FACTORY, SALT } from '../registries/ethereum/create2.ts';
import { readerAddress } from '../registries/ethereum/deploy.ts';
import type { Site } from './site.ts';

/** A transaction that made part of a deployment. */
export interface SentTransaction {
  readonly what: string;
  /** `0x` and 64 hex digits. */
  readonly hash: string;
  readonly block: number;
  /** Decimal. */
  readonly gasUsed: string;
}

/** What `deployments/<chainId>.json` holds: for people and scripts. Ballast believes the chain, never this file. */
export interface DeploymentRecord {
  readonly chainId: number;
  readonly address: string;
  readonly codeHash: string;
  readonly reader: string;
  readonly readerCodeHash: string;
  /** null: no administrators. */
  readonly authority: string | null;
  readonly admin: string | null;
  readonly factory: string;
  readonly salt: string;
  readonly transactions: readonly SentTransaction[];
}

export function recordOf(
  chainId: number,
  { manager, registry }: Site,
  admin: string | null,
): Omit<DeploymentRecord, 'transactions'> {
  const { address, codeHash } = registry;
  return {
    ...{ chainId, address, codeHash, reader: readerAddress(address), readerCodeHash },
    ...{ authority: manager?.address ?? null, admin, factory: FACTORY, salt: SALT },
  };
}

/** The file of one chain in a folder of deployments. */
export class RecordFile {
  readonly path: string;
  readonly #folder: string;
  #record: DeploymentRecord;

  private constructor(folder: string, path: string, record: DeploymentRecord) {
    this.#folder = folder;
    this.path = path;
    this.#record = record;
  }

  /**
   * Looks for the file, and for the transactions that earlier runs have written there.
   * @throws PolicyError `DESTINATION_EXISTS` where another registry has the name; UsageError `CONFIG_INVALID`
   */
  static async open(folder: string, record: Omit<DeploymentRecord, 'transactions'>): Promise<RecordFile> {
    const path = join(folder, `${record.chainId}.json`);
    const found = parse(path, (await readTextFile(path))?.text);
    if (found !== null && found.address !== record.address) throw taken(path, record.address, found.address);
    return new RecordFile(folder, path, { ...record, transactions: found?.transactions ?? [] });
  }

  async add(transaction: SentTransaction): Promise<void> {
    this.#record = { ...this.#record, transactions: [...this.#record.transactions, transaction] };
    await this.write();
  }

  async write(): Promise<void> {
    await this.prepare();
    await writeWhole(this.path, `${JSON.stringify(this.#record, null, 2)}\n`, 0o644);
  }

  /** Makes the folder, before anything is spent on what could not be written down. @throws ResourceError `FILE_SYSTEM` */
  async prepare(): Promise<void> {
    try {
      await makeFolder(this.#folder, 0o755);
      await access(this.#folder, constants.W_OK);
    } catch (error) {
      throw fileSystemError(error, this.#folder);
    }
  }
}

/** What an earlier run's record is read for. */
const schema = z.looseObject({
  address: z.string(),
  transactions: z.array(
    z.looseObject({ what: z.string(), hash: z.string(), block: z.int(), gasUsed: z.string() }),
  ),
});

function parse(path: string, text = ''): z.infer<typeof schema> | null {
  if (text === '') return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Told below: the reason would say more of the file than of what to do.
  }
  throw new UsageError('CONFIG_INVALID', {
    should: `${path} must be the record of a deployment`,
    was: 'it is something else',
    next: 'move it away, or name another folder with --out',
  });
}

function taken(path: string, address: string, found: string): PolicyError {
  return new PolicyError('DESTINATION_EXISTS', {
    should: `${path} must be free, or the record of ${address}`,
    was: `it is that of the registry ${found}`,
    next: 'name another folder with --out; nothing was sent',
  });
}
