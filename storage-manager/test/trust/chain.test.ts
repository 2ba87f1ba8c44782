import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import type { ChainTrust, RegistryReader, Resolution } from '../../src/interfaces.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { chainTrust } from '../../src/trust/chain.ts';
import { Seen } from '../../src/trust/seen.ts';

const model = parseModelName('acme/tiny');
const version = parseVersion('1');
const exact = { kind: 'version', version } as const;
const latest = { kind: 'channel', channel: LATEST } as const;

let registry: MemoryRegistry;
let file: string;
let trust: ChainTrust;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-trust-'));
  file = join(folder, 'seen.sqlite');
  registry = new MemoryRegistry();
  await registry.publish(randomRequest(model, '1', { channels: [LATEST] }));
  trust = await trustIn(registry);
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function trustIn(reader: RegistryReader): Promise<ChainTrust> {
  const seen = await Seen.open(file);
  onTestFinished(() => seen.close());
  return chainTrust(reader, { seen });
}

/** The registry with some of its answers changed, as a node that lies would. */
function changed(change: (resolution: Resolution) => Partial<Resolution>): RegistryReader {
  const resolve: RegistryReader['resolve'] = async (name, selector) => {
    const resolution = await registry.resolve(name, selector);
    return { ...resolution, ...change(resolution) };
  };
  return Object.assign(Object.create(registry), { resolve });
}

test('passes on what the registry says, with its level', async () => {
  const resolution = await registry.resolve(model, latest);
  expect(await trust.resolve(model, latest)).toEqual({
    release: resolution.release,
    asOf: { block: resolution.asOf.block, time: expect.any(Date) },
    quorum: null,
    status: 'active',
    resolution: { ...resolution, asOf: { block: resolution.asOf.block, time: expect.any(Date) } },
    trust: 'local',
  });
});

describe('judges each status by the way it was reached', () => {
  test.each([
    ['active', null, null],
    ['deprecated', null, null],
    ['yanked', null, 'CHANNEL_WITHDRAWN'],
    ['revoked', 'RELEASE_REVOKED', 'CHANNEL_WITHDRAWN'],
  ] as const)('%s: by version %s, by channel %s', async (status, byVersion, byChannel) => {
    if (status !== 'active') registry.setStatus(model, version, status);
    for (const [selector, code] of [
      [exact, byVersion],
      [latest, byChannel],
    ] as const) {
      const resolved = trust.resolve(model, selector);
      if (code === null) expect((await resolved).status).toBe(status);
      else await expect(resolved).rejects.toMatchObject({ code, exit: 6 });
    }
  });

  test('a deactivated model resolves by version only', async () => {
    registry.setActive(model, false);
    expect((await trust.resolve(model, exact)).resolution.modelActive).toBe(false);
    await expect(trust.resolve(model, latest)).rejects.toMatchObject({ code: 'MODEL_INACTIVE', exit: 6 });
  });
});

describe('a channel never goes back', () => {
  const old = () => changed(({ channel }) => ({ channel: channel && { ...channel, seq: 1 } }));

  test('also after a restart', async () => {
    await registry.publish(randomRequest(model, '2', { channels: [LATEST] }));
    expect((await trust.resolve(model, latest)).resolution.channel?.seq).toBe(2);
    const behind = await trustIn(old());
    for (const call of [behind.resolve, behind.look])
      await expect(call(model, latest)).rejects.toMatchObject({ code: 'CHANNEL_ROLLBACK', exit: 6 });
    expect((await trust.resolve(model, latest)).resolution.channel?.seq).toBe(2);
  });

  test.each([
    ['local', 'ballast reset'],
    ['chain', 'RPC'],
  ] as const)('and what to do then depends on the chain: %s', async (level, next) => {
    await registry.publish(randomRequest(model, '2', { channels: [LATEST] }));
    await trust.resolve(model, latest);
    const reader = Object.assign(Object.create(old()), { trust: level });
    await expect((await trustIn(reader)).look(model, latest)).rejects.toMatchObject({
      next: expect.stringContaining(next),
    });
  });

  test('but another registry, model or channel counts by itself', async () => {
    await registry.publish(randomRequest(model, '2', { channels: [LATEST] }));
    await trust.resolve(model, latest);
    const elsewhere = Object.assign(Object.create(old()), { id: 'memory:1' });
    expect((await (await trustIn(elsewhere)).resolve(model, latest)).resolution.channel?.seq).toBe(1);
  });
});

test('looks at a release of any status and age, and remembers nothing', async () => {
  await registry.publish(randomRequest(model, '2', { channels: [LATEST] }));
  registry.setStatus(model, parseVersion('2'), 'revoked');
  const young = changed(({ changedBlock }) => ({ finalBlock: changedBlock - 1 }));
  expect((await (await trustIn(young)).look(model, latest)).status).toBe('revoked');
  const before = changed(({ channel }) => ({ channel: channel && { ...channel, seq: 1 } }));
  expect((await (await trustIn(before)).look(model, latest)).resolution.channel?.seq).toBe(1);
});

describe('good news must be final', () => {
  const young = () => changed(({ changedBlock }) => ({ finalBlock: changedBlock - 1 }));

  test('a new release waits', async () => {
    await expect((await trustIn(young())).resolve(model, exact)).rejects.toMatchObject({
      code: 'NOT_FINAL',
      exit: 6,
    });
    await expect((await trustIn(young())).resolve(model, latest)).rejects.toMatchObject({
      code: 'NOT_FINAL',
    });
  });

  test('bad news counts at once', async () => {
    registry.setStatus(model, version, 'revoked');
    await expect((await trustIn(young())).resolve(model, exact)).rejects.toMatchObject({
      code: 'RELEASE_REVOKED',
    });
  });

  test('what is not final is not remembered as seen', async () => {
    await registry.publish(randomRequest(model, '2', { channels: [LATEST] }));
    await expect((await trustIn(young())).resolve(model, latest)).rejects.toMatchObject({
      code: 'NOT_FINAL',
    });
    const before = changed(({ channel }) => ({ channel: channel && { ...channel, seq: 1 } }));
    expect((await (await trustIn(before)).resolve(model, latest)).resolution.channel?.seq).toBe(1);
  });
});
