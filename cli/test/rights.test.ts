/** Withdrawing, moving, attesting, granting and telling, as a user does it, on the private chain and on a real one. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestChain, writeTree } from '@ballast-models/storage-manager/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';

/** A user whose private chain has `tiny@1`. */
async function publisher() {
  const folder = await temporaryFolder('rights');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
  const ballast = new Ballast(folder);
  await ballast.json(0, 'store', model, 'tiny');
  return { folder, ballast };
}

const ACCOUNT = `0x${'a1'.repeat(20)}`;

it('a release is deprecated and restored; the same again sends nothing', async () => {
  const { folder, ballast } = await publisher();
  await writeFile(join(folder, 'report.md'), 'it repeats itself');
  const { code, stdout } = await ballast.run(
    ...['release', 'deprecate', 'tiny', '--reason', 'defective', '--report', join(folder, 'report.md')],
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/local\/tiny@1: deprecated\n {2}reason +defective\n {2}report +[0-9a-f]{64}\n/);
  expect(await ballast.json(0, 'release', 'deprecate', 'tiny')).toMatchObject({
    changed: false,
    transactions: 0,
  });
  const again = await ballast.run('release', 'deprecate', 'tiny');
  expect(again.stdout).toContain('already deprecated');
  expect(await ballast.json(0, 'release', 'restore', 'tiny', '--dry-run')).toMatchObject({
    ...{ model: 'local/tiny', version: '1', status: 'active', changed: false, quote: { transactions: 1 } },
  });
  expect(await ballast.json(0, 'release', 'restore', 'tiny')).toMatchObject({ changed: true });
});

it('who may not publish is told before anything of the model is stored', async () => {
  const { folder, ballast } = await publisher();
  const packs = join(ballast.home, 'store/packs');
  const before = await readdir(packs);
  expect(
    await ballast.json(
      9,
      'store',
      await writeTree(join(folder, 'other'), { 'w.bin': 'other' }),
      'somebody/m',
    ),
  ).toMatchObject({
    error: { code: 'NOT_OWNER' },
  });
  expect(await readdir(packs)).toEqual(before);
});

it('whoever withdraws a release is told the channels that lead to it', async () => {
  const { ballast } = await publisher();
  expect(await ballast.json(0, 'release', 'deprecate', 'tiny')).toMatchObject({
    before: 'active',
    channels: ['latest'],
  });
  expect((await ballast.run('retrieve', 'tiny', 'copy')).stderr).toMatch(
    /see other versions with `node .*ballast.js list --all`\n$/,
  );
  const { stdout } = await ballast.run('release', 'yank', 'tiny');
  expect(stdout).toMatch(/channels +latest: refused until moved by `node .*ballast.js release channel`\n/);
  expect((await ballast.run('release', 'deprecate', 'tiny@1')).stdout).toMatch(
    /channels +latest: followed again, as it is yanked no more\n/,
  );
  expect((await ballast.run('release', 'restore', 'tiny@1')).stdout).not.toContain('channels');
});

it('revoking is for ever, so it needs a yes where nobody can be asked', async () => {
  const { ballast } = await publisher();
  expect(await ballast.json(2, 'release', 'revoke', 'tiny@1')).toMatchObject({
    error: { code: 'ARGUMENT_INVALID', next: expect.stringContaining('--yes') },
  });
  expect(await ballast.json(2, 'release', 'revoke', 'tiny@1', '--sign-only')).toMatchObject({
    error: { code: 'ARGUMENT_INVALID' },
  });
  const { code, stderr } = await ballast.run('release', 'revoke', 'tiny', '--yes');
  expect(code).toBe(0);
  expect(stderr).toContain('revoking local/tiny@1 is for ever');
  expect(await ballast.json(6, 'release', 'restore', 'tiny@1')).toMatchObject({
    error: { code: 'RELEASE_REVOKED' },
  });
  expect(await ballast.json(6, 'release', 'channel', 'tiny', 'latest', '1')).toMatchObject({
    error: { code: 'CHANNEL_WITHDRAWN' },
  });
});

describe('an attestation', () => {
  it('states what verify found', async () => {
    const { folder, ballast } = await publisher();
    const { stdout } = await ballast.run('verify', 'tiny', '--json');
    const file = join(folder, 'verify.json');
    await writeFile(file, stdout);
    const attested = await ballast.json(0, 'release', 'attest', 'tiny', '--from', file);
    expect(attested).toMatchObject({
      model: 'local/tiny',
      version: '1',
      checked: 1,
      ok: 1,
      full: true,
      changed: true,
    });
    const { events } = await ballast.json<{ events: object[] }>(0, 'history', 'tiny');
    expect(events.at(-1)).toMatchObject({
      kind: 'attested',
      ok: 1,
      report: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is refused of another release, of no verdict, and of nothing', async () => {
    const { folder, ballast } = await publisher();
    const file = join(folder, 'verify.json');
    const refused = async (text: string, ref = 'tiny') => {
      await writeFile(file, text);
      return ballast.json<{ error: { message: string } }>(2, 'release', 'attest', ref, '--from', file);
    };
    const { stdout } = await ballast.run('verify', 'tiny', '--json');
    expect((await refused(stdout, 'other')).error.message).toContain('it is about local/tiny@1');
    expect((await refused(stdout, 'tiny@2')).error.message).toContain('it is about local/tiny@1');
    expect((await refused('{}')).error.message).toContain('no document of ballast verify');
    expect((await refused('no JSON')).error.message).toContain('JSON');
    expect(await ballast.json(2, 'release', 'attest', 'tiny')).toMatchObject({
      error: { next: expect.stringContaining('--checked') },
    });
  });
});

it('somebody else sends what is signed, once', async () => {
  const { folder, ballast } = await publisher();
  const { stdout } = await ballast.run('release', 'yank', 'tiny', '--reason', 'security', '--sign-only');
  const file = join(folder, 'yank.json');
  await writeFile(file, stdout);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'ballast-authorization/1' });
  expect(await ballast.json(0, 'release', 'submit', file)).toMatchObject({
    action: { kind: 'status' },
    changed: true,
  });
  expect(await ballast.json(0, 'info', 'tiny@1')).toMatchObject({ status: 'yanked', reason: 'security' });
  expect(await ballast.json(9, 'release', 'submit', file)).toMatchObject({
    error: { code: 'AUTHORIZATION_INVALID' },
  });
  await writeFile(file, stdout.replace('"yanked"', '"gone"'));
  expect(await ballast.json(2, 'release', 'submit', file)).toMatchObject({
    error: { code: 'ARGUMENT_INVALID' },
  });
});

it('a signature that is cancelled is worth nothing', async () => {
  const { folder, ballast } = await publisher();
  const { stdout } = await ballast.run('release', 'yank', 'tiny', '--sign-only');
  const file = join(folder, 'yank.json');
  await writeFile(file, stdout);
  const cancelled = await ballast.run('release', 'cancel', file);
  expect(cancelled.stdout).toMatch(/^0x[0-9a-f]{40}\/tiny@1: cancelled\n/);
  for (const command of ['submit', 'cancel']) {
    expect(await ballast.json(9, 'release', command, file)).toMatchObject({
      error: { code: 'AUTHORIZATION_INVALID', message: expect.stringContaining('used already') },
    });
  }
  expect(await ballast.json(0, 'info', 'tiny@1')).toMatchObject({ status: 'active' });
});

it('roles are granted, shown and taken away', async () => {
  const { ballast } = await publisher();
  const granted = await ballast.json(
    ...([
      0,
      'namespace',
      'grant',
      'local/tiny',
      ACCOUNT,
      '--role',
      'yank,publish',
      '--expires',
      '90d',
    ] as const),
  );
  expect(granted).toMatchObject({
    where: 'local/tiny',
    account: ACCOUNT,
    roles: ['publish', 'yank'],
    changed: true,
  });
  expect(await ballast.json(0, 'namespace', 'show', 'local/tiny')).toMatchObject({
    models: ['local/tiny'],
    roles: [{ account: ACCOUNT, model: 'local/tiny', roles: ['publish', 'yank'], expired: false }],
  });
  const { stdout } = await ballast.run('namespace', 'show', 'local/tiny');
  expect(stdout).toMatch(/ACCOUNT +FOR +ROLES +UNTIL\n0x(a1){20} +local\/tiny +publish, yank +\d{4}-/);
  expect(await ballast.json(0, 'namespace', 'revoke', 'local/tiny', ACCOUNT)).toMatchObject({
    changed: true,
  });
  expect(await ballast.json(0, 'namespace', 'show', 'local/tiny', ACCOUNT)).toMatchObject({ roles: [] });
  expect(await ballast.json(2, 'namespace', 'revoke', 'local')).toMatchObject({
    error: { code: 'ARGUMENT_INVALID' },
  });
  expect(await ballast.json(2, 'namespace', 'revoke', 'local/tiny', '--all')).toMatchObject({
    error: { code: 'REFERENCE_INVALID' },
  });
  expect(await ballast.json(0, 'namespace', 'revoke', 'local', '--all')).toMatchObject({ changed: true });
  const grant = ['namespace', 'grant', 'local/none', ACCOUNT, '--role', 'yank'] as const;
  expect(await ballast.json(3, ...grant)).toMatchObject({ error: { code: 'MODEL_MISSING' } });
  expect(await ballast.json(2, ...grant, '--expires', '2027-02-31')).toHaveProperty('error');
  for (const bad of [['0x12'], [ACCOUNT.replace('a', 'A')]]) {
    expect(await ballast.json(2, 'namespace', 'grant', 'local', ...bad, '--role', 'yank')).toHaveProperty(
      'error',
    );
  }
});

it('history is a table in the order of the chain', async () => {
  const { ballast } = await publisher();
  await ballast.json(0, 'release', 'channel', 'tiny', 'stable', '1');
  await ballast.json(0, 'model', 'deactivate', 'tiny', '--reason', 'legal');
  await ballast.json(0, 'namespace', 'statement-key', 'local', ACCOUNT);
  const { code, stdout, stderr } = await ballast.run('history', 'tiny');
  expect(code).toBe(0);
  const what = stdout.split('\n').map((line) => line.slice(29).split('  ')[0]?.trim());
  expect(what).toEqual([
    'WHAT',
    'model created',
    '1 published',
    'latest → 1',
    'stable → 1',
    'model deactivated',
    'statement key set',
    '',
  ]);
  expect(stdout).toMatch(/model deactivated +legal/);
  expect(stderr).toBe('');
  expect(await ballast.json(3, 'history', 'nobody')).toMatchObject({ error: { code: 'MODEL_MISSING' } });
});

/** Who publishes `m@1` on a chain, and somebody else without a right there. */
async function onChain() {
  const chain = await startTestChain();
  onTestFinished(() => chain.close());
  const folder = await temporaryFolder('rights-chain');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
  const env = { ETH_NODE_URL: chain.url, CONTRACT_ADDRESS: chain.contract };
  const user = async (name: string) =>
    new Ballast(join(folder, name), { ...env, HOME: folder, PRIVATE_KEY: await chain.newKey() });
  const [ballast, other] = [await user('owner'), await user('other')];
  const stored = await ballast.json<{ model: string }>(0, 'store', model, 'local/m', '--yes');
  return { chain, folder, ballast, other, model: stored.model };
}

it('on a chain a change needs a yes, and tells its cost first', async () => {
  const { folder, ballast, other, model } = await onChain();
  expect(await ballast.json(2, 'release', 'yank', 'local/m@1')).toMatchObject({
    error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('cost') },
  });
  const { code, stderr } = await ballast.run('release', 'yank', 'local/m@1', '--yes');
  expect(code).toBe(0);
  expect(stderr).toMatch(/this takes 1 transaction and about [\d,]+ gas: 0\.\d{6} ETH/);
  const signed = await ballast.run('release', 'restore', 'local/m@1', '--sign-only');
  await writeFile(join(folder, 'restore.json'), signed.stdout);
  expect(await other.json(9, 'release', 'restore', `${model}@1`, '--sign-only')).toMatchObject({
    error: { code: 'NOT_OWNER', message: expect.stringContaining('nor has the role yank') },
  });
  const notHis = await other.json(9, 'release', 'cancel', join(folder, 'restore.json'), '--yes');
  expect(notHis).toMatchObject({ error: { code: 'NOT_OWNER' } });
  const submitted = await other.json(0, 'release', 'submit', join(folder, 'restore.json'), '--yes');
  expect(submitted).toMatchObject({ action: { kind: 'status' }, changed: true });
  expect(await ballast.json(9, 'namespace', 'accept', 'nobody-s', '--yes')).toMatchObject({
    error: { code: 'NOT_OWNER' },
  });
});

it('an account that sends by itself, such as a Safe, is told its call', async () => {
  const { chain, other, model } = await onChain();
  const owner = model.split('/')[0] ?? '';
  const keyless = new Ballast(other.home, { ...other.env, PRIVATE_KEY: '' });
  const yank = ['release', 'yank', `${model}@1`, '--prepare-for'] as const;
  expect(await keyless.json(9, ...yank, ACCOUNT)).toMatchObject({ error: { code: 'NOT_OWNER' } });
  expect(await keyless.json(2, ...yank, '0x12')).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
  expect(await keyless.json(2, ...yank, owner, '--sign-only')).toHaveProperty('error');
  const { stdout } = await keyless.run(...yank, owner);
  expect(stdout).toMatch(/: would be yanked\n.* +to +0x[0-9a-f]{40}\n +value +0\n +data +0x[0-9a-f]+\n$/s);
  const { call } = await keyless.json<{ call: Record<string, unknown> }>(0, ...yank, owner);
  expect(call).toMatchObject({ chainId: chain.chainId, from: owner, to: chain.contract, value: '0' });
  await chain.rpc.call('anvil_impersonateAccount', [owner]);
  await chain.rpc.call('eth_sendTransaction', [{ from: owner, to: call.to, data: call.data }]);
  await chain.rpc.call('evm_mine', []);
  expect(await keyless.json(0, ...yank, owner)).toMatchObject({ changed: false, call: null });
});
