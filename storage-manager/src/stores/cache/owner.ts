import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BusyError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import { lookAt, namesIn } from '../../fs/look.ts';
import { removeTree } from '../../fs/remove.ts';

const LOCK = 'lock';

/** One look costs as much as twenty at a name. */
const LOOKS = 8;

/** Whoever waits asks again and again. */
const BELIEVED_MS = 250;

/** A process as others see it: it is alive while it holds the lock of its folder, however it ends. */
export class Owner {
  readonly id: string;
  readonly #owners: string;
  readonly #leave: () => void;
  readonly #left: Promise<void>;
  /** Until when others count as alive without another look at their locks. */
  readonly #alive = new Map<string, number>();

  private constructor(owners: string, id: string, leave: () => void, left: Promise<void>) {
    this.id = id;
    this.#owners = owners;
    this.#leave = leave;
    this.#left = left;
  }

  /** @param owners folder of all owners @throws ResourceError `FILE_SYSTEM`, also on a network file system */
  static async enter(owners: string): Promise<Owner> {
    const id = randomUUID();
    const [entered, leaving] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const hold = () => {
      entered.resolve();
      return leaving.promise;
    };
    const left = withLock(join(owners, id, LOCK), hold, { waitMs: 0 });
    await Promise.race([entered.promise, left]);
    return new Owner(owners, id, leaving.resolve, left);
  }

  /** A name of its own for what it is about to name. */
  temporary(number: number): string {
    return join(this.#owners, this.id, `${number}.block`);
  }

  /** False once somebody has deleted its folder, and the cache with it. */
  async isKnown(): Promise<boolean> {
    return (await lookAt(join(this.#owners, this.id))) !== null;
  }

  /** Whether that owner lives. Nobody else may open its lock: a probe of one's own would free it. */
  async isAlive(id: string): Promise<boolean> {
    if (id === this.id || (this.#alive.get(id) ?? 0) > performance.now()) return true;
    const folder = join(this.#owners, id);
    if ((await lookAt(folder)) === null) return false;
    try {
      await withLock(join(folder, LOCK), async () => {}, { waitMs: 0 });
      return false;
    } catch (error) {
      // It may be leaving.
      if ((await lookAt(folder)) === null) return false;
      if (!(error instanceof BusyError)) throw error;
      this.#alive.set(id, performance.now() + BELIEVED_MS);
      return true;
    }
  }

  /**
   * A few owners that have died, and left what they were writing: each who enters looks at some, so that all are found in
   * time. Nobody may enter meanwhile: whoever does has no lock yet.
   */
  async someDead(): Promise<string[]> {
    const ids = [...(await namesIn(this.#owners))].sort();
    // Its own is random, and so are those that follow it.
    const own = ids.indexOf(this.id);
    const dead: string[] = [];
    for (const id of [...ids.slice(own + 1), ...ids.slice(0, own)].slice(0, LOOKS))
      if (!(await this.isAlive(id))) dead.push(id);
    return dead;
  }

  async bury(id: string): Promise<void> {
    await removeTree(join(this.#owners, id));
  }

  async leave(): Promise<void> {
    this.#leave();
    await this.#left;
    await removeTree(join(this.#owners, this.id)).catch(() => {});
  }
}
