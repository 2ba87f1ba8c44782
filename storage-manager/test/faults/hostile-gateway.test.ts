/**
 * One fault at a time, from a gateway that does nothing else: alone it ends the fetch with the right error within its
 * deadlines, beside an honest one it changes nothing but the ledger.
 */
import { access } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BallastError } from '../../src/errors.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import { findings } from '../../src/testing/oracle/check.ts';
import { noStrayRejections } from '../../src/testing/oracle/rejections.ts';
import { resourcesBack } from '../../src/testing/oracle/resources.ts';
import { onlyRightNames } from '../../src/testing/oracle/watcher.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { carry, honest, openScene, SHORT, withChunks } from './open-scene.ts';

const WRONG = { code: 'CHUNK_CORRUPT', exit: 4 };
const UNREACHABLE = { code: 'SOURCES_EXHAUSTED', exit: 5 };
const PAGE = '<html><form action="/login">sign in to the hotel</form></html>';

const FAULTS: readonly (readonly [string, HttpFault, typeof WRONG])[] = [
  ['A1: a bit of the first byte', { kind: 'flip', at: 'first' }, WRONG],
  ['A1: a bit in the middle', { kind: 'flip', at: 'middle', bit: 7 }, WRONG],
  ['A1: a bit of the last byte', { kind: 'flip', at: 'last', bit: 3 }, WRONG],
  ['A2: less than its Content-Length', { kind: 'cut', at: 0.7, framing: 'length' }, UNREACHABLE],
  ['A2: less than its chunk', { kind: 'cut', at: 0.7, framing: 'chunked' }, UNREACHABLE],
  ['A3: an early end without a length', { kind: 'cut', at: 0.7, framing: 'close' }, WRONG],
  ['A4: one byte too many', { kind: 'append', bytes: 1 }, WRONG],
  ['A4: a MiB too many', { kind: 'append', bytes: 1 << 20 }, WRONG],
  ['A5: a body without end', { kind: 'inf' }, WRONG],
  ['A5: an error text without end', { kind: 'inf', status: 500 }, UNREACHABLE],
  ['A6: a byte now and then', { kind: 'drip', everyMs: 50 }, UNREACHABLE],
  ['A7: silence, the request unread', { kind: 'stall', at: 'request' }, UNREACHABLE],
  ['A7: silence before the head', { kind: 'stall', at: 'head' }, UNREACHABLE],
  ['A7: silence after the head', { kind: 'stall', at: 'body' }, UNREACHABLE],
  ['A7: silence in the midst of the body', { kind: 'stall', at: 'middle' }, UNREACHABLE],
  ['A8: gzip that unfolds to 1 GiB', { kind: 'bomb', encoding: 'gzip', unfolds: 1024 }, UNREACHABLE],
  ['A8: brotli', { kind: 'bomb', encoding: 'br', unfolds: 1 }, UNREACHABLE],
  ['A9: a field of 20 KiB', { kind: 'header', bomb: 'long' }, UNREACHABLE],
  ['A9: 10,000 fields', { kind: 'header', bomb: 'many' }, UNREACHABLE],
  ['A9: interim heads without end', { kind: 'header', bomb: 'interim' }, UNREACHABLE],
  ['A13: a page where a block should be', { kind: 'status', status: 200, body: PAGE }, WRONG],
  ['A13: a range nobody asked for', { kind: 'range', from: 1, length: 9 }, UNREACHABLE],
  ['A15: a reset before the head', { kind: 'rst', at: 'head' }, UNREACHABLE],
  ['A15: a reset in the midst of a chunk', { kind: 'rst', at: 'middle' }, UNREACHABLE],
  ['A23: 304, which nobody asked for', { kind: 'status', status: 304 }, UNREACHABLE],
];

/** Everything that may be waited for: a connection, and each part of an exchange. */
const BOUND_MS = SHORT.connectMs + SHORT.headersMs + SHORT.totalMs + 1_000;

let scene: Awaited<ReturnType<typeof openScene>>;
beforeAll(async () => {
  scene = await openScene(2);
});
afterAll(() => scene[Symbol.asyncDispose]());

describe.each(FAULTS)('%s', (_name, fault, expected) => {
  test('ends the fetch, and nothing appears', async () => {
    const { servers, sources, destination } = await carry(scene, [withChunks(scene, () => fault)]);
    const names = await onlyRightNames(destination, [scene.tree]);
    const began = performance.now();
    const error = await scene.fetch('near', sources, destination).catch((reason: unknown) => reason);
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    expect(error).toBeInstanceOf(BallastError);
    expect(error).toMatchObject(expected);
    expect(Object.keys(servers[0]!.injected)).toEqual([fault.kind]);
    await expect(access(destination)).rejects.toThrow('ENOENT');
    const again = await carry(scene, [honest]);
    await scene.fetch('near', again.sources, destination);
    expect(await treeDigests(destination)).toEqual(scene.tree);
    expect(await names()).toEqual([]);
  });

  test('changes nothing where another gateway is honest', async () => {
    const resources = await resourcesBack();
    const scripts = [withChunks(scene, () => fault), honest];
    const { servers, sources, destination } = await carry(scene, scripts);
    const checks = [await onlyRightNames(destination, [scene.tree]), noStrayRejections(), resources];
    const records = await scene.fetch('far', sources, destination);
    expect(await treeDigests(destination)).toEqual(scene.tree);
    const [evil, good] = records;
    const injected = servers[0]!.injected[fault.kind] ?? 0;
    expect(evil!.wrong + evil!.unreachable).toBeLessThanOrEqual(injected);
    expect(good).toMatchObject({ wrong: 0, unreachable: 0, barred: false });
    for (const source of sources) source.close();
    for (const server of servers) server.disconnect();
    expect(await findings(checks)).toEqual([]);
  });
});

const QUICK = FAULTS.filter(([, { kind }]) => kind !== 'stall' && kind !== 'drip');

test.each(QUICK)(
  '%s is counted as often as it was injected, by the class it has',
  async (_name, fault, { exit }) => {
    const { servers, sources, destination } = await carry(scene, [withChunks(scene, () => fault), honest]);
    const [evil, good] = await scene.fetch('near', sources, destination);
    const count = scene.chunkTargets.size;
    const counted = exit === 4 ? { wrong: count, unreachable: 0 } : { wrong: 0, unreachable: count };
    expect(evil).toMatchObject(counted);
    expect(good).toMatchObject({ wrong: 0, unreachable: 0 });
    // A GET that is lost with the connection that was kept for it goes out once more.
    const lost = fault.kind === 'rst' && fault.at === 'head';
    const injected = servers[0]!.injected[fault.kind];
    if (lost) expect(injected).toBeGreaterThanOrEqual(count);
    else expect(injected).toBe(count);
  },
);
