import { UsageError } from '../../errors.ts';
import { type LockEntry, referenceText } from '../../format/lockfile.ts';
import { LOCAL, type Reference, splitModel } from '../../ids/reference.ts';
import type { CallOptions } from '../../interfaces.ts';
import { Lockfile } from '../../trust/lockfile.ts';
import type { ChangePorts } from '../../verbs/changing/change.ts';
import { resolveReference } from '../../verbs/reading/release.ts';
import type { NameOf } from '../names.ts';
import { compare } from './compare.ts';
import { type CheckedLock, checkedDocument, type LockedModel, lockedDocument } from './documents.ts';
import { entryOf, refuseContradiction } from './entry.ts';

/** What it shares with the manager. */
export interface LockContext {
  open(options: CallOptions): Promise<{ readonly ports: ChangePorts; readonly nameOf: NameOf }>;
  /** Without a registry. @returns the folder of this machine's lock files */
  carriers(options: CallOptions): Promise<Pick<ChangePorts, 'locks'>>;
  reference(text: string): Reference;
  /** null: none is configured. */
  readonly file: string | null;
}

/** The lock file: `ModelStorageManager.locks`. Only what the registry says, now, is written into it. */
export class Locks {
  readonly #context: LockContext;

  /** @internal */
  constructor(context: LockContext) {
    this.#context = context;
  }

  /** What is locked, in the order of the references. No chain is asked. */
  async list(options: CallOptions = {}): Promise<readonly LockedModel[]> {
    const entries = await this.#file().entries(options);
    return entries.map((entry) => lockedDocument(entry, String));
  }

  /**
   * Resolves references by the registry and locks them to what it says: all or none. A channel that is locked already moves
   * to where it leads now; a version can't come to mean another release.
   */
  async add(refs: readonly string[], options: CallOptions = {}): Promise<readonly LockedModel[]> {
    const file = this.#file();
    const references = refs.map((ref) => this.#context.reference(ref));
    const { ports, nameOf } = await this.#context.open(options);
    const genesis = await ports.registry.genesis(options);
    const fresh: LockEntry[] = [];
    for (const reference of references) {
      const found = await resolveReference(ports, reference, ports.trust.chain.resolve, options);
      fresh.push(entryOf(found, reference, ports.registry, genesis));
    }
    const standing = await file.entries(options);
    const scope = { file, registry: ports.registry };
    for (const entry of fresh) await refuseContradiction(scope, standing, entry, options);
    const names = new Set(fresh.map(({ reference }) => reference));
    const merge = (entries: readonly LockEntry[]) => [
      ...entries.filter(({ reference }) => !names.has(reference)),
      ...new Map(fresh.map((entry) => [entry.reference, entry])).values(),
    ];
    await file.change(merge, ports.locks, options);
    return fresh.map((entry) => lockedDocument(entry, nameOf));
  }

  /** Gives up entries. Only for `local` the registry is asked whose it is: entries of a chain that is gone can be given up. */
  async remove(refs: readonly string[], options: CallOptions = {}): Promise<readonly LockedModel[]> {
    const file = this.#file();
    const references = refs.map((ref) => this.#context.reference(ref));
    const own = references.some(({ model }) => splitModel(model).namespace === LOCAL);
    const opened = own ? await this.#context.open(options) : null;
    const gone = new Set<string>();
    for (const { model, selector } of references)
      gone.add(referenceText((await opened?.ports.registry.canonical(model, options)) ?? model, selector));
    const entries = await file.entries(options);
    const removed = entries.filter(({ reference }) => gone.has(reference));
    const locked = new Set(removed.map(({ reference }) => reference));
    const absent = [...gone].filter((reference) => !locked.has(reference));
    if (absent.length > 0) throw notLocked(file, absent);
    const { locks } = await this.#context.carriers(options);
    await file.change((all) => all.filter(({ reference }) => !gone.has(reference)), locks, options);
    return removed.map((entry) => lockedDocument(entry, opened?.nameOf ?? String));
  }

  /** Asks the registry whether it still says what is locked. Writes nothing. @throws TrustError `CHAIN_UNREACHABLE` */
  async check(options: CallOptions = {}): Promise<readonly CheckedLock[]> {
    const file = this.#file();
    const { ports, nameOf } = await this.#context.open(options);
    const checked: CheckedLock[] = [];
    for (const entry of await file.entries(options)) {
      const found = await compare({ file, registry: ports.registry }, entry, ports.trust.chain, options);
      checked.push(checkedDocument(entry, found, nameOf));
    }
    return checked;
  }

  #file(): Lockfile {
    if (this.#context.file !== null) return new Lockfile(this.#context.file);
    throw new UsageError('ARGUMENT_INVALID', {
      should: 'a lock file must be named',
      was: 'none is',
      next: 'leave --no-lock out; in JavaScript give ModelStorageManager a `lock`',
    });
  }
}

function notLocked({ name }: Lockfile, references: readonly string[]): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: `${name} must have an entry for each reference`,
    was: `it has none for ${references.join(', ')}`,
    next: 'see them with `ballast lock`',
  });
}
