/** How much memory a peer can make us take, measured in a process that does nothing but read from it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { MiB } from '../../src/limits.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import { FaultServer } from '../../src/testing/faults/server.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';

const run = promisify(execFile);

/** What is promised for whatever a peer sends, over what the process takes before. */
const PROMISED = 256 * MiB;
/** Measured: 3 to 9 MiB for blocks of 1 MiB, eight at a time. Much more would mean that something is kept. */
const EXPECTED = 64 * MiB;

const { digest } = randomBlock(100);

/** Reads 40 blocks, eight at a time, and lists a node's blocks 8 times. */
const READER = `
  const [url, digest] = process.argv.slice(1);
  const { GatewaySource } = await import('${new URL('../../src/stores/gateway/source.ts', import.meta.url)}');
  const { KuboStore } = await import('${new URL('../../src/stores/kubo/store.ts', import.meta.url)}');
  const gateway = new GatewaySource({ url, name: 'gateway' });
  const kubo = new KuboStore({ api: url });
  const into = Array.from({ length: 8 }, () => new Uint8Array(new SharedArrayBuffer(1 << 20)));
  const before = process.memoryUsage.rss();
  const codes = new Set();
  const failed = ({ code }) => codes.add(code);
  for (let round = 0; round < 5; round += 1)
    await Promise.all(into.map((one) => gateway.read([digest], [one]).catch(failed)));
  await Promise.all(into.map(() => kubo.open().catch(failed)));
  console.log(JSON.stringify({ grown: process.resourceUsage().maxRSS * 1024 - before, codes: [...codes] }));
  process.exit();
`;

const CASES: readonly (readonly [string, HttpFault, readonly string[]])[] = [
  ['A4: a MiB too many', { kind: 'append', bytes: MiB }, ['CHUNK_CORRUPT', 'STORE_UNREACHABLE']],
  [
    'A5, A25: a body without end, a line without end',
    { kind: 'inf' },
    ['CHUNK_CORRUPT', 'STORE_UNREACHABLE'],
  ],
  [
    'A8: 3 MB of gzip that are 3 GiB',
    { kind: 'bomb', encoding: 'gzip', unfolds: 3072 },
    ['STORE_UNREACHABLE'],
  ],
  ['A9: interim heads without end', { kind: 'header', bomb: 'interim' }, ['STORE_UNREACHABLE']],
  ['A9: 10,000 fields', { kind: 'header', bomb: 'many' }, ['STORE_UNREACHABLE']],
  ['A25: an error text without end', { kind: 'inf', status: 500 }, ['STORE_UNREACHABLE']],
];

test.each(CASES)('%s: the reader stays small', async (_name, fault, codes) => {
  const whole = { status: 200, headers: {}, body: Buffer.alloc(MiB) };
  const server = await FaultServer.start(() => whole, { script: () => fault });
  onTestFinished(() => server.close());
  const reader = ['--conditions=ballast-source', '--input-type=module', '-e', READER, server.url, digest];
  const { stdout } = await run(process.execPath, reader, { timeout: 60_000 });
  const told: { grown: number; codes: string[] } = JSON.parse(stdout);
  expect(told.codes.toSorted()).toEqual(codes);
  expect(server.seen.length).toBeGreaterThanOrEqual(48);
  expect(told.grown).toBeLessThan(EXPECTED);
  expect(EXPECTED).toBeLessThan(PROMISED);
});
