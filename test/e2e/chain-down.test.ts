/** The node of the chain is killed: what the command line still gives, on whose word, and what it refuses. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestChain, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored } from './documents.ts';

test('P3: with the node of the chain killed, a lock, a statement or a CID is needed; else nothing is used', async () => {
  const folder = await temporaryFolder('chain-down');
  const chain = await startTestChain();
  const keys = { publisher: await chain.newKey(), statements: await chain.newKey() };
  const env = { ETH_NODE_URL: chain.url, CONTRACT_ADDRESS: chain.contract };
  const as = (key: string) => new Ballast(folder, { ...env, PRIVATE_KEY: key });
  const publisher = as(keys.publisher);
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights', 'sub/config.json': '{}' });
  let down = false;
  try {
    const stored = await publisher.json<Stored>(0, 'store', model, 'local/m', '--yes');
    const ref = stored.model;
    const other = `${ref}@2`;
    await writeFile(join(model, 'w.bin'), 'weights, tuned');
    await publisher.json<Stored>(0, 'store', model, 'local/m@2', '--yes');
    await writeFile(join(model, 'w.bin'), 'weights');

    const { address } = await import('ethers').then(({ Wallet }) => new Wallet(keys.statements));
    const namespace = ref.split('/')[0]!;
    await publisher.json(0, 'namespace', 'statement-key', namespace, address, '--yes');
    const signed = await as(keys.statements).json<{ path: string; signer: string }>(
      ...([0, 'release', 'statement', `${ref}@1`, '--expires', '7d', '--out', 'mirror'] as const),
    );
    expect(signed).toMatchObject({
      signer: address.toLowerCase(),
      path: join(folder, `mirror/ballast/1/${ref}/1.json`),
    });

    const reader = new Ballast(folder, env);
    const locked = await reader.run('lock', ref);
    expect(locked.stdout).toMatch(/^locked in models\.lock\nREFERENCE[^\n]+\n0x[0-9a-f]{40}\/m@latest +1 /);
    expect(await readFile(join(folder, 'models.lock'), 'utf8')).toContain(`"${ref}@latest": {`);
    expect((await reader.run('lock', '--check')).stdout).toContain('as locked');
    expect(await reader.json<Retrieved>(0, 'retrieve', ref, 'up', '--require', 'chain')).toMatchObject({
      ...{ version: '1', trust: 'chain', quorum: { agreed: 1, asked: 1 } },
    });

    await chain.close();
    down = true;
    const { stdout, stderr } = await reader.run('retrieve', ref, 'by-lock');
    expect(stdout).toContain('trust     the lock file, without the chain, as of block');
    expect(stderr).toContain('is not known here');
    const statements = join(folder, 'with-statements.json');
    await writeFile(statements, JSON.stringify({ trust: { statements: ['mirror'] } }));
    const byStatement = ['retrieve', `${ref}@1`, 'by-statement', '--no-lock', '--config', statements];
    expect(await reader.json<Retrieved>(0, ...byStatement)).toMatchObject({ trust: 'statement' });
    expect(await reader.json<Retrieved>(0, 'retrieve', '--cid', stored.manifest, 'by-cid')).toMatchObject({
      ...{ trust: 'cid', asOf: null },
    });
    for (const out of ['up', 'by-lock', 'by-statement', 'by-cid'])
      expect(await treeDigests(join(folder, out)), out).toEqual(await treeDigests(model));

    for (const args of [
      ['retrieve', other, 'nothing'],
      ['retrieve', ref, 'nothing', '--no-lock'],
      ['retrieve', ref, 'nothing', '--require', 'chain'],
      ['lock', '--check'],
    ]) {
      const { error } = await reader.json<Failed>(6, ...args);
      expect(error.code, args.join(' ')).toBe(
        args.includes('--locked') ? 'LOCK_MISSING' : 'CHAIN_UNREACHABLE',
      );
    }
    await expect(access(join(folder, 'nothing'))).rejects.toThrow('ENOENT');
  } finally {
    if (!down) await chain.close();
  }
});
