import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import { Journal } from '../../src/engine/journal.ts';
import type { JobOptions } from '../../src/events.ts';
import { LATEST, parseModelName, parseReference, type Reference } from '../../src/ids/reference.ts';
import type { RepairableStore } from '../../src/interfaces.ts';
import { openRoute } from '../../src/sources/route.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { chainTrust } from '../../src/trust/chain.ts';
import { ladder } from '../../src/trust/ladder.ts';
import { Seen } from '../../src/trust/seen.ts';
import { findRelease } from '../../src/verbs/fetch.ts';
import { bring, type Delivery } from '../../src/verbs/fetching/bring.ts';
import { parseSelection, type Selection } from '../../src/verbs/fetching/selection.ts';
import type { Ports } from '../../src/verbs/job/ports.ts';
import type { PublishJob } from '../../src/verbs/publishing/job.ts';

/** Real engine, real journal, real files; registry and stores in memory unless the test brings its own. */
export interface Workbench extends Ports {
  readonly folder: string;
  readonly registry: MemoryRegistry;
  readonly memory: MemoryStore;
}

export const MODEL = parseModelName('acme/tiny');
export const reference = (text = 'acme/tiny'): Reference => parseReference(text);

export async function openWorkbench(stores?: readonly RepairableStore[]): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-verbs-'));
  await mkdir(join(folder, 'locks'));
  const engine = openEngine({ slots: 8, workers: 2 });
  const journal = await Journal.open(join(folder, 'journal.sqlite'));
  const registry = new MemoryRegistry();
  const seen = await Seen.open(join(folder, 'seen.sqlite'));
  const memory = new MemoryStore('memory');
  onTestFinished(async () => {
    journal.close();
    seen.close();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  const trust = ladder(chainTrust(registry, { seen }), []);
  return {
    folder,
    engine,
    journal,
    registry,
    trust,
    memory,
    ...through(engine, stores ?? [memory]),
    locks: join(folder, 'locks'),
  };
}

/** The part of the ports that these stores are: `{ ...bench, ...through(bench.engine, [store]) }`. */
export function through(engine: Engine, stores: readonly RepairableStore[]) {
  return { stores, sources: [], route: openRoute(engine, { near: stores, far: [] }) };
}

export function job(origin: string, more: Partial<PublishJob> = {}): PublishJob {
  const meta = { name: 'Tiny', description: '', license: null, tags: [] };
  return { origin, model: MODEL, version: null, channels: [LATEST], meta, ...more };
}

export interface FetchJob extends Delivery {
  readonly reference: Reference;
  readonly select?: Selection;
}

/** The two steps of a fetch into a folder. */
export async function fetch(bench: Ports, job: FetchJob, options: JobOptions = {}) {
  const { reference, select = parseSelection() } = job;
  const { tree, ...release } = await findRelease(bench, reference, select, options);
  return { ...release, ...(await bring(bench, tree, job, options)) };
}
