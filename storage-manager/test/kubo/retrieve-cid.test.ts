import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { OnEvent } from '../../src/events.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { awkwardFiles, treeDigests, writeTree } from '../../src/testing/samples/trees.ts';

const binary = findKubo();
let kubo: KuboNode;
let folder: string;
let source: string;

/** Nobody listens there: a chain that is out of reach. */
const NO_CHAIN = { rpcUrl: 'http://127.0.0.1:9', contractAddress: `0x${'11'.repeat(20)}` };

function ipfsConfig(gateway: boolean) {
  const port = Number(new URL(kubo.api).port);
  return { host: '127.0.0.1', port, ...(gateway && { gateway: kubo.gateway }) };
}

async function fresh(gateway: boolean) {
  const home = await mkdtemp(join(tmpdir(), 'ballast-cid-'));
  const storage = new ModelStorageManager({
    home: join(home, 'home'),
    stores: ['kubo'],
    ipfs: ipfsConfig(gateway),
    blockchain: NO_CHAIN,
  });
  onTestFinished(async () => {
    await storage.close();
    await rm(home, { recursive: true, force: true });
  });
  return { storage, out: join(home, 'out') };
}

describe.skipIf(binary === null)('retrieve --cid from a real Kubo', () => {
  beforeAll(async () => {
    kubo = await startKubo(binary!);
    folder = await mkdtemp(join(tmpdir(), 'ballast-cid-source-'));
    source = await writeTree(join(folder, 'tree'), {
      ...awkwardFiles(),
      'deep/er/est/weights.bin': randomBytes(3_000_000),
    });
  });
  afterAll(async () => {
    await kubo?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [[], true],
    [[], false],
    [['--cid-version=1'], true],
    [['--chunker=size-1048576', '--raw-leaves'], false],
    [['--trickle'], true],
    [['--trickle', '--raw-leaves', '--chunker=rabin'], true],
    [['--chunker=size-4096', '--max-file-links=5'], true],
    [['--chunker=size-4096', '--max-file-links=5', '--trickle', '--preserve-mtime', '--preserve-mode'], true],
    [['--cid-version=1', '--max-directory-links=2', '--max-hamt-fanout=8'], true],
  ])('ipfs add -r %j; through the gateway: %s', async (flags, gateway) => {
    const cid = (await kubo.ipfs('add', '-rQ', ...flags, source)).trim();
    const { storage, out } = await fresh(gateway);
    const retrieved = await storage.retrieveCid(cid, out);
    expect(await treeDigests(out)).toEqual(await treeDigests(source));
    expect(retrieved).toMatchObject({ model: null, trust: 'cid', asOf: null, complete: true, path: out });
    expect(retrieved.fetchedBytes).toBe(retrieved.bytes);
    expect(await storage.retrieveCid(`/ipfs/${cid}`, out)).toMatchObject({ fetchedBytes: 0 });
  });

  it('one file, raw or not, becomes the destination; or a file of a folder', async () => {
    const { storage, out } = await fresh(true);
    const path = join(source, 'deep/er/est/weights.bin');
    const bytes = await readFile(path);
    for (const flags of [[], ['--raw-leaves', '--chunker=size-65536']]) {
      const cid = (await kubo.ipfs('add', '-Q', ...flags, path)).trim();
      expect(await storage.retrieveCid(cid, out, { force: true })).toMatchObject({ files: 1, path: out });
      expect(await readFile(out)).toEqual(bytes);
    }
    const small = (await kubo.ipfs('add', '-Q', '--cid-version=1', join(source, 'config.json'))).trim();
    expect(small).toMatch(/^bafk/);
    await expect(storage.retrieveCid(small, out)).rejects.toMatchObject({ code: 'DESTINATION_EXISTS' });
    await storage.retrieveCid(small, out, { force: true });
    expect(await storage.retrieveCid(small, out)).toMatchObject({ fetchedBytes: 0, reusedBytes: 54 });
    await storage.retrieveCid(small, `${out}-folder/`);
    expect(Object.keys(await treeDigests(`${out}-folder`))).toEqual([small]);
    await storage.retrieveCid(small, `${out}-file.tar`);
    expect(await readFile(`${out}-file.tar`)).toEqual(await readFile(join(source, 'config.json')));
  });

  it('goes on where it was interrupted, also where leaves are wrapped', async () => {
    const { storage, out } = await fresh(true);
    for (const flags of [[], ['--trickle'], ['--raw-leaves']]) {
      const cid = (await kubo.ipfs('add', '-rQ', ...flags, source)).trim();
      const stop = new AbortController();
      const onEvent: OnEvent = (event) => {
        if (event.type === 'progress' && event.step === 'fetch' && event.bytes > 3e6)
          stop.abort(new Error('enough'));
      };
      await expect(storage.retrieveCid(cid, out, { signal: stop.signal, onEvent })).rejects.toThrow('enough');
      const { reusedBytes } = await storage.retrieveCid(cid, out);
      expect(reusedBytes).toBeGreaterThan(1e6);
      expect(await treeDigests(out)).toEqual(await treeDigests(source));
      await rm(out, { recursive: true });
    }
  });

  it('what Ballast stored there, by its manifest and by its content', async () => {
    const { storage, out } = await fresh(true);
    const publisher = new ModelStorageManager({
      home: `${out}-home`,
      stores: ['kubo'],
      ipfs: ipfsConfig(true),
    });
    onTestFinished(() => publisher.close());
    const { manifest, content } = await publisher.storeModel(source, 'm');
    for (const cid of [manifest, content!]) {
      await storage.retrieveCid(cid, `${out}-${cid}`);
      expect(await treeDigests(`${out}-${cid}`)).toEqual(await treeDigests(source));
    }
  });

  it('takes the files that match, and no other bytes', async () => {
    const { storage, out } = await fresh(true);
    const cid = (await kubo.ipfs('add', '-rQ', source)).trim();
    const retrieved = await storage.retrieveCid(cid, out, { include: ['*.json'] });
    expect(retrieved).toMatchObject({ files: 2, complete: false, fetchedBytes: retrieved.bytes });
    expect(Object.keys(await treeDigests(out)).sort()).toEqual(['config.json', 'tokenizer/tokenizer.json']);
  });

  it('a symbolic link is refused by its path, and nothing appears', async () => {
    const { storage, out } = await fresh(true);
    const tree = await writeTree(join(folder, 'linked'), { 'a/b': 'b' });
    await symlink('b', join(tree, 'a/link'));
    const cid = (await kubo.ipfs('add', '-rQ', tree)).trim();
    const refused = storage.retrieveCid(cid, out);
    await expect(refused).rejects.toMatchObject({
      code: 'CONTENT_UNSUPPORTED',
      message: /\(a\/link\).*symbolic link/,
    });
    await expect(readdir(join(out, '..'))).resolves.not.toContain('out');
  });

  it('blocks of 2 MiB are more than a chunk may be', async () => {
    const { storage, out } = await fresh(true);
    const cid = (await kubo.ipfs('add', '-rQ', '--raw-leaves', '--chunker=size-2000000', source)).trim();
    await expect(storage.retrieveCid(cid, out)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', exit: 7 });
  });
});
