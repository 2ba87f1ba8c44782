import type { Engine } from '../engine/engine.ts';
import type { Journal } from '../engine/journal.ts';
import type { OnEvent } from '../events.ts';
import { sha256Hex } from '../ids/hash.ts';
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

/** How long one process waits for another that holds the same model or destination. */
export const LOCK_WAIT_MS = 600_000;

/** The lock file of one thing; its name says nothing and is safe whatever the thing is called. */
export function lockFile(ports: Ports, thing: string): string {
  return `${ports.locks}/${sha256Hex(new TextEncoder().encode(thing)).slice(0, 32)}.lock`;
}
