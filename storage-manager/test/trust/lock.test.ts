/** What a lock file holds every rung to, and the last rung, which it is itself. */
import { stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { LATEST, parseVersion } from '../../src/ids/reference.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { CHANNEL, EXACT, MODEL, openScene, type Scene, VERSION } from './scene.ts';

const mismatch = (text: string) => ({
  ...{ code: 'LOCK_MISMATCH', exit: 6 },
  message: expect.stringContaining(text),
});
const other = digestOf(new Uint8Array([1]));

/** Locked to what the release is not, in one of its facts. */
const LIES = [
  ['manifest', { manifest: other }],
  ['chunk root', { chunkRoot: other }],
  ['chunk count', { chunkCount: 999 }],
  ['bytes', { bytes: 999 }],
] as const;

async function lockWrongly(scene: Scene, change: object): Promise<void> {
  await scene.lockIt({ release: { ...(await scene.released()), ...change } });
}

describe('D22: a lock holds', () => {
  test.each(LIES)('the chain to its %s', async (what, change) => {
    const scene = await openScene();
    await lockWrongly(scene, change);
    for (const selector of [EXACT, CHANNEL])
      for (const ask of [scene.trust.look, scene.trust.resolve])
        await expect(ask(MODEL, selector)).rejects.toMatchObject(mismatch(`the ${what} of acme/tiny@1`));
  });

  test.each(LIES)('a statement to its %s, though the right key signed it', async (what, change) => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    await scene.state();
    await lockWrongly(scene, change);
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
      mismatch(`the ${what} of acme/tiny@1`),
    );
  });
});

describe('P13: a lock holds the chain', () => {
  test('to its registry and its id', async () => {
    for (const change of [{ chainId: 1 }, { registry: `0x${'ab'.repeat(20)}` }]) {
      const scene = await openScene();
      await scene.lockIt(change);
      for (const selector of [EXACT, CHANNEL])
        await expect(scene.trust.resolve(MODEL, selector)).rejects.toMatchObject(mismatch('eip155:31337'));
    }
  });

  test('to its first block, which another chain of the same id has not', async () => {
    const scene = await openScene();
    await scene.lockIt({ genesis: `0x${'ab'.repeat(32)}` });
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(
      mismatch('begin with block 0xabab'),
    );
  });

  test('also while it is out of reach: what is locked elsewhere is no word about this registry', async () => {
    const scene = await openScene();
    await scene.lockIt({ chainId: 1 });
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(mismatch('eip155:1'));
  });
});

test('a locked channel stays at its version, wherever it leads by now', async () => {
  const scene = await openScene();
  await scene.lockIt({ reference: `${MODEL}@latest`, channelSeq: 1 });
  await scene.memory.publish(randomRequest(MODEL, '2', { channels: [LATEST] }));
  const ask = async () => (await scene.trust.resolve(MODEL, CHANNEL)).release.version;
  expect(await ask()).toBe('1');
  scene.memory.setStatus(MODEL, VERSION, 'yanked');
  expect(await ask()).toBe('1');
  scene.lie = null;
  expect(await ask()).toBe('1');
});

test('a channel that is not locked is free, but not to lead to a locked version that is another', async () => {
  const scene = await openScene();
  await scene.lockIt();
  expect((await scene.trust.resolve(MODEL, CHANNEL)).release.version).toBe('1');
  await scene.memory.publish(randomRequest(MODEL, '2', { channels: [LATEST] }));
  expect((await scene.trust.resolve(MODEL, CHANNEL)).release.version).toBe('2');
});

test('--locked: what has no entry is refused before anybody is asked', async () => {
  const scene = await openScene({ required: true });
  const missing = { code: 'LOCK_MISSING', exit: 6, next: expect.stringContaining('ballast lock acme/tiny@') };
  for (const selector of [EXACT, CHANNEL])
    await expect(scene.trust.resolve(MODEL, selector)).rejects.toMatchObject(missing);
  await scene.lockIt();
  expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('chain');
  await expect(scene.trust.resolve(MODEL, CHANNEL)).rejects.toMatchObject(missing);
});

describe('the last rung', () => {
  test('D19: a lock and the bytes are enough, as of the block that it names', async () => {
    const scene = await openScene();
    const { release, block, time } = await scene.lockIt();
    scene.lie = null;
    for (const ask of [scene.trust.look, scene.trust.resolve])
      expect(await ask(MODEL, EXACT)).toEqual({
        ...{
          release,
          trust: 'lock',
          asOf: { block, time },
          quorum: null,
          status: 'active',
          resolution: null,
        },
      });
    await expect(
      scene.trust.resolve(MODEL, { kind: 'version', version: parseVersion('2') }),
    ).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  });

  test('D20: never for a release that was seen revoked, or locked as revoked', async () => {
    const scene = await openScene();
    await scene.lockIt();
    scene.memory.setStatus(MODEL, VERSION, 'revoked');
    await scene.trust.look(MODEL, EXACT);
    scene.lie = null;
    const revoked = { code: 'RELEASE_REVOKED', exit: 6 };
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(revoked);
    const fresh = await openScene();
    await fresh.trust.resolve(MODEL, EXACT);
    await fresh.lockIt({ status: 'revoked' });
    fresh.lie = null;
    await expect(fresh.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(revoked);
  });

  test('D20: nor for one that a chain which stands still shows as revoked, now and when it is gone', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    await scene.lockIt();
    scene.stale = true;
    expect((await scene.trust.resolve(MODEL, EXACT)).trust).toBe('lock');
    scene.memory.setStatus(MODEL, VERSION, 'revoked');
    const revoked = { code: 'RELEASE_REVOKED', exit: 6 };
    for (const ask of [scene.trust.resolve, scene.trust.look])
      await expect(ask(MODEL, EXACT)).rejects.toMatchObject(revoked);
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject(revoked);
  });

  test('D4: what such a chain says in favour of a release counts for nothing', async () => {
    const scene = await openScene();
    scene.memory.setStatus(MODEL, VERSION, 'yanked');
    await scene.trust.resolve(MODEL, EXACT);
    scene.memory.setStatus(MODEL, VERSION, 'active');
    await scene.lockIt();
    scene.stale = true;
    expect(await scene.trust.resolve(MODEL, EXACT)).toMatchObject({ trust: 'lock', status: 'yanked' });
    await scene.lock.change(() => [], scene.folder);
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code: 'CHAIN_STALE', exit: 6 });
  });

  test('says that a release was yanked, which its version still serves', async () => {
    const scene = await openScene();
    await scene.lockIt();
    scene.memory.setStatus(MODEL, VERSION, 'yanked');
    await scene.trust.look(MODEL, EXACT);
    scene.lie = null;
    expect(await scene.trust.resolve(MODEL, EXACT)).toMatchObject({ trust: 'lock', status: 'yanked' });
  });

  test('nor less than it was locked with, whatever was seen here', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    await scene.lockIt({ status: 'yanked' });
    scene.lie = null;
    expect(await scene.trust.resolve(MODEL, EXACT)).toMatchObject({ trust: 'lock', status: 'yanked' });
  });

  test('nor than what another entry of the version says, whichever is asked for', async () => {
    const scene = await openScene();
    await scene.lockIt({ status: 'yanked' });
    await scene.lockIt({ reference: `${MODEL}@latest`, channelSeq: 1 });
    scene.lie = null;
    for (const selector of [EXACT, CHANNEL])
      expect(await scene.trust.resolve(MODEL, selector)).toMatchObject({ trust: 'lock', status: 'yanked' });
    await scene.lockIt({ reference: `${MODEL}@beta`, channelSeq: 1, status: 'revoked' });
    for (const selector of [EXACT, CHANNEL])
      await expect(scene.trust.resolve(MODEL, selector)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  });

  test('not against what the chain has shown', async () => {
    const scene = await openScene();
    await scene.trust.resolve(MODEL, EXACT);
    await lockWrongly(scene, { manifest: other });
    scene.lie = null;
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({
      code: 'RELEASE_CHANGED',
      exit: 6,
    });
  });
});

test('C23: a lock file of a later format, or a damaged one, stops everything and stays as it is', async () => {
  const scene = await openScene();
  for (const [text, code] of [
    ['{\n  "format": "ballast-lock/2"\n}\n', 'FORMAT_UNKNOWN'],
    ['{}', 'LOCK_INVALID'],
  ] as const) {
    await writeFile(scene.lock.name, text);
    await expect(scene.trust.resolve(MODEL, EXACT)).rejects.toMatchObject({ code });
    await expect(scene.lockIt()).rejects.toMatchObject({ code });
    expect((await stat(scene.lock.name)).size).toBe(text.length);
  }
});

test('writers of one lock file take turns, and nothing is lost', async () => {
  const scene = await openScene();
  const versions = Array.from({ length: 12 }, (_, index) => parseVersion(String(index + 1)));
  const release = await scene.released();
  await Promise.all(
    versions.map((version) =>
      scene.lockIt({ reference: `${MODEL}@${version}`, release: { ...release, version } }),
    ),
  );
  expect(new Set((await scene.lock.entries()).map(({ reference }) => reference)).size).toBe(12);
});
