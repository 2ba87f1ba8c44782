/** Whatever is typed wrong ends with its exit code, its code and what to do; nothing is half done. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { describe, expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

describe('without a model', () => {
  it.each<[string, number, string, Record<string, string>?]>([
    ['', 2, 'ARGUMENT_INVALID'],
    ['frobnicate', 2, 'ARGUMENT_INVALID'],
    ['list --frob', 2, 'ARGUMENT_INVALID'],
    ['list extra', 2, 'ARGUMENT_INVALID'],
    ['store', 2, 'ARGUMENT_INVALID'],
    ['store model', 2, 'ARGUMENT_INVALID'],
    ['store no-such-path m', 2, 'SOURCE_UNREADABLE'],
    ['store empty m', 2, 'SOURCE_UNREADABLE'],
    ['store model UPPER', 2, 'REFERENCE_INVALID'],
    ['store model ../m', 2, 'REFERENCE_INVALID'],
    ['store model m@-1', 2, 'REFERENCE_INVALID'],
    ['store model m@latest', 2, 'ARGUMENT_INVALID'],
    ['store model m --channel 1x', 2, 'REFERENCE_INVALID'],
    ['store model m --chunker zip', 2, 'ARGUMENT_INVALID'],
    ['store model m --record all', 2, 'ARGUMENT_INVALID'],
    ['store model m --store s3', 2, 'ARGUMENT_INVALID'],
    ['store model m --store local,local', 2, 'ARGUMENT_INVALID'],
    ['store model m --store kubo', 5, 'STORE_UNREACHABLE', { BALLAST_KUBO_API: 'http://127.0.0.1:9' }],
    ['store model somebody/m', 9, 'NOT_OWNER'],
    ['retrieve m', 2, 'ARGUMENT_INVALID'],
    ['retrieve m out', 3, 'MODEL_MISSING'],
    ['retrieve m out --extract', 2, 'ARGUMENT_INVALID'],
    ['verify m', 3, 'MODEL_MISSING'],
    ['verify m --sample 0', 2, 'ARGUMENT_INVALID'],
    ['verify m --sample 3 --full', 2, 'ARGUMENT_INVALID'],
    ['info m@sha256:12', 2, 'DIGEST_INVALID'],
    ['list --namespace UPPER', 2, 'REFERENCE_INVALID'],
    ['config edit', 2, 'ARGUMENT_INVALID'],
    ['config check --config none.json', 2, 'CONFIG_INVALID'],
    ['reset', 2, 'ARGUMENT_INVALID'],
    ['list', 2, 'CONFIG_INVALID', { PRIVATE_KEY: 'YOUR_PRIVATE_KEY' }],
    ['list', 2, 'CONFIG_INVALID', { ETH_NODE_URL: 'http://127.0.0.1:9' }],
    [
      'list',
      6,
      'CHAIN_UNREACHABLE',
      { ETH_NODE_URL: 'http://127.0.0.1:9', CONTRACT_ADDRESS: `0x${'12'.repeat(20)}` },
    ],
  ])('%s: exit %i, %s', async (line, exit, code, env = {}) => {
    const folder = await temporaryFolder('wrong');
    await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
    await mkdir(join(folder, 'empty'));
    await mkdir(join(folder, 'ballast-home', 'store', 'roots'), { recursive: true });
    const ballast = new Ballast(folder, env);
    const { error } = await ballast.json<Failed>(exit, ...line.split(' ').filter(Boolean));
    expect(error).toMatchObject({ code, exit });
    expect(error.next).not.toBe('');
  });
});

it('a version is written once, and a destination is not overwritten', async () => {
  const folder = await temporaryFolder('wrong');
  const one = await writeTree(join(folder, 'one'), { 'w.bin': 'one' });
  const two = await writeTree(join(folder, 'two'), { 'w.bin': 'two' });
  const ballast = new Ballast(folder);
  await ballast.json(0, 'store', one, 'm@1');
  expect(await ballast.json(9, 'store', two, 'm@1')).toMatchObject({ error: { code: 'VERSION_EXISTS' } });
  expect(await ballast.json(3, 'info', 'm@2')).toMatchObject({ error: { code: 'VERSION_MISSING' } });
  expect(await ballast.json(7, 'retrieve', 'm@1', two)).toMatchObject({
    error: { code: 'DESTINATION_EXISTS' },
  });
  await writeFile(join(folder, 'x.tar'), '');
  expect(await ballast.json(7, 'retrieve', 'm@1', 'x.tar')).toMatchObject({
    error: { code: 'DESTINATION_EXISTS' },
  });
  await ballast.json(0, 'retrieve', 'm@1', 'x.tar', '--force');
});

it('a configuration that others can read is refused where it holds a key; a template, for its placeholders', async () => {
  const folder = await temporaryFolder('wrong');
  const ballast = new Ballast(folder);
  const config = join(folder, 'config.json');
  const blockchain = { rpcUrl: 'http://localhost:8545', contractAddress: `0x${'12'.repeat(20)}` };
  await writeFile(config, JSON.stringify({ blockchain: { ...blockchain, privateKey: 'YOUR_PRIVATE_KEY' } }));
  expect(await ballast.json(2, 'list')).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
  await writeFile(config, JSON.stringify({ blockchain: { ...blockchain, privateKey: 'ab'.repeat(32) } }));
  await chmod(config, 0o644);
  expect(await ballast.json(7, 'list')).toMatchObject({
    error: { code: 'KEY_UNSAFE', next: `run: chmod 600 ${config}` },
  });
});

it('what is out of reach is named, and no secret of its URL', async () => {
  const folder = await temporaryFolder('wrong');
  const chain = { ETH_NODE_URL: 'http://127.0.0.1:9/v3/canary-1', CONTRACT_ADDRESS: `0x${'12'.repeat(20)}` };
  const rpc = await new Ballast(folder, { ...chain, DEBUG: '1' }).run('list');
  expect(rpc.stderr).toContain('http://127.0.0.1:9 ');
  const kubo = {
    BALLAST_KUBO_API: 'http://127.0.0.1:9',
    BALLAST_KUBO_GATEWAY: 'http://me:pw@127.0.0.1:9/canary-2',
  };
  const ballast = new Ballast(folder, { ...kubo, DEBUG: '1' });
  await ballast.json(
    0,
    'store',
    await writeTree(join(folder, 'model'), { 'w.bin': 'w' }),
    'm',
    '--store',
    'local',
  );
  const gateway = await ballast.run('retrieve', 'm', 'out', '--from', 'kubo');
  expect(gateway).toMatchObject({ code: 5, stderr: expect.stringContaining('http://127.0.0.1:9') });
  expect(gateway.stderr).toMatch(
    /error: manifest block of local\/m@1 with digest [0-9a-f]{64} must be in kubo, /,
  );
  expect(await new Ballast(folder, kubo).run('verify', 'm')).toMatchObject({
    code: 5,
    stdout: expect.stringMatching(/ kubo +out of reach\n/),
    stderr: expect.stringMatching(/^see what is in the way: .* doctor\n$/),
  });
  expect(rpc.stderr + gateway.stderr).not.toMatch(/canary|me:pw/);
});

it('a person reads three lines on stderr, and data alone stands on stdout', async () => {
  const folder = await temporaryFolder('wrong');
  const { code, stdout, stderr } = await new Ballast(folder).run('verify', 'nobody');
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^error: .*local\/nobody.*\n next: .+\n code: MODEL_MISSING \(exit 3\)\n$/);
});

it('a slip is told on one line, with what may have been meant and whose help to read', async () => {
  const ballast = new Ballast(await temporaryFolder('wrong'));
  const said = async (...args: string[]) => (await ballast.run(...args)).stderr;
  expect(await said('stroe', 'a', 'b')).toMatch(
    /^error: unknown command 'stroe'\n next: did you mean store\? see: \S.* --help\n code/,
  );
  expect(await said('store', '--chunkr')).toMatch(
    /\n next: did you mean --chunker\? see: \S.* store --help\n/,
  );
  expect(await said('help', 'nosuch')).toMatch(/^error: unknown command 'nosuch'\n/);
  expect(await said()).toMatch(/^Usage: (?!.*error:)/s);
  expect((await ballast.run('help', 'pull')).stdout).toMatch(/^Usage: ballast retrieve\|pull /);
});
