import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MiB } from '../../src/limits.ts';
import {
  blockOrigin,
  canBuildShim,
  type FaultMode,
  FaultServer,
  FsShim,
  randomBlocks,
} from '../../src/testing/index.ts';
import { atPoints } from '../crash/points.ts';
import { cacheFolder, openCached } from './bench.ts';

const READER = join(import.meta.dirname, 'reader.ts');
const blocks = randomBlocks(12, 30_000);

describe.skipIf(!canBuildShim())('a cache in which each file-system call fails in turn', () => {
  let root: string;
  let shim: FsShim;
  let server: FaultServer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ballast-cache-crash-'));
    shim = new FsShim(root);
    server = await FaultServer.start(
      blockOrigin(new Map(blocks.map(({ digest, bytes }) => [digest, bytes]))),
    );
    await writeFile(join(root, 'digests'), blocks.map(({ digest }) => digest).join('\n'));
  });
  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true });
  });

  /** Reads the blocks through a new cache, so small that it is swept too. */
  const program = (folder: string) => [READER, folder, '200000', server.url, join(root, 'digests')];

  async function callsOf(mode: FaultMode): Promise<number> {
    const folder = await cacheFolder();
    return shim.count(folder, program(folder), mode);
  }

  test('C1: kill: it is used on, and no wrong byte comes out of it', async () => {
    const calls = await callsOf('kill');
    expect(calls).toBeGreaterThan(30);
    await atPoints('cache, kill', calls, 6, async (at) => {
      const folder = await cacheFolder();
      const { exit } = await shim.run(folder, program(folder), { mode: 'kill', at });
      // Two runs need not make the same calls: the last may not come.
      expect([null, 0]).toContain(exit);
      const { read, troubles, asked } = await openCached(folder, blocks, 64 * MiB);
      for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
      const first = asked.length;
      for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
      expect([asked.length, troubles]).toEqual([first, []]);
    });
  }, 600_000);

  test.each<[string, FaultMode]>([
    ['C7', 'enospc'],
    ['C7', 'edquot'],
    ['C7', 'erofs'],
    ['C7', 'eio'],
    ['C9', 'emfile'],
    ['C10', 'short'],
    ['C10', 'eintr'],
  ])(
    '%s: %s: no fetch fails for it',
    async (_case, mode) => {
      await atPoints(`cache, ${mode}`, await callsOf(mode), 2, async (at) => {
        const folder = await cacheFolder();
        const fault = { mode, at, once: at % 2 === 0 };
        const { exit, output, errors } = await shim.run(folder, program(folder), fault);
        expect([exit, errors]).toEqual([0, '']);
        expect(JSON.parse(output.split('\n')[1]!)).toMatchObject({ right: blocks.length });
      });
    },
    600_000,
  );
});
