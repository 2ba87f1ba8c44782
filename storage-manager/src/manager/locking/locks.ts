import { UsageError } from '../../errors.ts';
import { type LockEntry, referenceText } from '../../format/lockfile.ts';
import type { Reference } from '../../ids/reference.ts';
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

  /** Gives up entries. */
  async remove(refs: readonly string[], options: CallOptions = {}): Promise<readonly LockedModel[]> {
    const file = this.#file();
    const references = refs.map((ref) => this.#context.reference(ref));
    const { ports, nameOf } = await this.#context.open(options);
    const gone = new Set<string>();
    for (const { model, selector } of references)
      gone.add(referenceText(await ports.registry.canonical(model, options), selector));
    const entries = await file.entries(options);
    const removed = entries.filter(({ reference }) => gone.has(reference));
    if (removed.length < gone.size) throw notLocked(file, [...gone].join(', '));
    await file.change((all) => all.filter(({ reference }) => !gone.has(reference)), ports.locks, options);
    return removed.map((entry) => lockedDocument(entry, nameOf));
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

function notLocked({ name }: Lockfile, references: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: `${name} must have entries for ${references}`,
    was: 'it has not all of them',
    next: 'see them with `ballast lock`',
  });
}
