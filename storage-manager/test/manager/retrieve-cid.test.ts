import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { freshManager } from './home.ts';

/** A model in the local store, and a manager of the same home whose chain is out of reach. */
async function storedThenCutOff() {
  const { folder, storage, model } = await freshManager();
  const stored = await storage.storeModel(model, 'm');
  await storage.close();
  const blockchain = { rpcUrl: 'http://127.0.0.1:9', contractAddress: `0x${'11'.repeat(20)}` };
  const cutOff = new ModelStorageManager({ home: join(folder, 'home'), blockchain });
  onTestFinished(() => cutOff.close());
  return { folder, model, stored, cutOff, out: join(folder, 'out') };
}

describe('a manifest, named by its CID', () => {
  it('is fetched from the local store while the chain is out of reach, and nobody is believed for it', async () => {
    const { model, stored, cutOff, out } = await storedThenCutOff();
    await expect(cutOff.retrieveModel('local/m', out)).rejects.toMatchObject({ exit: expect.any(Number) });
    const retrieved = await cutOff.retrieveCid(stored.manifest, out);
    expect(await treeDigests(out)).toEqual(await treeDigests(model));
    expect(retrieved).toEqual({
      model: null,
      version: null,
      cid: stored.manifest,
      trust: 'cid',
      asOf: null,
      quorum: null,
      homeChain: null,
      homeAsOf: null,
      path: out,
      extracted: null,
      files: 3,
      bytes: 2_500_002,
      complete: true,
      fetchedBytes: 2_500_002,
      reusedBytes: 0,
      sources: [{ name: 'local', bytes: 2_500_002, wrong: 0, unreachable: 0, overtaken: 0, barred: false }],
      notData: [],
    });
  });

  it('takes patterns, archives and file digests like any other', async () => {
    const { folder, model, stored, cutOff, out } = await storedThenCutOff();
    const some = { include: ['*.json'], checkFileDigests: true };
    expect(await cutOff.retrieveCid(`ipfs://${stored.manifest}`, out, some)).toMatchObject({
      files: 1,
      complete: false,
    });
    const archive = join(folder, 'x.tar.gz');
    const { extracted } = await cutOff.retrieveCid(stored.manifest, archive, { extract: true });
    expect(await treeDigests(extracted!)).toEqual(await treeDigests(model));
  });

  it('starts no chain of its own, and makes no key', async () => {
    const { folder, model, stored } = await storedThenCutOff();
    const other = new ModelStorageManager({ home: join(folder, 'other') });
    onTestFinished(() => other.close());
    const call = other.retrieveCid(stored.manifest, join(folder, 'none'));
    await expect(call).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED', exit: 5 });
    expect((await readdir(join(folder, 'other'))).sort()).toEqual(['store']);
    await expect(access(join(folder, 'none'))).rejects.toThrow();
    // What was opened for a CID serves a reference too.
    const { manifest } = await other.storeModel(model, 'm');
    expect(await other.retrieveCid(manifest, join(folder, 'none'))).toMatchObject({ trust: 'cid' });
  });
});

it('a UnixFS CID is looked for in stores that carry UnixFS nodes', async () => {
  const { stored, cutOff, out } = await storedThenCutOff();
  await expect(cutOff.retrieveCid(stored.content!, out)).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED' });
});

it('one file becomes the destination, whatever that is called, and is never packed', async () => {
  const { folder, model, cutOff } = await storedThenCutOff();
  const bytes = await readFile(join(model, 'a/config.json'));
  const cid = cidText(digestOf(bytes), RAW);
  for (const name of ['x.tar', 'x.tar.gz', 'x.tgz', 'x']) {
    expect(await cutOff.retrieveCid(cid, join(folder, name))).toMatchObject({ files: 1, extracted: null });
    expect(await readFile(join(folder, name))).toEqual(bytes);
  }
  const extracting = cutOff.retrieveCid(cid, join(folder, 'y.tar'), { extract: true });
  await expect(extracting).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(access(join(folder, 'y.tar'))).rejects.toThrow();
});

it('B19: one file is judged by the name that it gets too, before it has it', async () => {
  const { folder, model, cutOff } = await storedThenCutOff();
  const bytes = await readFile(join(model, 'a/config.json'));
  const cid = cidText(digestOf(bytes), RAW);
  const before = await readdir(folder);
  const inference = { policy: 'inference' } as const;
  const refused = cutOff.retrieveCid(cid, join(folder, 'x.py'), inference);
  await expect(refused).rejects.toMatchObject({ code: 'FORMAT_REFUSED' });
  expect(await readdir(folder)).toEqual(before);
  expect(await cutOff.retrieveCid(cid, join(folder, 'x.json'), inference)).toMatchObject({ notData: [] });
  const notes: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') notes.push(event.text);
  };
  const notData = [{ path: 'x.py', format: 'python' }];
  expect(await cutOff.retrieveCid(cid, join(folder, 'x.py'), { onEvent })).toMatchObject({ notData });
  expect(notes).toEqual([expect.stringContaining('x.py is Python by its name')]);
  const again = cutOff.retrieveCid(cid, join(folder, 'x.py'), inference);
  await expect(again).rejects.toMatchObject({ code: 'FORMAT_REFUSED' });
});
