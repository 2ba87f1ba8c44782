/** The seed's own lines, word for word, on the embedded default. */
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { safetensors, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';

it('stores, lists, retrieves, verifies and shows a model', async () => {
  const folder = await temporaryFolder('seed');
  const model = await writeTree(join(folder, 'model'), {
    'model.safetensors': safetensors(4, 700_000),
    'config.json': '{"model_type": "tiny"}',
  });
  const ballast = new Ballast(folder);

  const store = ['--name', 'My AI Model v1', '--description', 'A fine-tuned language model'];
  const stored = await ballast.run('store', model, 'my-model-v1', ...store);
  expect(stored).toMatchObject({ code: 0, stdout: expect.stringContaining('stored local/my-model-v1@1\n') });

  const list = await ballast.run('list');
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(
    /^MODEL +VERSION +STATUS +CHANNELS +SIZE +CHUNKS +PUBLISHED\nlocal\/my-model-v1 +1 +active +latest +2\.7 MiB +6 +\d{4}-\d\d-\d\d \d\d:\d\d UTC\n$/,
  );

  const retrieved = await ballast.run('retrieve', 'my-model-v1', './downloaded-model.tar.gz', '--extract');
  expect(retrieved.code).toBe(0);
  await access(join(folder, 'downloaded-model.tar.gz'));
  expect(await treeDigests(join(folder, 'downloaded-model'))).toEqual(await treeDigests(model));

  const verified = await ballast.run('verify', 'my-model-v1');
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^local\/my-model-v1@1: all right\n {2}local {2}8 blocks checked\n {2}trust {2}the private chain [^\n]+\n$/,
    ),
  });

  const info = await ballast.run('info', 'my-model-v1', '--chunks');
  expect(info.code).toBe(0);
  for (const told of [
    'My AI Model v1',
    'A fine-tuned language model',
    'model.safetensors',
    'CHUNK',
    'bafkrei',
  ])
    expect(info.stdout).toContain(told);

  // .cache is that of the compiled sources.
  const left = (await readdir(folder)).filter((name) => name !== '.cache').sort();
  expect(left).toEqual(['ballast-home', 'downloaded-model', 'downloaded-model.tar.gz', 'model']);
});

it('takes the next version each time, moves latest, and has the short names too', async () => {
  const folder = await temporaryFolder('seed');
  const one = await writeTree(join(folder, 'one'), { 'w.bin': 'one' });
  const two = await writeTree(join(folder, 'two'), { 'w.bin': 'two' });
  const ballast = new Ballast(folder);
  await ballast.json(0, 'push', one, 'm');
  await ballast.json(0, 'push', two, 'm');
  await ballast.json(0, 'push', one, 'm@0.5', '--channel', 'stable');
  expect(await ballast.json(0, 'ls', '--all')).toMatchObject([
    { version: '1', channels: [] },
    { version: '2', channels: ['latest'] },
    { version: '0.5', channels: ['stable'] },
  ]);
  expect(await ballast.json(0, 'ls')).toMatchObject([{ version: '2' }]);
  expect(await ballast.json(0, 'show', 'm')).toMatchObject({ version: '2' });
  await ballast.json(0, 'pull', 'm@stable', join(folder, 'out'));
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(one));
});

it('tells what storing again has repaired', async () => {
  const folder = await temporaryFolder('seed');
  const model = await writeTree(join(folder, 'model'), { 'a.bin': 'a', 'b.bin': 'bb' });
  const ballast = new Ballast(folder);
  await ballast.json(0, 'store', model, 'm@1');
  expect((await ballast.run('store', model, 'm@1')).stdout).toMatch(/ repaired +no chunk was missing\n/);
  await rm(join(ballast.home, 'store'), { recursive: true });
  const { stdout } = await ballast.run('store', model, 'm@1');
  expect(stdout).toMatch(/^stored already local\/m@1\n/);
  expect(stdout).toMatch(/ repaired +2 missing chunks \(3 B\) put back\n/);
  expect(stdout).not.toMatch(/ new /);
});

it('says which namespace holds no models', async () => {
  const folder = await temporaryFolder('seed');
  const ballast = new Ballast(folder);
  expect((await ballast.run('list')).stderr).toContain('no models yet: ');
  await ballast.json(0, 'store', await writeTree(join(folder, 'model'), { 'w.bin': 'w' }), 'm');
  const { code, stdout, stderr } = await ballast.run('list', '--namespace', 'nope');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: 'no models in the namespace nope\n',
  });
});
