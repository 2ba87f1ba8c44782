/** The second rung: a statement of the namespace's key, while the chain is out of reach. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { statementPath, writeStatement } from '../../src/format/statement.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { statementPlace } from '../../src/trust/statement-places.ts';
import { CHANNEL, DAY_MS, EXACT, KEY, MODEL, OTHER_KEY, openScene, type Scene, VERSION } from './scene.ts';

/** The chain was reached once, and is gone. */
async function cutOff(options?: Parameters<typeof openScene>[0]): Promise<Scene> {
  const scene = await openScene(options);
  await scene.trust.resolve(MODEL, EXACT);
  scene.lie = null;
  return scene;
}

const refused = (text: string | RegExp) => ({
  ...{ code: 'CHAIN_UNREACHABLE', exit: 6 },
  was: expect.stringMatching(text),
});

test('vouches for an exact version, as of the last contact with the chain', async () => {
  const scene = await cutOff();
  const { block } = (await scene.memory.resolve(MODEL, EXACT)).asOf;
  const { release } = await scene.state();
  for (const ask of [scene.trust.look, scene.trust.resolve]) {
    expect(await ask(MODEL, EXACT)).toEqual({
      ...{ release, trust: 'statement', status: 'active', quorum: null, resolution: null },
      asOf: { block, time: expect.any(Date) },
    });
  }
  await expect(scene.trust.resolve(MODEL, CHANNEL)).rejects.toMatchObject(refused('may lead anywhere'));
});

describe('B18: is refused', () => {
  test.each([
    ['of another chain', { chainId: 1 }, 'chain of the statement is 1 and not 31337'],
    ['of another contract', { registry: `0x${'ab'.repeat(20)}` }, 'registry of the statement'],
    ['that has expired', { issuedAt: 1_700_000_000, expiresAt: 1_700_000_001 }, 'expired at 2023-11-14'],
    ['from the future', { issuedAt: 3_000_000_000, expiresAt: 3_000_000_001 }, 'still to come'],
  ])('a statement %s', async (_what, change, text) => {
    const scene = await cutOff();
    await scene.state(change);
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused(text));
  });

  test.each([
    ['model', { model: parseModelName('acme/other') }],
    ['model', { model: parseModelName('evil/tiny') }],
    ['version', { version: parseVersion('2') }],
  ])('a statement of another %s, under this name', async (what, change) => {
    const scene = await cutOff();
    const { release } = await scene.terms();
    await scene.state({ release: { ...release, ...change } });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
      refused(`the ${what} of the statement`),
    );
  });

  test("one that another key has signed, or nobody's", async () => {
    const scene = await cutOff();
    await scene.state({}, OTHER_KEY);
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
      refused(`signed by ${OTHER_KEY.address} and not by ${KEY.address}`),
    );
    const statement = await scene.state();
    await scene.place(writeStatement({ ...statement, signature: `0x${'00'.repeat(64)}1b` }));
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('signed by nobody'));
  });

  test('one whose words were changed after it was signed', async () => {
    const scene = await cutOff();
    const statement = await scene.state();
    const { manifest } = randomRequest(MODEL, '1');
    await scene.place(writeStatement({ ...statement, release: { ...statement.release, manifest } }));
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('signed by 0x'));
  });

  test('one of the right key against what the chain has shown', async () => {
    const scene = await cutOff();
    const { release } = await scene.terms();
    const { manifest } = randomRequest(MODEL, '1');
    await scene.state({ release: { ...release, manifest } });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({
      code: 'RELEASE_CHANGED',
      exit: 6,
    });
  });
});

describe('is refused', () => {
  test('where the chain was never reached, or named no key', async () => {
    const scene = await openScene();
    scene.lie = null;
    await scene.state();
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('never reached the chain'));
    scene.lie = () => ({});
    scene.statementKey = null;
    await scene.trust.resolve(MODEL, EXACT);
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
      refused('named no statement key of acme'),
    );
  });

  test('by a key that the chain named before another', async () => {
    const scene = await cutOff();
    await scene.state();
    scene.lie = () => ({});
    scene.statementKey = OTHER_KEY.address;
    await scene.trust.resolve(MODEL, EXACT);
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('signed by'));
    scene.lie = () => ({});
    scene.statementKey = null;
    await scene.trust.resolve(MODEL, EXACT);
    scene.lie = null;
    // A lock file that still names the key does not bring it back.
    await scene.lockIt({ reference: 'acme/other@1', statementKey: KEY.address, ...(await elsewhere(scene)) });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('named no statement key'));
  });

  test.each([
    [6.9, 7],
    [29, 30],
  ])('not %d days after the last contact, where %d are allowed, but two days later', async (days, most) => {
    const scene = await cutOff({ maxStaleDays: most });
    await scene.state({ expiresAt: Math.floor(Date.now() / 1000) + 80 * 86_400 });
    scene.passed = days * DAY_MS;
    expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('statement');
    scene.passed += 2 * DAY_MS;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused(`${most} are the most`));
  });

  test('C16: also where the clock was set back to before it expired', async () => {
    const scene = await cutOff();
    await scene.state({ issuedAt: 1_700_000_000, expiresAt: 1_700_000_100 });
    scene.passed = 1_700_000_050_000 - Date.now();
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('expired at 2023'));
  });

  test.each(['yanked', 'revoked'] as const)('D20: once the release was seen %s', async (status) => {
    const scene = await openScene();
    scene.memory.setStatus(MODEL, VERSION, status);
    await scene.trust.look(MODEL, EXACT);
    await scene.state();
    scene.lie = null;
    const error = status === 'yanked' ? refused('was yanked when') : { code: 'RELEASE_REVOKED', exit: 6 };
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(error);
  });

  test.each(['yanked', 'revoked'] as const)('D20: or was locked as %s, elsewhere', async (status) => {
    const scene = await cutOff();
    await scene.state();
    await scene.lockIt({ reference: `${MODEL}@latest`, channelSeq: 1, status });
    if (status === 'yanked')
      expect(await scene.trust.resolve(MODEL, EXACT)).toMatchObject({ trust: 'lock', status });
    else await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  });

  test.each(['yanked', 'revoked'] as const)(
    'D20: or a chain that stands still shows it as %s',
    async (status) => {
      const scene = await openScene();
      await scene.trust.resolve(MODEL, EXACT);
      await scene.state();
      scene.stale = true;
      expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('statement');
      scene.memory.setStatus(MODEL, VERSION, status);
      const code = status === 'yanked' ? 'CHAIN_STALE' : 'RELEASE_REVOKED';
      await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code, exit: 6 });
    },
  );

  test('D25: and where that news was not final yet', async () => {
    const scene = await openScene();
    scene.lie = ({ release, changedBlock }) => ({
      ...{ release: { ...release, status: 'revoked', statusSeq: 1 }, finalBlock: changedBlock - 1 },
    });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
    await scene.state();
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  });
});

test.each([
  ['too long to be one', 'x'.repeat(100_000)],
  ['another text', 'not found'],
])('a file that is %s keeps no other rung from answering', async (_what, text) => {
  const scene = await cutOff();
  await scene.place(text);
  await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused(/has 100000|no JSON/));
  await scene.lockIt();
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('lock');
});

test('a lock file tells of the contact and the key to a machine that has never reached the chain', async () => {
  const scene = await openScene();
  scene.lie = null;
  const entry = await scene.lockIt({
    reference: 'acme/other@1',
    statementKey: KEY.address,
    ...(await elsewhere(scene)),
  });
  await scene.state();
  const { trust, asOf, status } = await scene.trust.resolve(MODEL, EXACT);
  expect({ trust, asOf, status }).toEqual({
    ...{ trust: 'statement', status: null },
    asOf: { block: entry.block, time: entry.time },
  });
});

test('D23: of the keys that a lock file tells the one that the chain named last counts', async () => {
  const scene = await openScene();
  scene.lie = null;
  const { release } = await elsewhere(scene);
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  await scene.lockIt({ reference: 'acme/other@1', release, statementKey: KEY.address, time: ago(2) });
  await scene.state();
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('statement');
  const later = { ...release, model: parseModelName('acme/third') };
  await scene.lockIt({
    reference: 'acme/third@1',
    release: later,
    statementKey: OTHER_KEY.address,
    time: ago(1),
  });
  await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(refused('signed by'));
  await scene.state({}, OTHER_KEY);
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('statement');
});

test('D23: that the chain was asked about another namespace makes no key younger', async () => {
  const scene = await cutOff();
  const { block } = (await scene.memory.resolve(MODEL, EXACT)).asOf;
  await scene.state({ expiresAt: Math.floor(Date.now() / 1000) + 80 * 86_400 });
  const other = parseModelName('other/tiny');
  await scene.memory.publish(randomRequest(other, '1'));
  scene.lie = () => ({});
  await scene.trust.resolve(other, EXACT);
  scene.lie = null;
  expect((await scene.trust.resolve(MODEL, EXACT)).asOf.block).toBe(block);
  const { release } = await scene.terms();
  await scene.lockIt({
    reference: 'other/tiny@1',
    release: { ...release, model: other },
    time: new Date(Date.now() + 8 * DAY_MS),
  });
  scene.passed = 8 * DAY_MS;
  await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
    refused('last asked about acme 8 days ago'),
  );
});

/** Another release of the namespace. */
async function elsewhere(scene: Scene) {
  return { release: { ...(await scene.terms()).release, model: parseModelName('acme/other') } };
}

describe('a mirror', () => {
  async function serve(answer: (path: string) => { status: number; body: string }): Promise<string> {
    const server = createServer(({ url = '' }, response) => {
      const { status, body } = answer(url);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`;
  }
  const path = statementPath(MODEL, VERSION);

  test('is asked for the path of the statement below its URL', async () => {
    const asked: string[] = [];
    const url = await serve((at) => {
      asked.push(at);
      return at.endsWith('1.json') ? { status: 200, body: 'text' } : { status: 404, body: 'none' };
    });
    const place = statementPlace(url);
    onTestFinished(() => place.close());
    expect(await place.read(path)).toBe('text');
    expect(await place.read(statementPath(MODEL, parseVersion('2')))).toBeNull();
    expect(asked).toEqual(['/mirror/ballast/1/acme/tiny/1.json', '/mirror/ballast/1/acme/tiny/2.json']);
  });

  test('that sends more than a statement can have, or nothing, is out of reach', async () => {
    const endless = statementPlace(await serve(() => ({ status: 200, body: 'x'.repeat(100_000) })));
    const gone = statementPlace('http://127.0.0.1:9/');
    for (const place of [endless, gone]) {
      onTestFinished(() => place.close());
      await expect(place.read(path)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    }
  });
});
