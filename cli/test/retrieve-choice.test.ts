/** Some files of a model, and what a CID names, on the command line. */
import { join } from 'node:path';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';

it('fetches some files of a model, and a model by its CID', async () => {
  const folder = await temporaryFolder('choice');
  const files = { 'w.bin': 'w'.repeat(70_000), 'config.json': '{}', 'onnx/w.onnx': 'o' };
  const model = await writeTree(join(folder, 'model'), files);
  const ballast = new Ballast(folder);
  const { manifest } = (await ballast.json(0, 'store', model, 'm')) as { manifest: string };

  const some = await ballast.run('retrieve', 'm', 'some', '--include', '*.json', '--include', 'onnx/');
  expect(some).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('verified  2 matching files, 3 B:'),
  });
  expect(Object.keys(await treeDigests(join(folder, 'some'))).sort()).toEqual(['config.json', 'onnx/w.onnx']);
  await ballast.json(0, 'retrieve', 'm', 'rest', '--exclude', '*.bin');

  const byCid = await ballast.run('retrieve', '--cid', `/ipfs/${manifest}`, 'all');
  expect(byCid).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/retrieved \/ipfs\/bafyrei.*\n.*\n.*\n.*no chain was asked/),
  });
  expect(await treeDigests(join(folder, 'all'))).toEqual(await treeDigests(model));
});

it.each([
  [['retrieve', 'm'], /missing required argument 'dest'/],
  [['retrieve', '--cid', 'bafy'], /missing required argument 'dest'/],
  [['retrieve', '--cid', 'bafy', 'm', 'out'], /the destination is the one argument/],
  [['retrieve', '--cid', 'bafy', 'out'], /CID "bafy" must/],
  [['retrieve', 'm', 'out', '--include', 'a['], /a pattern of paths must have a \]/],
])('%j is an error of usage', async (line, message) => {
  const ballast = new Ballast(await temporaryFolder('choice'));
  expect(await ballast.run(...line)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(message),
  });
});
