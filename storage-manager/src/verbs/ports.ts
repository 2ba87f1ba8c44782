import type { Engine } from '../engine/engine.ts';
import type { Journal } from '../engine/journal.ts';
import type { OnEvent } from '../events.ts';
import type { CallOptions, Registry, RepairableStore, Trust } from '../interfaces.ts';

/** What every verb works with; `config/wire.ts` fills it. */
export interface Ports {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly trust: Trust;
  /** Where a publish must place a release, and the sources of a fetch, in this order. */
  readonly stores: readonly RepairableStore[];
  readonly journal: Journal;
  /** Folder of this machine's lock files. */
  readonly locks: string;
}

export interface JobOptions extends CallOptions {
  readonly onEvent?: OnEvent | undefined;
}
