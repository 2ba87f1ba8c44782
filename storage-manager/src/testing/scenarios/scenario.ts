import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { BallastError, type ErrorKind } from '../../errors.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { GatewaySource } from '../../stores/gateway/source.ts';
import type { FaultKind } from '../faults/fault.ts';
import { faultMix } from '../faults/mix.ts';
import type { FaultServer } from '../faults/server.ts';
import { findings } from '../oracle/check.ts';
import { onlyRightNames } from '../oracle/watcher.ts';
import { Seeded } from '../samples/seeded.ts';
import { treeDigests } from '../samples/trees.ts';
import type { Scene } from './scene.ts';

/** What one fetch from servers that fail came to. */
export interface Outcome {
  readonly seed: number;
  /** One source was honest all the time. */
  readonly honest: boolean;
  /** Null: it succeeded. */
  readonly failure: ErrorKind | null;
  /** How often each fault was injected. */
  readonly injected: Readonly<Record<string, number>>;
  /** What must not be; empty where all is well. */
  readonly wrong: readonly string[];
}

/** So that a stall is over soon; an honest server, on a busy machine, has the usual time. */
const SHORT = { connectMs: 500, headersMs: 120, idleMs: 120, totalMs: 500 };

/** What may be said of a fetch that nobody served honestly. */
const HONEST_FAILURES: readonly ErrorKind[] = ['corrupt', 'unavailable', 'missing'];

/**
 * One fetch, whose servers fail as the seed says: the same seed, the same faults. It must end with exactly the release's
 * bytes, or, where no server was honest, with an error of the right class and nothing under the final name; then the
 * same fetch from servers that no longer fail must succeed.
 * @param folder exists; the tree appears in it under the seed's name
 */
export async function runScenario(scene: Scene, seed: number, folder: string): Promise<Outcome> {
  const random = Seeded.of('scenario', seed);
  const honest = random.chance(0.85) ? random.below(scene.servers.length) : null;
  for (const [place, server] of scene.servers.entries()) script(server, place === honest, scene, random);
  for (const { seen } of scene.servers) seen.length = 0;
  // Far sources that all fail are tried again for half a minute: the routes' own tests show that.
  const way = honest === null || random.chance(0.4) ? 'near' : 'far';
  const destination = join(folder, String(seed));
  const names = await onlyRightNames(destination, [scene.tree]);
  const wrong: string[] = [];
  const failure = await fetchFrom(scene, way, honest, destination).catch((error: unknown) => error);
  const injected = countsOf(scene.servers);
  if (failure !== null) {
    if (honest !== null) wrong.push(`one server was honest, and still: ${String(failure)}`);
    if (!(failure instanceof BallastError && HONEST_FAILURES.includes(failure.kind)))
      wrong.push(`it failed with ${String(failure)}`);
    if (await stands(destination)) wrong.push('it failed, and something stands under the final name');
    for (const server of scene.servers) server.script = () => null;
    await fetchFrom(scene, way, 0, destination).catch((error: unknown) =>
      wrong.push(`without faults it fails, too: ${String(error)}`),
    );
  }
  // Who has left a request unread does not see that its sender is gone.
  for (const server of scene.servers) server.disconnect();
  const got = JSON.stringify(await treeDigests(destination).catch(() => null));
  const wanted = JSON.stringify(scene.tree);
  if (got !== wanted) wrong.push(`the tree is ${got}, not ${wanted}`);
  wrong.push(...(await findings([names])));
  const kind = failure instanceof BallastError ? failure.kind : null;
  return { seed, honest: honest !== null, failure: kind, injected, wrong };
}

/** Either all kinds at some rate, or one or two kinds all the time. */
function script(server: FaultServer, honest: boolean, { targets }: Scene, random: Seeded): void {
  const always = random.chance(0.3);
  const kinds = always ? [random.pick(KINDS), random.pick(KINDS)] : KINDS;
  const rate = always ? 1 : 0.1 + 0.6 * random.next();
  const mix = faultMix({ seed: random.below(2 ** 31), rate, kinds, others: targets });
  server.script = honest ? () => null : mix;
}

const KINDS: readonly FaultKind[] = [
  ...(['append', 'bomb', 'cut', 'delay', 'drip', 'flip', 'header', 'inf'] as const),
  ...(['range', 'redirect', 'rst', 'stall', 'status', 'surplus', 'swap'] as const),
];

/** @returns null, so that what is caught is told from it */
async function fetchFrom(
  scene: Scene,
  way: 'near' | 'far',
  honest: number | null,
  destination: string,
): Promise<null> {
  const sources: (ChunkSource & { close(): void })[] = scene.servers.map(
    ({ url }, place) =>
      new GatewaySource({ url, name: `server ${place}`, deadlines: place === honest ? undefined : SHORT }),
  );
  try {
    await scene.fetch(way, sources, destination);
    return null;
  } finally {
    for (const source of sources) source.close();
  }
}

/** Of all servers together. */
function countsOf(servers: readonly FaultServer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [kind, count] of servers.flatMap(({ injected }) => Object.entries(injected)))
    counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}

function stands(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
