import { type ChildProcess, spawn } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';

const MIB = 1 << 20;
const BYTES = process.env.BALLAST_DEEP ? 2_000 * MIB : 48 * MIB;
const PROGRAM = join(import.meta.dirname, 'gateway-process.ts');

/** A gateway in a process of its own, that may be killed and started again at its port. */
class GatewayProcess {
  readonly #store: string;
  #child: ChildProcess | null = null;
  port = 0;

  constructor(store: string) {
    this.#store = store;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, this.#store, String(this.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const [line] = await once(child.stdout!, 'data');
    this.port = Number(String(line));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-killed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Bytes that never repeat. */
async function writeModel(path: string): Promise<void> {
  await mkdir(path);
  const file = await open(join(path, 'weights.bin'), 'w');
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'key'), Buffer.alloc(16));
  const zeros = Buffer.alloc(8 * MIB);
  for (let at = 0; at < BYTES; at += zeros.byteLength) await file.write(cipher.update(zeros));
  await file.close();
}

test('a fetch from three processes, of which two are killed and one is started again, brings every byte', async () => {
  const [model, out] = [join(folder, 'model'), join(folder, 'out')];
  await writeModel(model);
  const publisher = new ModelStorageManager({ home: join(folder, 'publisher') });
  const { manifest } = await publisher.storeModel(model, 'm');
  await publisher.close();

  const gateways = [0, 1, 2].map(() => new GatewayProcess(join(folder, 'publisher', 'store')));
  const [first, second] = gateways as [GatewayProcess, GatewayProcess, GatewayProcess];
  onTestFinished(() => Promise.all(gateways.map((gateway) => gateway.kill())).then(() => {}));
  await Promise.all(gateways.map((gateway) => gateway.start()));
  const user = new ModelStorageManager({
    home: join(folder, 'user'),
    gateways: gateways.map(({ port }) => `http://127.0.0.1:${port}`),
  });
  onTestFinished(() => user.close());

  const done: Promise<void>[] = [];
  const acts: [share: number, act: () => Promise<void>][] = [
    [0.2, () => first.kill()],
    [0.4, () => second.kill()],
    [0.5, () => first.start()],
  ];
  const onEvent = (event: BallastEvent) => {
    if (event.type !== 'progress' || event.step !== 'fetch') return;
    while (acts[0] !== undefined && event.bytes >= acts[0][0] * BYTES) done.push(acts.shift()![1]());
  };
  const { sources } = await user.retrieveCid(manifest, out, { onEvent });
  await Promise.all(done);
  expect(acts).toEqual([]);
  expect(await treeDigests(out)).toEqual(await treeDigests(model));
  // Each carried what it could, and nobody is blamed for more than being away.
  expect(sources.every(({ wrong, barred }) => wrong === 0 && !barred)).toBe(true);
  const carried = new Map(sources.map(({ name, bytes }) => [name, bytes]));
  for (const { port } of gateways) expect(carried.get(`127.0.0.1:${port}`)).toBeGreaterThan(0);
}, 600_000);
