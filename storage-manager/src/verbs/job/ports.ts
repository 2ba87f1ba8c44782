import type { Engine } from '../../engine/engine.ts';
import type { Journal } from '../../engine/journal.ts';
import type { ChunkSource, Registry, RepairableStore, Trust } from '../../interfaces.ts';
import type { Route } from '../../sources/route.ts';

/** What moves and proves bytes; whose word they are is not its concern. */
export interface Carriers {
  readonly engine: Engine;
  /** Where a publish must place a release; a fetch asks them too. */
  readonly stores: readonly RepairableStore[];
  /** Read after the stores, and never written: gateways, the nodes of a fleet. */
  readonly sources: readonly ChunkSource[];
  /** Reads proven blocks from all of them. One job's: who lied to it is not asked again in it. */
  readonly route: Route;
  /** Folder of this machine's lock files. */
  readonly locks: string;
}

/** What every verb works with; `config/wire.ts` fills it. */
export interface Ports extends Carriers {
  readonly registry: Registry;
  readonly trust: Trust;
  readonly journal: Journal;
}
