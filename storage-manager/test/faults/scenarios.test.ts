/**
 * Seeded fetches from three servers, of which at most one is honest: whatever the others do, the bytes are right or the
 * error is. `BALLAST_DEEP` runs 10,000 of them; `BALLAST_SCENARIO_SEED` another range.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MiB } from '../../src/limits.ts';
import { findings } from '../../src/testing/oracle/check.ts';
import { memoryWithin } from '../../src/testing/oracle/memory.ts';
import { noStrayRejections } from '../../src/testing/oracle/rejections.ts';
import { resourcesBack } from '../../src/testing/oracle/resources.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { type Outcome, runScenario } from '../../src/testing/scenarios/scenario.ts';
import { Scene } from '../../src/testing/scenarios/scene.ts';
import { openFolder } from './open-scene.ts';

const COUNT = process.env.BALLAST_DEEP ? 10_000 : 100;
const FIRST = Number(process.env.BALLAST_SCENARIO_SEED ?? 1);
/** Much of a scenario is waiting for a deadline. */
const LANES = 4;

async function runLane(scene: Scene, folder: string, lane: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = FIRST + lane; seed < FIRST + COUNT; seed += LANES) {
    const place = join(folder, 'out');
    await mkdir(place);
    outcomes.push(await runScenario(scene, seed, place));
    await rm(place, { recursive: true });
  }
  return outcomes;
}

/** A folder and a scene in it for each lane, gone with the test. */
async function openLanes(): Promise<{ scene: Scene; folder: string }[]> {
  const { folder: all, remove } = await openFolder();
  onTestFinished(remove);
  const folders = Array.from({ length: LANES }, (_, lane) => join(all, String(lane)));
  return Promise.all(
    folders.map(async (folder, lane) => {
      await mkdir(folder);
      const scene = await Scene.open({ folder, servers: 3, random: new Seeded(lane) });
      return { scene, folder };
    }),
  );
}

test(
  `A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A13, A15, A16, A20, A28: ${COUNT} fetches from servers that fail at random`,
  async () => {
    const resources = await resourcesBack();
    const lanes = await openLanes();
    const checks = [memoryWithin(256 * MiB), noStrayRejections(), resources];
    const done = await Promise.all(lanes.map(({ scene, folder }, lane) => runLane(scene, folder, lane)));
    for (const { scene } of lanes) await scene.close();
    const outcomes = done.flat();
    console.log(told(outcomes));
    expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    expect(outcomes).toHaveLength(COUNT);
    expect(await findings(checks)).toEqual([]);
  },
  60 * 60_000,
);

/** What came of all, in one line. */
function told(outcomes: readonly Outcome[]): string {
  const counts: Record<string, number> = {};
  for (const { injected } of outcomes)
    for (const [kind, count] of Object.entries(injected)) counts[kind] = (counts[kind] ?? 0) + count;
  const failed = outcomes.filter(({ failure }) => failure !== null).length;
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  return `${outcomes.length} fetches, ${failed} ended with an error; injected: ${kinds.toSorted().join(', ')}`;
}
