import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Block } from '../../src/interfaces.ts';
import { KiB, MiB } from '../../src/limits.ts';
import { blockOrigin, FaultServer, randomBlocks, type Script } from '../../src/testing/index.ts';
import { bytesUnder, cacheFolder } from './bench.ts';

const READER = join(import.meta.dirname, 'reader.ts');

/** An origin that counts, and processes that read all its blocks through one cache. */
async function origin(blocks: readonly Block[], script?: Script) {
  const server = await FaultServer.start(
    blockOrigin(new Map(blocks.map(({ digest, bytes }) => [digest, bytes]))),
    {
      script,
    },
  );
  onTestFinished(() => server.close());
  const folder = await cacheFolder();
  const list = join(dirname(folder), 'digests');
  await writeFile(list, blocks.map(({ digest }) => digest).join('\n'));
  const start = (maxBytes: number) => {
    const child = spawn(
      process.execPath,
      ['--conditions=ballast-source', READER, folder, String(maxBytes), server.url, list],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  return { server, folder, start };
}

async function outcome(child: ChildProcess): Promise<unknown> {
  const said = await text(child.stdout!);
  return JSON.parse(said.trim().split('\n').at(-1)!);
}

test('C13: 16 processes that fetch one model into one cache download it once', {
  timeout: 60_000,
}, async () => {
  const blocks = randomBlocks(40, 100 * KiB);
  const { server, start } = await origin(blocks);
  const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcome(start(64 * MiB))));
  expect(outcomes).toEqual(outcomes.map(() => ({ right: 40, troubles: [] })));
  expect(server.seen.length).toBeLessThanOrEqual(1.1 * 40);
  expect(new Set(server.seen.map(({ target }) => target)).size).toBe(40);
});

test('C13: what a killed process was bringing is brought by the others at once', {
  timeout: 30_000,
}, async () => {
  const blocks = randomBlocks(8, 50 * KiB);
  const asked = Promise.withResolvers<void>();
  // The first process holds all its claims and gets nothing.
  const { server, folder, start } = await origin(blocks, ({ number }) => {
    if (number === 8) asked.resolve();
    return number <= 8 ? { kind: 'stall', at: 'head' } : null;
  });
  const first = start(64 * MiB);
  await asked.promise;
  const second = start(64 * MiB);
  await once(second.stdout!, 'readable');
  first.kill('SIGKILL');
  expect(await outcome(second)).toEqual({ right: 8, troubles: [] });
  expect(server.seen).toHaveLength(16);
  // And what it left is cleared away by whoever comes next.
  await rm(join(folder, 'blocks'), { recursive: true });
  expect(await outcome(start(64 * MiB))).toEqual({ right: 8, troubles: [] });
  expect(await readdir(join(folder, 'owners'))).toEqual([]);
});

test('C13: four processes that write more than fits keep the bound together', {
  timeout: 60_000,
}, async () => {
  const blocks = randomBlocks(200, 100 * KiB);
  const { folder, start } = await origin(blocks);
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => outcome(start(5_000_000))));
  expect(outcomes).toEqual(outcomes.map(() => ({ right: 200, troubles: [] })));
  const bytes = await bytesUnder(folder);
  expect(bytes).toBeLessThanOrEqual(1.2 * 5_000_000);
  expect(bytes).toBeGreaterThan(2_000_000);
});
