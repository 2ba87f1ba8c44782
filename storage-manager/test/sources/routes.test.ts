import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { cidText, RAW } from '../../src/ids/cid.ts';
import type { Block, ChunkSource } from '../../src/interfaces.ts';
import type { RouteOptions } from '../../src/sources/route.ts';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { blockTarget } from '../../src/testing/faults/block-origin.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { carry, digestsOf, testEngine } from './carry.ts';
import { Restarting, routeThrough, startGateway } from './gateways.ts';

let blocks: readonly Block[];
beforeAll(() => {
  blocks = randomBlocks(96, 256 * 1_024);
});

const always = (fault: HttpFault) => ({ script: () => fault });
const LIE = always({ kind: 'flip', at: 'middle' });

/** Fetches all blocks through all sources. @returns what each did, by name */
async function fetched(sources: readonly ChunkSource[], options: RouteOptions = {}, wanted = blocks) {
  const engine = testEngine();
  const route = routeThrough(engine, sources, options);
  expect(await carry(engine, route, wanted)).toEqual(digestsOf(wanted));
  return Object.fromEntries(route.ledger.records().map(({ name, ...record }) => [name, record]));
}

test('of five gateways, one lying, one silent, one flapping, the two fast ones carry nearly all', async () => {
  const random = new Seeded(5);
  const [one, two, lies, silent, flaps] = await Promise.all([
    startGateway('one', blocks, { bytesPerSecond: 20e6 }),
    startGateway('two', blocks, { bytesPerSecond: 20e6 }),
    startGateway('lies', blocks, LIE),
    startGateway('silent', blocks, always({ kind: 'stall', at: 'middle' })),
    startGateway('flaps', blocks, {
      bytesPerSecond: 2e6,
      script: () => (random.chance(0.5) ? { kind: 'rst', at: 'middle' } : null),
    }),
  ]);
  const notes: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note') notes.push(event.text);
  };
  const sources = [lies, silent, flaps, one, two].map(({ source }) => source);
  const records = await fetched(sources, { onEvent });
  const total = blocks.length * 256 * 1_024;
  expect(records.one!.bytes + records.two!.bytes).toBeGreaterThan(0.85 * total);
  expect(records.lies).toMatchObject({ bytes: 0, wrong: lies.server.injected.flip, barred: true });
  expect(lies.server.seen).toHaveLength(1);
  expect(records.silent).toMatchObject({ bytes: 0, wrong: 0, barred: false });
  expect(records.silent!.overtaken).toBeGreaterThan(0);
  expect(records.flaps!.unreachable).toBeLessThanOrEqual(flaps.server.injected.rst ?? 0);
  expect(notes).toEqual(['lies sent wrong bytes: it is not asked again in this run']);
});

test('of three gateways two are killed, and one that alone has half of the blocks comes back: every byte arrives', async () => {
  const [first, second, third] = [
    new Restarting(blocks, (asked) => asked === 12 && first.stop().then(() => first.start())),
    new Restarting(blocks, (asked) => asked === 8 && second.stop()),
    new Restarting(blocks.slice(48)),
  ] as const;
  const gateways = { first, second, third };
  const sources = await Promise.all(
    Object.entries(gateways).map(async ([name, gateway]) => {
      await gateway.start();
      const source = new GatewaySource({ url: gateway.url, name });
      onTestFinished(async () => {
        source.close();
        await gateway.stop();
      });
      return source;
    }),
  );
  const records = await fetched(sources);
  expect(first.asked).toBeGreaterThan(12);
  expect(records.second!.unreachable).toBeGreaterThan(0);
  expect(third.asked).toBeGreaterThan(0);
});

describe('hostile gateways', () => {
  test.each(['first', 'middle', 'last'] as const)(
    'A1: a flipped bit in the %s byte ends all questions',
    async (at) => {
      const lies = await startGateway('lies', blocks, always({ kind: 'flip', at }));
      const honest = await startGateway('honest', blocks);
      const records = await fetched([lies.source, honest.source], {}, blocks.slice(0, 20));
      expect(lies.server.seen).toHaveLength(1);
      expect(records.lies).toMatchObject({ bytes: 0, wrong: 1, barred: true });
      expect(records.honest).toMatchObject({ bytes: 20 * 256 * 1_024, wrong: 0, barred: false });
    },
  );

  test('A15: a gateway that resets half of its answers delivers all', async () => {
    const random = new Seeded(2);
    const flaps = await startGateway('flaps', blocks, {
      script: () => (random.chance(0.5) ? { kind: 'rst', at: 'middle' } : null),
    });
    const records = await fetched([flaps.source], {}, blocks.slice(0, 30));
    expect(records.flaps!.unreachable).toBe(flaps.server.injected.rst);
    expect(flaps.server.seen.length).toBeLessThanOrEqual(30 + 20 + 2 * 30);
  });

  test('A16: another block of the same model is refused, and its sender barred', async () => {
    const [other] = blocks.slice(-1) as [Block];
    const swap = always({ kind: 'swap', target: blockTarget(cidText(other.digest, RAW)) });
    const swaps = await startGateway('swaps', blocks, swap);
    const honest = await startGateway('honest', blocks);
    const records = await fetched([swaps.source, honest.source], {}, blocks.slice(0, 20));
    expect(records.swaps).toMatchObject({ bytes: 0, wrong: 1, barred: true });
  });

  test('A19: a liar that answers at once beside an honest gateway of 50 ms wastes one block', async () => {
    const lies = await startGateway('lies', blocks, LIE);
    const honest = await startGateway('honest', blocks, always({ kind: 'delay', ms: 50 }));
    const records = await fetched([lies.source, honest.source], {}, blocks.slice(0, 40));
    expect(lies.server.seen).toHaveLength(1);
    expect(records.honest!.bytes).toBe(40 * 256 * 1_024);
  });

  test('A20: two of three lie all the time, and one honest gateway is enough', async () => {
    const liars = await Promise.all(['x', 'y'].map((name) => startGateway(name, blocks, LIE)));
    const honest = await startGateway('honest', blocks);
    const records = await fetched([...liars.map(({ source }) => source), honest.source]);
    expect(liars.map(({ server }) => server.seen.length)).toEqual([1, 1]);
    expect(records.honest!.bytes).toBe(blocks.length * 256 * 1_024);
  });

  test('A20: three of three lie: exit 4, and all three are named', async () => {
    const liars = await Promise.all(['x', 'y', 'z'].map((name) => startGateway(name, blocks, LIE)));
    const failure = fetched(liars.map(({ source }) => source));
    await expect(failure).rejects.toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
    await expect(failure).rejects.toThrow(/x sent .*; y .*sent .*; z .*sent /);
  });

  test('A20: one lies and one can not be reached: exit 5, for later may help', async () => {
    const lies = await startGateway('lies', blocks, LIE);
    const gone = await startGateway('gone', blocks);
    await gone.server.close();
    const failure = fetched([lies.source, gone.source]);
    await expect(failure).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED', exit: 5 });
  });
});
