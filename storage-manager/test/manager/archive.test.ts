import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { OnEvent } from '../../src/events.ts';
import { partialName } from '../../src/ids/own-names.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { makerOf } from '../../src/verbs/job/exclusive.ts';
import { freshManager } from './home.ts';

const run = promisify(execFile);

/** What GNU tar makes of it. */
async function unpacked(archive: string, into: string): Promise<Record<string, string>> {
  await mkdir(into);
  await run('tar', ['-xf', archive, '-C', into]);
  return treeDigests(into);
}

describe('an archive', () => {
  it.each(['x.tar', 'x.tar.gz', 'x.tgz'])('%s holds the tree, and leaves nothing else', async (name) => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const out = join(folder, 'out');
    await mkdir(out);
    const path = join(out, name);
    expect(await storage.retrieveModel('m', path)).toMatchObject({
      path,
      extracted: null,
      fetchedBytes: 2_500_002,
    });
    expect(await readdir(out)).toEqual([name]);
    expect(await unpacked(path, join(folder, 'unpacked'))).toEqual(await treeDigests(model));
  });

  it('.tar is the same bytes each time', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    await storage.retrieveModel('m', join(folder, 'one.tar'));
    await storage.retrieveModel('m', join(folder, 'two.tar'));
    expect(await readFile(join(folder, 'one.tar'))).toEqual(await readFile(join(folder, 'two.tar')));
  });

  it('is extracted beside itself', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const extracted = join(folder, 'x');
    const options = { extract: true };
    expect(await storage.retrieveModel('m', join(folder, 'x.tar.gz'), options)).toMatchObject({ extracted });
    expect(await treeDigests(extracted)).toEqual(await treeDigests(model));
  });

  it('goes on where an interrupted run has left the folder', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    await storage.retrieveModel('m', join(folder, 'x'));
    const retrieved = await storage.retrieveModel('m', join(folder, 'x.tar'), { extract: true });
    expect(retrieved).toMatchObject({ fetchedBytes: 0, reusedBytes: 2_500_002 });
  });

  it('replaces with force, and never packs what is not the release', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const path = join(folder, 'x.tar');
    await writeFile(path, 'old');
    await writeTree(join(folder, 'x'), { 'mine.txt': 'mine', 'weights.bin': 'old' });
    // What an interrupted run of another release may have left.
    const maker = await makerOf({ locks: join(folder, 'home', 'locks') });
    await writeTree(join(folder, partialName('x.tar.tree', maker)), { 'other.bin': 'other' });
    await expect(storage.retrieveModel('m', path, { extract: true })).rejects.toMatchObject({
      code: 'DESTINATION_EXISTS',
    });
    await storage.retrieveModel('m', path, { extract: true, force: true });
    expect(await unpacked(path, join(folder, 'unpacked'))).toEqual(await treeDigests(model));
    expect(await treeDigests(join(folder, 'x'))).toMatchObject(await treeDigests(model));
    expect(await readFile(join(folder, 'x', 'mine.txt'), 'utf8')).toBe('mine');
    expect((await readdir(folder)).filter((name) => name.startsWith('.x'))).toEqual([]);
  });

  it('takes the place of no folder, and fetches nothing for it', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    await mkdir(join(folder, 'x.tar'));
    const steps = new Set<string>();
    const onEvent: OnEvent = (event) => event.type === 'progress' && steps.add(event.step);
    const retrieving = storage.retrieveModel('m', join(folder, 'x.tar'), { force: true, onEvent });
    await expect(retrieving).rejects.toMatchObject({ code: 'DESTINATION_EXISTS', exit: 7 });
    expect(steps.size).toBe(0);
  });

  it('that can not be written: the tree is kept, and named', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const stop = new AbortController();
    const notes: string[] = [];
    const onEvent: OnEvent = (event) => {
      if (event.type === 'note') notes.push(event.text);
      else if (event.type === 'progress' && event.step === 'archive') stop.abort(new Error('stop'));
    };
    const path = join(folder, 'x.tar');
    const retrieving = storage.retrieveModel('m', path, { signal: stop.signal, onEvent });
    await expect(retrieving).rejects.toThrow('stop');
    const tree = /2500002 bytes: (.*)$/.exec(notes.join())?.[1] ?? '';
    expect(await treeDigests(tree)).toEqual(await treeDigests(model));
    expect(await storage.retrieveModel('m', path)).toMatchObject({ fetchedBytes: 0 });
    await expect(readdir(tree)).rejects.toThrow('ENOENT');
  });

  it('needs the name of one to be extracted', async () => {
    const { folder, storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const retrieving = storage.retrieveModel('m', join(folder, 'x.zip'), { extract: true });
    await expect(retrieving).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', exit: 2 });
  });
});
