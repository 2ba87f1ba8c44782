/** What `--json` prints, field by field: scripts are written against it. */
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Info } from '../../test/e2e/documents.ts';

const dagCbor = expect.stringMatching(/^bafyrei[a-z2-7]{52}$/);
const dagPb = expect.stringMatching(/^bafybei[a-z2-7]{52}$/);
const raw = expect.stringMatching(/^bafkrei[a-z2-7]{52}$/);
const hex = expect.stringMatching(/^[0-9a-f]{64}$/);
const chunkRoot = expect.stringMatching(/^0x[0-9a-f]{64}$/);
const decimal = expect.stringMatching(/^[1-9][0-9]*$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const asOf = { block: expect.any(Number), time };
const word = { trust: 'local', asOf, quorum: null };

it('is one document a command, with stable names', async () => {
  const folder = await temporaryFolder('json');
  const model = await writeTree(join(folder, 'model'), { 'a/w.bin': 'weights', 'empty.bin': '' });
  const out = join(folder, 'out');
  const ballast = new Ballast(folder);
  const exact = { model: 'local/m', version: '1' };

  const size = { files: 2, chunks: 1, bytes: 7 };
  expect(await ballast.json(0, 'store', model, 'm', '--name', 'M', '--license', 'MIT')).toEqual({
    ...exact,
    ...size,
    published: true,
    ...word,
    manifest: dagCbor,
    content: dagPb,
    chunkRoot,
    newChunks: 1,
    newBytes: 7,
    healed: 0,
    stores: ['local'],
    transactions: 2,
    gasUsed: decimal,
    quote: { transactions: 2, gas: decimal, wei: '0' },
  });
  expect(await ballast.json(0, 'store', model, 'm', '--name', 'M', '--license', 'MIT')).toMatchObject({
    ...exact,
    newChunks: 0,
    transactions: 0,
    gasUsed: '0',
    quote: { transactions: 0, gas: '0', wei: '0' },
  });
  expect(await ballast.json(0, 'retrieve', 'm', out)).toEqual({
    ...exact,
    cid: dagCbor,
    ...word,
    homeChain: null,
    homeAsOf: null,
    path: out,
    extracted: null,
    files: 2,
    bytes: 7,
    complete: true,
    fetchedBytes: 7,
    reusedBytes: 0,
    sources: [{ name: 'local', bytes: 7, wrong: 0, unreachable: 0, overtaken: 0, barred: false }],
    notData: [],
  });
  expect(await ballast.json(0, 'verify', 'm')).toEqual({
    ...exact,
    ok: true,
    exit: 0,
    checked: 3,
    chunks: { checked: 1, ok: 1, total: 1 },
    ...word,
    stores: [{ name: 'local', checked: 3, missing: 0, corrupt: 0 }],
    bad: [],
  });
  expect(await ballast.json(0, 'list')).toEqual([
    {
      ...exact,
      trust: 'local',
      status: 'active',
      channels: ['latest'],
      bytes: 7,
      chunks: 1,
      publishedAt: time,
    },
  ]);
  const info = {
    ...exact,
    ...word,
    status: 'active',
    statusSeq: 0,
    reason: 'none',
    modelActive: true,
    publisher: expect.stringMatching(/^0x[0-9a-f]{40}$/),
    publishedAt: time,
    record: 'logged',
    segments: 1,
    homeChain: null,
    statementKey: null,
    successor: null,
    manifest: dagCbor,
    digest: hex,
    content: dagPb,
    chunkRoot,
    chunks: 1,
    bytes: 7,
    files: [
      { path: 'a/w.bin', size: 7, sha256: hex },
      { path: 'empty.bin', size: 0, sha256: hex },
    ],
    base: null,
    baseRelease: null,
    meta: { name: 'M', description: '', license: 'MIT', tags: [] },
  };
  const shown = await ballast.json<Info>(0, 'info', 'm');
  expect(shown).toEqual(info);
  const byDigest = `local/m@sha256:${shown.digest}`;
  expect((await ballast.run('info', byDigest)).stdout).toContain(byDigest);
  expect(await ballast.json(0, 'info', 'm', '--chunks')).toEqual({
    ...info,
    chunkList: [{ index: 0, cid: raw, digest: hex, size: 7, file: 'a/w.bin', offset: 0 }],
  });
  const locked = {
    ...{ reference: 'local/m@latest', version: '1', manifest: dagCbor, chunkRoot, chunks: 1, bytes: 7 },
    ...{ chain: expect.stringMatching(/^eip155:\d+$/), genesis: chunkRoot, statementKey: null },
    ...{ registry: expect.stringMatching(/^0x[0-9a-f]{40}$/), channelSeq: 1, status: 'active', asOf },
  };
  expect(await ballast.json(0, 'lock', 'm', '--lock', 'x.lock')).toEqual([locked]);
  expect(await ballast.json(0, 'lock', '--check', '--lock', 'x.lock')).toEqual([
    { ...locked, problem: null, now: { version: '1', status: 'active' } },
  ]);
  expect(await ballast.json(0, 'config')).toMatchObject({ home: ballast.home, registry: 'private chain' });
  expect(await ballast.json(0, 'config', 'check')).toEqual({
    ok: true,
    registry: 'private chain',
    stores: ['local'],
  });
  expect(await ballast.json(0, 'reset', '--yes')).toMatchObject({
    home: ballast.home,
    removed: [{ path: join(ballast.home, 'chain') }, { path: join(ballast.home, 'store') }],
  });
  expect(await ballast.json(0, 'list')).toEqual([]);
});

it('says an error on stdout, and nothing else', async () => {
  const folder = await temporaryFolder('json');
  const ballast = new Ballast(folder);
  const { code, stdout, stderr } = await ballast.run('info', 'nobody', '--json');
  expect(code).toBe(3);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    error: {
      code: 'MODEL_MISSING',
      exit: 3,
      message: expect.stringContaining('local/nobody'),
      next: expect.any(String),
    },
  });
});

it('a dry run quotes, and writes nothing', async () => {
  const folder = await temporaryFolder('json');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
  const ballast = new Ballast(folder);
  expect(await ballast.json(0, 'store', model, 'm', '--dry-run')).toMatchObject({
    published: false,
    version: '1',
    newChunks: 1,
    quote: { transactions: 2, gas: decimal },
  });
  expect(await ballast.json(0, 'list', '--all')).toEqual([]);
});
