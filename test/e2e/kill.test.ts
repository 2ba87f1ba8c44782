import { randomBytes, randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  awkwardFiles,
  findKubo,
  type KuboNode,
  Seeded,
  safetensors,
  startKubo,
  treeDigests,
  writeTree,
} from '@ballast-models/storage-manager/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Retrieved, Stored } from './documents.ts';

const binary = findKubo();
/** Two at a time, which shortens the test: 20 in all, and 5. */
const KILLS = [10, 10];
const KILLS_WITH_KUBO = [3, 2];
/** A limit for a machine that does much else; measured: 31 s for the slowest test on two busy cores. */
const TIMEOUT_MS = 180_000;
/** Of the moments at which is killed: printed, so that a run can be looked at again. */
const seed = Number(process.env.BALLAST_SEED ?? randomInt(2 ** 31));
/** Most rounds hit; this ends a test whose kills all come too late. */
const ROUNDS_A_KILL = 4;

/** One command with an effect that can be seen from outside. */
interface Attempt {
  readonly ballast: Ballast;
  readonly command: readonly string[];
  /** Whether the effect is there: a kill after that interrupts nothing that matters. Throws where half of it is. */
  isDone(): Promise<boolean>;
  /** Runs the same command to its end and holds all of its effect to what it should be. */
  conclude(): Promise<void>;
}

/**
 * Kills at random moments until `kills` came before the effect, with a new attempt after each that came to it. How
 * long a run lasts depends on what earlier ones left and on the machine, so the span of the moments follows.
 */
async function killOften(kills: number, random: Seeded, begin: () => Promise<Attempt>): Promise<number> {
  const rehearsal = await begin();
  const start = performance.now();
  await rehearsal.ballast.json(0, ...rehearsal.command);
  let span = performance.now() - start;
  let early = 0;
  let attempt = await begin();
  for (let round = 0; round < ROUNDS_A_KILL * kills && early < kills; round += 1) {
    const child = attempt.ballast.start(...attempt.command);
    const ended = finish(child);
    await Promise.race([ended, wait(random.next() * span)]);
    child.kill('SIGKILL');
    const { code, signal, stderr } = await ended;
    if (signal === null) expect(code, stderr).toBe(0);
    if (signal === 'SIGKILL' && !(await attempt.isDone())) {
      early += 1;
      span *= 1.05;
    } else {
      await attempt.conclude();
      attempt = await begin();
      span *= 0.8;
    }
  }
  await attempt.conclude();
  return early;
}

/** @param kills of each of the lanes, which run side by side */
async function expectKills(kills: readonly number[], begin: () => Promise<Attempt>): Promise<void> {
  console.log(`kills at moments of BALLAST_SEED=${seed}`);
  const lanes = kills.map((count, lane) => killOften(count, Seeded.of(seed, lane), begin));
  expect(await Promise.all(lanes)).toEqual(kills);
}

/** Content of its own each time: nothing that an earlier attempt stored saves work. */
function writeModel(folder: string): Promise<string> {
  const files = { 'model.safetensors': safetensors(4, 1_500_000), 'noise.bin': randomBytes(4_000_000) };
  return writeTree(join(folder, 'model'), { ...awkwardFiles(), ...files });
}

/** In a home of its own. */
async function beginStore(env: Record<string, string>, store: string): Promise<Attempt> {
  const folder = await temporaryFolder('kill-store');
  const source = await writeModel(folder);
  const ballast = new Ballast(folder, env);
  const command = ['store', source, 'tiny', '--store', store];
  const versions = async () => {
    const rows = await ballast.json<{ version: string }[]>(0, 'list', '--all');
    return rows.map(({ version }) => version);
  };
  return {
    ballast,
    command,
    isDone: async () => (await versions()).length > 0,
    conclude: async () => {
      expect(await ballast.json<Stored>(0, ...command)).toMatchObject({ version: '1' });
      const out = join(folder, 'out');
      const [there] = await Promise.all([
        versions(),
        ballast.json<Retrieved>(0, 'retrieve', 'tiny', out, '--from', store),
      ]);
      expect(there).toEqual(['1']);
      expect(await treeDigests(out)).toEqual(await treeDigests(source));
      await rm(folder, { recursive: true });
    },
  };
}

/** One stored model, and a function that begins to retrieve it to a new place. */
async function storedOnce(env: Record<string, string>, store: string): Promise<() => Promise<Attempt>> {
  const folder = await temporaryFolder('kill-retrieve');
  const source = await writeModel(folder);
  const ballast = new Ballast(folder, env);
  await ballast.json<Stored>(0, 'store', source, 'tiny', '--store', store);
  const expected = await treeDigests(source);
  let place = 0;
  return async () => {
    place += 1;
    const out = join(folder, `out-${place}`);
    const command = ['retrieve', 'tiny', out, '--from', store];
    return {
      ballast,
      command,
      isDone: async () => {
        const there = await treeDigests(out).catch(() => null);
        if (there !== null) expect(there).toEqual(expected);
        return there !== null;
      },
      conclude: async () => {
        await ballast.json<Retrieved>(0, ...command);
        expect(await treeDigests(out)).toEqual(expected);
        await rm(out, { recursive: true });
      },
    };
  };
}

test(
  'C1: store, killed with SIGKILL 20 times before its release exists: the same command finishes, one release results',
  () => expectKills(KILLS, () => beginStore({}, 'local')),
  TIMEOUT_MS,
);

test(
  'C2: retrieve, killed with SIGKILL 20 times before its destination exists: the same command finishes, nothing half appears',
  async () => expectKills(KILLS, await storedOnce({}, 'local')),
  TIMEOUT_MS,
);

describe.skipIf(binary === null)('with a real Kubo (none found: KUBO_BIN, PATH)', () => {
  let node: KuboNode;
  let env: Record<string, string>;
  beforeAll(async () => {
    node = await startKubo(binary ?? '');
    env = { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway };
  });
  afterAll(() => node.close());

  test(
    'C1: store into it survives 5 kills',
    () => expectKills(KILLS_WITH_KUBO, () => beginStore(env, 'kubo')),
    TIMEOUT_MS,
  );

  test(
    'C2: retrieve from it survives 5 kills',
    async () => expectKills(KILLS_WITH_KUBO, await storedOnce(env, 'kubo')),
    TIMEOUT_MS,
  );
});
