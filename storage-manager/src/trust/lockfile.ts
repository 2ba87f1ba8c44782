import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { type LockEntries, type LockEntry, parseLockfile, writeLockfile } from '../format/lockfile.ts';
import { writeWhole } from '../fs/commit.ts';
import { fileSystemError } from '../fs/errors.ts';
import { withLock } from '../fs/locks.ts';
import { lookAt } from '../fs/look.ts';
import { readBounded } from '../fs/regular-file.ts';
import type { LabelSelector, ModelName } from '../ids/reference.ts';
import type { CallOptions, PinnedRelease, RegistryReader, ReleaseStatus } from '../interfaces.ts';
import { MAX_LOCKFILE_BYTES } from '../limits.ts';

/** Anybody who may see the project may read it. */
const MODE = 0o644;

/** `models.lock` of a folder. Read anew for each question: another process may have written it meanwhile. */
export class Lockfile {
  /** For people: its path. */
  readonly name: string;

  /** @param path absolute; the file need not exist */
  constructor(path: string) {
    this.name = path;
  }

  /** None where there is no such file. @throws UsageError `LOCK_INVALID`; ResourceError `FORMAT_UNKNOWN`, `FILE_SYSTEM` */
  async entries(options: CallOptions = {}): Promise<LockEntries> {
    const text = await this.#text(options);
    return text === null ? [] : parseLockfile(text, this.name);
  }

  /** Of a channel its own entry; of a version any that led to it. */
  async find(
    model: ModelName,
    selector: LabelSelector,
    options: CallOptions = {},
  ): Promise<LockEntry | null> {
    const entries = await this.entries(options);
    const wanted =
      selector.kind === 'channel'
        ? ({ reference }: LockEntry) => reference === `${model}@${selector.channel}`
        : ({ release }: LockEntry) => release.model === model && release.version === selector.version;
    return entries.find(wanted) ?? null;
  }

  /**
   * Writes what `change` makes of the entries, by one rename; nothing where that is what stands there. A link stays one.
   * @param locks folder of this machine's lock files
   */
  async change(
    change: (entries: LockEntries) => LockEntries,
    locks: string,
    options: CallOptions = {},
  ): Promise<void> {
    const turn = join(locks, `lockfile-${createHash('sha256').update(this.name).digest('hex').slice(0, 32)}`);
    const work = async () => {
      const before = await this.#text(options);
      const after = writeLockfile(change(before === null ? [] : parseLockfile(before, this.name)));
      if (after === before) return;
      await writeWhole(before === null ? this.name : await realpath(this.name), after, MODE);
    };
    await withLock(turn, work, options);
  }

  async #text(options: CallOptions): Promise<string | null> {
    try {
      return await readBounded(this.name, MAX_LOCKFILE_BYTES, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        if ((await lookAt(this.name)) === null) return null;
        throw leadsNowhere(this.name);
      }
      options.signal?.throwIfAborted();
      throw fileSystemError(error, this.name);
    }
  }
}

/** To take it for no lock file would obey nothing. */
function leadsNowhere(name: string): UsageError {
  return new UsageError('LOCK_INVALID', {
    should: `${name} must be a lock file`,
    was: 'it is a link that leads to none',
    next: 'bring back what it leads to, or delete the link; --no-lock does without it',
  });
}

/** Whether the entry is of this registry. */
export function isOf(entry: LockEntry, { chainId, contract }: RegistryReader): boolean {
  return entry.chainId === chainId && entry.registry === contract;
}

/** What the chain said of a release each time that it was locked, on this machine or another. */
export function lockedStatuses(
  entries: LockEntries,
  { model, version }: Pick<PinnedRelease, 'model' | 'version'>,
): readonly ReleaseStatus[] {
  return entries
    .filter(({ release }) => release.model === model && release.version === version)
    .map(({ status }) => status);
}
