import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scanTree } from '../../src/fs/tree.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';
import { parseVersion } from '../../src/ids/reference.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { publish } from '../../src/verbs/publish.ts';
import { openRelease } from '../../src/verbs/reading/release.ts';
import { newFolder, put } from '../inputs/folder.ts';
import { job, MODEL, openWorkbench, reference } from './workbench.ts';

const PATH = parseSafePath('weights.bin');
const LARGE = 'w'.repeat(2_000_000);

async function treeOf(text: string) {
  const folder = await newFolder();
  await put(folder, { [PATH]: text });
  return scanTree(folder);
}

/** Breaks once the version is taken and the chunks are written; the journal's row stays open, as after a kill. */
class Unprotecting extends MemoryStore {
  override protect(): Promise<never> {
    return Promise.reject(new Error('no power'));
  }
}

it('publishes the tree that the job brings, not what lies at its path', async () => {
  const bench = await openWorkbench();
  const tree = await treeOf('elsewhere');
  const published = await publish(bench, job('/nowhere/model.tar', { tree }));
  expect(published).toMatchObject({ files: 1, bytes: 9, published: true });
});

it.each(['small', LARGE])(
  'refuses a file that is not what its origin says, and registers nothing',
  async (text) => {
    const bench = await openWorkbench();
    const tree = await treeOf(text);
    const claimed = (other: string) => ({ tree, claims: new Map([[PATH, digestOf(Buffer.from(other))]]) });
    await expect(publish(bench, job('/cache', claimed('other')))).rejects.toMatchObject({
      code: 'FILE_DIGEST_MISMATCH',
      message: expect.stringContaining(PATH),
    });
    expect(await bench.registry.model(MODEL)).toBeNull();
    expect(await publish(bench, job('/cache', claimed(text)))).toMatchObject({ published: true });
  },
);

it('finishes what an interrupted run from the same origin has begun, wherever its files lie now', async () => {
  const bench = await openWorkbench();
  const origin = join(bench.folder, 'model.tar');
  const tree = await treeOf('a');
  const first = publish({ ...bench, stores: [new Unprotecting('memory')] }, job(origin, { tree }));
  await expect(first).rejects.toThrow('no power');

  const notes: string[] = [];
  const onEvent = (event: { type: string; text?: string }) => void notes.push(event.text ?? '');
  const again = await publish(bench, job(origin, { tree: await treeOf('a') }), { onEvent });
  expect(again).toMatchObject({ version: '1', published: true });
  expect(notes).toContainEqual(expect.stringContaining(`from ${origin} did not finish; this one goes on`));
});

it('writes the base into the manifest, and another base makes another release', async () => {
  const bench = await openWorkbench();
  const tree = await treeOf('a');
  const base = { model: MODEL, version: parseVersion('7'), manifest: digestOf(Buffer.from('m')) };
  await publish(bench, job('/a', { tree, base }));
  const { content } = await openRelease(bench, reference(), bench.trust.resolve, {});
  expect(content.manifest.base).toEqual(base);
  expect(await publish(bench, job('/a', { tree, base }))).toMatchObject({ version: '1', transactions: 0 });
  expect(await publish(bench, job('/a', { tree }))).toMatchObject({ version: '2' });
});
