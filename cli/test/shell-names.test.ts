/** Names that a shell would run: as ids they break the grammar, as paths they are files like any other. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

const HOSTILE = [
  'm;touch ran',
  'm$(touch ran)',
  'm`touch ran`',
  'm|touch ran',
  "m'&touch ran&'",
  'm\ntouch ran',
  '-m',
];

it('B28: an id with what a shell would run is no id', async () => {
  const folder = await temporaryFolder('shell');
  const ballast = new Ballast(folder);
  for (const id of HOSTILE) {
    const { error } = await ballast.json<Failed>(2, 'info', '--', id);
    expect(error.code).toMatch(/^(REFERENCE|ARGUMENT)_INVALID$/);
  }
  expect(await readdir(folder)).not.toContain('ran');
});

it('B28: a path with what a shell would run is a path', async () => {
  const folder = await temporaryFolder('shell');
  const ballast = new Ballast(folder);
  const name = "a $(touch ran); 'b' & touch ran";
  await writeTree(join(folder, name), { 'c $(touch ran).txt': 'text' });
  await ballast.json(0, 'store', join(folder, name), 'm');
  await ballast.json(0, 'retrieve', 'm', join(folder, `${name}.out`));
  expect((await readdir(folder)).filter((entry) => entry.startsWith('a')).toSorted()).toEqual([
    name,
    `${name}.out`,
  ]);
  expect(await readdir(join(folder, `${name}.out`))).toEqual(['c $(touch ran).txt']);
});
