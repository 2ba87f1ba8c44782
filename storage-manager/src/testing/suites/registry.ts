import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { merkleRoot } from '../../format/merkle.ts';
import { digestOf } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import {
  type Channel,
  LATEST,
  type ModelName,
  parseChannel,
  parseModelName,
  parseVersion,
  splitModel,
  type Version,
} from '../../ids/reference.ts';
import type { PublishRequest, Registry, ReleaseStatus } from '../../interfaces.ts';
import { memoryLog } from '../memory/transaction-log.ts';

/** A registry, and what the seam can't do to it. */
export interface RegistryUnderTest {
  readonly registry: Registry;
  setStatus(model: ModelName, version: Version, status: ReleaseStatus): Promise<void>;
  setActive(model: ModelName, active: boolean): Promise<void>;
  /** Another opening of the same registry, as the next process would see it. */
  reopen(): Promise<Registry>;
  close(): Promise<void>;
}

/** A publish of `chunks` random chunks. */
export function randomRequest(
  model: ModelName,
  version: string,
  more: Partial<PublishRequest> = {},
): PublishRequest {
  const digests = more.digests ?? randomDigests(3);
  return {
    model,
    version: parseVersion(version),
    manifest: digestOf(randomBytes(8)),
    chunkRoot: merkleRoot(digests),
    digests,
    bytes: digests.count * 1000,
    mode: 'logged',
    channels: [],
    ...more,
  };
}

export function randomDigests(count: number): DigestList {
  return DigestList.wrap(randomBytes(count * 32));
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The contract of `Registry`. @param open called once for all its tests */
export function describeRegistry(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`${name} keeps the contract of a registry`, () => {
    let subject: RegistryUnderTest;
    let registry: Registry;
    let models = 0;

    beforeAll(async () => {
      subject = await open();
      registry = subject.registry;
    });
    afterAll(async () => {
      await subject?.close();
    });

    const newModel = () => registry.canonical(parseModelName(`local/model-${++models}`));
    const publish = (request: PublishRequest) => registry.publish(request, memoryLog());
    const byVersion = (model: ModelName, version: Version) =>
      registry.resolve(model, { kind: 'version', version });
    const byChannel = (model: ModelName, channel: Channel) =>
      registry.resolve(model, { kind: 'channel', channel });

    test('names its own namespace by its address', async () => {
      const model = await newModel();
      expect(splitModel(model).namespace).toMatch(/^0x[0-9a-f]{40}$/);
      expect(await registry.canonical(model)).toBe(model);
    });

    test.each(['logged', 'root', 'code'] as const)(
      'publishes a release (%s) and resolves it',
      async (mode) => {
        const request = randomRequest(await newModel(), '1.0.0', { mode, channels: [LATEST] });
        const receipt = await publish(request);
        const { model, version, manifest, chunkRoot, bytes } = request;
        const expected = {
          model,
          version,
          manifest,
          chunkRoot,
          bytes,
          mode,
          chunkCount: 3,
          status: 'active',
        };
        expect(receipt.release).toMatchObject(expected);
        const exact = await (await subject.reopen()).resolve(model, { kind: 'version', version });
        expect(exact.release).toEqual(receipt.release);
        expect(exact).toMatchObject({ modelActive: true, channel: null });
        expect(exact.changedBlock).toBeLessThanOrEqual(exact.asOf.block);
        const latest = await byChannel(model, LATEST);
        expect(latest.release).toEqual(receipt.release);
        expect(latest.channel).toEqual({ channel: LATEST, version, seq: 1 });
        expect(`0x${splitModel(model).namespace.slice(2)}`).toBe(receipt.release.publisher);
      },
    );

    test('names what is missing', async () => {
      const model = await newModel();
      const version = parseVersion('1');
      await expect(byVersion(model, version)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
      expect(await registry.model(model)).toBeNull();
      await expect(all(registry.history(model))).rejects.toMatchObject({ code: 'MODEL_MISSING' });
      await publish(randomRequest(model, '1'));
      await expect(byVersion(model, parseVersion('2'))).rejects.toMatchObject({ code: 'VERSION_MISSING' });
      await expect(byChannel(model, LATEST)).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    });

    test('writes a version once', async () => {
      const request = randomRequest(await newModel(), '1');
      const { release } = await publish(request);
      const other = { ...request, manifest: digestOf(randomBytes(8)) };
      await expect(publish(other)).rejects.toMatchObject({ code: 'VERSION_EXISTS', exit: 9 });
      await expect(registry.quote(other)).rejects.toMatchObject({ code: 'VERSION_EXISTS' });
      expect((await byVersion(request.model, request.version)).release).toEqual(release);
    });

    test('sends nothing when the very same release is published again', async () => {
      const request = randomRequest(await newModel(), '1', { channels: [LATEST] });
      const first = await publish(request);
      const log = memoryLog();
      const again = await registry.publish(request, log);
      expect(again).toEqual({ release: first.release, transactions: 0, gasUsed: 0n });
      expect(log.entries).toEqual([]);
      expect(await registry.quote(request)).toEqual({
        ...{ transactions: 0, gas: 0n, wei: 0n, maxFeePerGas: 0n },
        chunksKnown: 3,
      });
      expect((await byChannel(request.model, LATEST)).channel?.seq).toBe(1);
    });

    test('moves a channel with each release and counts the moves', async () => {
      const model = await newModel();
      const stable = parseChannel('stable');
      await publish(randomRequest(model, '1', { channels: [LATEST] }));
      await publish(randomRequest(model, '2', { channels: [LATEST] }));
      const third = randomRequest(model, '3');
      await publish(third);
      expect(await byChannel(model, LATEST)).toMatchObject({ channel: { version: '2', seq: 2 } });
      const move = { ...third, channels: [stable] };
      expect(await registry.quote(move)).toMatchObject({ transactions: 1, chunksKnown: 3 });
      expect(await publish(move)).toMatchObject({ transactions: 1, release: { version: '3' } });
      expect(await registry.model(model)).toEqual({
        model,
        active: true,
        versionCount: 3,
        channels: [
          { channel: LATEST, version: '2', seq: 2 },
          { channel: stable, version: '3', seq: 1 },
        ],
      });
    });

    test('moves two channels with a release in one transaction, and later those that point elsewhere', async () => {
      const [beta, stable] = [parseChannel('beta'), parseChannel('stable')];
      const request = randomRequest(await newModel(), '1', { mode: 'root', channels: [LATEST, beta] });
      const { model } = request;
      expect(await registry.quote(request)).toMatchObject({ transactions: 1 });
      expect(await publish(request)).toMatchObject({ transactions: 1 });
      expect(await registry.quote(request)).toMatchObject({ transactions: 0 });
      const [first, second] = [
        { channel: LATEST, version: '1', seq: 1 },
        { channel: beta, version: '1', seq: 1 },
      ];
      expect((await registry.model(model))?.channels).toEqual([first, second]);

      await publish(randomRequest(model, '2', { channels: [LATEST] }));
      const move = { ...request, channels: [LATEST, beta, stable] };
      expect(await registry.quote(move)).toMatchObject({ transactions: 1 });
      expect(await publish(move)).toMatchObject({ transactions: 1, release: { version: '1' } });
      const third = { channel: stable, version: '1', seq: 1 };
      expect((await registry.model(model))?.channels).toEqual([{ ...first, seq: 3 }, second, third]);
      expect(await publish(move)).toMatchObject({ transactions: 0 });
    });

    test('lists models and releases in order', async () => {
      const [first, second] = [await newModel(), await newModel()];
      for (const version of ['1', '2', '3']) await publish(randomRequest(first, version, { mode: 'root' }));
      await publish(randomRequest(second, '1', { channels: [LATEST] }));
      const versions = (await all(registry.history(first))).map((release) => release.version);
      expect(versions).toEqual(['1', '2', '3']);
      const { namespace } = splitModel(first);
      const listed = await all(registry.list({ namespace }));
      expect(listed.slice(-2).map(({ model }) => model)).toEqual([first, second]);
      expect(listed.at(-1)?.channels).toEqual([{ channel: LATEST, version: '1', seq: 1 }]);
      expect(await all(registry.list({}))).toEqual(listed);
    });

    test('shows every status by version and by channel, and judges none', async () => {
      const request = randomRequest(await newModel(), '1', { channels: [LATEST] });
      const { model, version } = request;
      await publish(request);
      let seq = 0;
      for (const status of ['deprecated', 'yanked', 'active', 'revoked'] as const) {
        await subject.setStatus(model, version, status);
        seq += 1;
        const { release } = await byVersion(model, version);
        expect(release).toMatchObject({ status, statusSeq: seq });
        expect((await byChannel(model, LATEST)).release.status).toBe(status);
      }
      await expect(subject.setStatus(model, version, 'active')).rejects.toThrow(/StatusTransitionRefused/);
      expect((await publish(request)).transactions).toBe(0);
      const elsewhere = { ...request, channels: [parseChannel('stable')] };
      await expect(publish(elsewhere)).rejects.toMatchObject({ code: 'TRANSACTION_FAILED' });
    });

    test('shows a deactivated model', async () => {
      const request = randomRequest(await newModel(), '1');
      await publish(request);
      const before = await byVersion(request.model, request.version);
      await subject.setActive(request.model, false);
      const after = await byVersion(request.model, request.version);
      expect(after.modelActive).toBe(false);
      expect(after.changedBlock).toBeGreaterThan(before.changedBlock);
      expect((await registry.model(request.model))?.active).toBe(false);
    });

    test("refuses another address's namespace before anything is spent", async () => {
      const foreign = parseModelName(`0x${'12'.repeat(20)}/theirs`);
      const log = memoryLog();
      const attempt = registry.publish(randomRequest(foreign, '1'), log);
      await expect(attempt).rejects.toMatchObject({ code: 'NOT_OWNER', exit: 9 });
      expect(log.entries).toEqual([]);
    });

    test.each([
      ['logged', 1, 2],
      ['logged', 1_024, 2],
      ['logged', 1_025, 2],
      ['logged', 3_500, 3],
      ['code', 1, 2],
      ['code', 512, 2],
      ['code', 2_049, 3],
    ] as const)(
      'records (%s) %i chunks and the release in %i transactions, and nothing twice',
      async (mode, count, transactions) => {
        const request = randomRequest(await newModel(), '1', { mode, digests: randomDigests(count) });
        const quote = await registry.quote(request);
        expect(quote).toMatchObject({ transactions, chunksKnown: 0 });
        const receipt = await publish(request);
        expect(receipt.transactions).toBe(transactions);
        expect(quote.gas).toBeGreaterThanOrEqual(receipt.gasUsed);
        expect(Number(quote.gas)).toBeLessThanOrEqual(Number(receipt.gasUsed) * 1.1);
        const next = { ...request, version: parseVersion('2'), manifest: digestOf(randomBytes(8)) };
        expect(await registry.quote(next)).toMatchObject({ transactions: 1, chunksKnown: count });
        expect((await publish(next)).transactions).toBe(1);
        const { segmentCount } = await byVersion(request.model, request.version);
        expect(segmentCount).toBe(Math.ceil(count / (mode === 'code' ? 512 : 1_024)));
      },
    );

    test('records the release that another was made from, where it has that very one', async () => {
      const { release: first } = await publish(randomRequest(await newModel(), '1', { mode: 'root' }));
      expect(first).toMatchObject({ base: null, homeChain: null, statusSeq: 0, reason: 'none' });
      const publishFrom = async (base: PublishRequest['base'], more: Partial<PublishRequest> = {}) =>
        (await publish(randomRequest(await newModel(), '1', { mode: 'root', base, ...more }))).release;
      const derived = await publishFrom(first);
      expect(derived.base).toMatch(/^0x[0-9a-f]{64}$/);
      const elsewhere = { ...first, model: parseModelName('acme/elsewhere') };
      expect((await publishFrom(elsewhere)).base).toBeNull();
      expect((await publishFrom({ ...first, manifest: digestOf(randomBytes(8)) })).base).toBeNull();
      const mirrored = await publishFrom(elsewhere, { homeChain: 1 });
      expect(mirrored).toMatchObject({ homeChain: 1, base: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    });
  });
}
