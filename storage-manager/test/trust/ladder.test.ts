/** Which rung answers, and that nothing but silence of the chain leads below the first. */
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, ResourceError, TrustError } from '../../src/errors.ts';
import { splitModel } from '../../src/ids/reference.ts';
import type { ChainTrust } from '../../src/interfaces.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { chainTrust } from '../../src/trust/chain.ts';
import { insistOn } from '../../src/trust/insist.ts';
import { ladder } from '../../src/trust/ladder.ts';
import { CHANNEL, EXACT, MODEL, openScene } from './scene.ts';

/** A chain that answers each question with this error. */
function failing(error: unknown): ChainTrust {
  const fail = () => Promise.reject(error);
  return { look: fail, resolve: fail };
}

const answer = new Error('the rung below was asked');
const below = [() => Promise.reject(answer)];

test.each(ERROR_CODES.trust)(
  'P3: a chain that says %s is not gone around, unless it did not answer at all',
  async (code) => {
    const error = new TrustError(code, { should: 'this', was: 'that', next: 'look' });
    const silent = code === 'CHAIN_UNREACHABLE' || code === 'CHAIN_STALE';
    const { look, resolve } = ladder(failing(error), below);
    for (const ask of [look, resolve]) await expect(ask(MODEL, EXACT)).rejects.toBe(silent ? answer : error);
  },
);

test('P3: nor is any error that is none of the chain', async () => {
  for (const error of [new Error('a defect'), new TypeError('x'), 'text', null])
    await expect(ladder(failing(error), below).resolve(MODEL, EXACT)).rejects.toBe(error);
});

test('the chain answers while it can; then a statement, then the lock', async () => {
  const scene = await openScene();
  const ask = async () => (await scene.trust.resolve(MODEL, EXACT)).trust;
  await scene.lockIt();
  expect(await ask()).toBe('chain');
  scene.lie = null;
  expect(await ask()).toBe('lock');
  await scene.state();
  expect(await ask()).toBe('statement');
  scene.lie = () => ({});
  expect(await ask()).toBe('chain');
});

test('P3: where nothing vouches nothing is used, and the error says what was tried', async () => {
  const scene = await openScene();
  scene.lie = null;
  for (const selector of [EXACT, CHANNEL]) {
    await expect(scene.trust.resolve(MODEL, selector)).rejects.toMatchObject({
      ...{ code: 'CHAIN_UNREACHABLE', exit: 6 },
      was: expect.stringMatching(/nobody listens there; .+; .*models\.lock has no entry/),
      attempts: [{ code: 'CHAIN_UNREACHABLE' }, { code: 'STATEMENT_REFUSED' }, { code: 'LOCK_MISSING' }],
    });
  }
});

describe('whoever insists on the chain', () => {
  test('is content with nothing below it', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    await scene.state();
    await scene.lockIt();
    const strict = insistOn('chain', scene.trust.chain);
    expect((await strict.resolve(MODEL, EXACT)).trust).toBe('chain');
    scene.lie = null;
    for (const ask of [strict.look, strict.resolve])
      await expect(ask(MODEL, EXACT)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', attempts: [] });
  });

  test('does not take the private chain for it, unless he says so', async () => {
    const scene = await openScene();
    const local = Object.assign(Object.create(scene.trust.chain), {
      resolve: async () => ({ ...(await scene.trust.chain.resolve(MODEL, EXACT)), trust: 'local' }),
    });
    const strict = insistOn('chain', local).resolve(MODEL, EXACT);
    await expect(strict).rejects.toMatchObject({ code: 'TRUST_INSUFFICIENT', exit: 6 });
    expect((await insistOn('local', local).resolve(MODEL, EXACT)).trust).toBe('local');
  });
});

test('on a disk that takes no more, good news is used all the same, and bad news is not forgotten in silence', async () => {
  const scene = await openScene();
  const full = new ResourceError('DISK_FULL', { should: 'room', was: 'none', next: 'make some' });
  Object.assign(scene.seen, { remember: () => Promise.reject(full) });
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('chain');
  scene.memory.setStatus(MODEL, EXACT.version, 'deprecated');
  expect((await scene.trust.look(MODEL, EXACT)).status).toBe('deprecated');
  for (const status of ['yanked', 'revoked'] as const) {
    scene.memory.setStatus(MODEL, EXACT.version, status);
    await expect(scene.trust.look(MODEL, EXACT)).rejects.toBe(full);
  }
});

test('D24: another chain that is out of reach lets the contact grow old, and with it all statements', async () => {
  const scene = await openScene();
  const { registry, seen } = scene;
  const { namespace } = splitModel(MODEL);
  let silent = true;
  const unreached = new TrustError('CHAIN_UNREACHABLE', { should: 'this', was: 'that', next: 'look' });
  const resolve = async () => (silent ? Promise.reject(unreached) : scene.memory.resolve(MODEL, EXACT));
  const trust = chainTrust(registry, { seen, others: [{ chainId: 10, registry: { resolve } }] });
  await expect(trust.resolve(MODEL, EXACT)).rejects.toBe(unreached);
  await trust.look(MODEL, EXACT);
  expect(await seen.contact(registry.id, namespace)).toBeNull();
  silent = false;
  await trust.resolve(MODEL, EXACT);
  expect(await seen.contact(registry.id, namespace)).not.toBeNull();
});

test('D24: a home chain that stands still is heard where it has withdrawn, and only there', async () => {
  const scene = await openScene();
  const { registry, seen } = scene;
  scene.lie = ({ release }) => ({ release: { ...release, homeChain: 10 } });
  await scene.trust.resolve(MODEL, EXACT);
  const home = await openScene();
  const others = [{ chainId: 10, registry: home.registry }];
  const trust = chainTrust(registry, { seen, others });
  const stale = { code: 'CHAIN_STALE', exit: 6 };
  home.stale = true;
  await expect(trust.resolve(MODEL, EXACT)).rejects.toMatchObject(stale);
  expect(await seen.release(registry.id, { model: MODEL, version: EXACT.version })).toMatchObject({
    homeStatus: null,
  });
  home.memory.setStatus(MODEL, EXACT.version, 'revoked');
  await expect(trust.resolve(MODEL, EXACT)).rejects.toMatchObject(stale);
  await scene.lockIt();
  scene.lie = null;
  await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
});

test('D24: a home chain is heard while its mirror is out of reach', async () => {
  const scene = await openScene();
  const { registry, seen, memory } = scene;
  scene.lie = ({ release }) => ({ release: { ...release, homeChain: 10 } });
  const gone = new Error('it is not asked');
  const home = { resolve: memory.resolve.bind(memory), asked: 0 };
  const other = (chainId: number, resolve: typeof home.resolve) => ({ chainId, registry: { resolve } });
  const asked: typeof home.resolve = (...question) => {
    home.asked += 1;
    return home.resolve(...question);
  };
  const others = [other(10, asked)];
  const trust = ladder(chainTrust(registry, { seen, others }), below);
  await scene.lockIt();
  scene.lie = null;
  // Nobody here knows yet that it is a mirror.
  await expect(trust.resolve(MODEL, EXACT)).rejects.toBe(answer);
  expect(home.asked).toBe(0);
  scene.lie = ({ release }) => ({ release: { ...release, homeChain: 10, status: 'active', statusSeq: 0 } });
  await trust.resolve(MODEL, EXACT);
  scene.lie = null;
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('lock');
  memory.setStatus(MODEL, EXACT.version, 'revoked');
  await expect(trust.resolve(MODEL, EXACT)).rejects.toBe(answer);
  expect(home.asked).toBe(2);
  await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  // One that is out of reach itself is no answer.
  home.resolve = () => Promise.reject(gone);
  await expect(trust.resolve(MODEL, EXACT)).rejects.toBe(answer);
});

describe('P13: what was seen does not go back:', () => {
  test('a release keeps its manifest', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    const { manifest } = randomRequest(MODEL, '1');
    scene.lie = ({ release }) => ({ release: { ...release, manifest } });
    for (const ask of [scene.trust.look, scene.trust.resolve])
      await expect(ask(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_CHANGED', exit: 6 });
  });

  test('also when it was said to be yanked in a block that was not final', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    scene.lie = ({ release, changedBlock }) => ({
      ...{ release: { ...release, status: 'yanked', statusSeq: 1 }, finalBlock: changedBlock - 1 },
    });
    expect((await scene.trust.look(MODEL, EXACT)).status).toBe('yanked');
    const { manifest } = randomRequest(MODEL, '1');
    scene.lie = ({ release }) => ({ release: { ...release, manifest } });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
    await scene.lockIt({ release: { ...(await scene.released()), manifest } });
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
    await scene.lock.change(() => [], scene.folder);
    scene.lie = () => ({});
    expect((await scene.trust.resolve(MODEL, EXACT)).status).toBe('active');
  });

  test('a withdrawal stays, unless it was undone', async () => {
    const scene = await openScene();
    scene.memory.setStatus(MODEL, EXACT.version, 'yanked');
    await scene.trust.resolve(MODEL, EXACT);
    scene.lie = ({ release }) => ({ release: { ...release, status: 'active', statusSeq: 0 } });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
    scene.lie = ({ release }) => ({ release: { ...release, status: 'active' } });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
    scene.lie = () => ({});
    scene.memory.setStatus(MODEL, EXACT.version, 'active');
    expect((await scene.trust.resolve(MODEL, EXACT)).status).toBe('active');
  });

  test('but what was never final can be taken back by the chain', async () => {
    const scene = await openScene();
    const young = ({ changedBlock }: { changedBlock: number }) => ({ finalBlock: changedBlock - 1 });
    scene.lie = (found) => ({
      ...young(found),
      release: { ...found.release, status: 'yanked', statusSeq: 1 },
    });
    await scene.trust.look(MODEL, EXACT);
    scene.lie = () => ({});
    expect((await scene.trust.resolve(MODEL, EXACT)).status).toBe('active');
  });
});
