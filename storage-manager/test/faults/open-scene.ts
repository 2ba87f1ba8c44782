import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import type { Script } from '../../src/testing/faults/server.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { Scene } from '../../src/testing/scenarios/scene.ts';
import type { Deadlines } from '../../src/transport/deadlines.ts';

/** So that each wait of a test is over soon; no test waits for longer than their sum. */
export const SHORT: Deadlines = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1_200 };

/** In memory where there is such a place: nothing here is about what a disk keeps. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of this file's own. */
export async function openFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(BASE, 'ballast-scene-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A scene of so many servers, for all tests of a file. */
export async function openScene(servers: number): Promise<Scene & AsyncDisposable> {
  const { folder, remove } = await openFolder();
  const scene = await Scene.open({ folder, servers, random: new Seeded(1) });
  return Object.assign(scene, {
    async [Symbol.asyncDispose]() {
      await scene.close();
      await remove();
    },
  });
}

/** Servers of the scene that do what these scripts say, a source for each, and a place for a tree; gone after the test. */
export async function carry(scene: Scene, scripts: readonly Script[]) {
  const { folder, remove } = await openFolder();
  const servers = scene.servers.slice(0, scripts.length);
  const sources = servers.map((server, place) => {
    server.script = scripts[place]!;
    server.seen.length = 0;
    // Who is honest has the usual time: this machine may be busy.
    const deadlines = server.script === honest ? undefined : SHORT;
    return new GatewaySource({ url: server.url, name: `server ${place}`, deadlines });
  });
  onTestFinished(async () => {
    for (const source of sources) source.close();
    for (const server of servers) server.disconnect();
    await remove();
  });
  await mkdir(join(folder, 'place'));
  return { servers, sources, destination: join(folder, 'place', 'out') };
}

/** Goes wrong with chunks alone: manifest and index are right. */
export function withChunks({ chunkTargets }: Scene, script: Script): Script {
  return (asked) => (chunkTargets.has(asked.target) ? script(asked) : null);
}

export const honest: Script = () => null;
