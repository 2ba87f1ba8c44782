import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BallastEvent, OnEvent } from '../../src/events.ts';
import type { RepairableStore } from '../../src/interfaces.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { parseSelection } from '../../src/verbs/fetching/selection.ts';
import { publish } from '../../src/verbs/publish.ts';
import { type FetchJob, fetch, job, openWorkbench, reference, through } from './workbench.ts';

const SMALL = { 'config.json': '{}', 'tokenizer/a.json': '[]', '.gitattributes': 'x' };
const TREE = {
  ...SMALL,
  'weights.bin': Buffer.alloc(3 << 20, 'w'),
  'onnx/big.onnx': Buffer.alloc(2 << 20, 'o'),
};

async function published() {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), TREE);
  await publish(bench, job(source));
  const out = join(bench.folder, 'out');
  const get = (include: string[], exclude: string[] = [], more: Partial<FetchJob> = {}) =>
    fetch(bench, {
      reference: reference(),
      destination: out,
      select: parseSelection(include, exclude),
      ...more,
    });
  return { bench, source, out, get };
}

/** The store, and how many bytes were read from it. */
function counting(store: RepairableStore) {
  const counted = { bytes: 0, store };
  const read: RepairableStore['read'] = async (...call) => {
    const lengths = await store.read(...call);
    counted.bytes += lengths.reduce((sum, length) => sum + length, 0);
    return lengths;
  };
  counted.store = Object.assign(Object.create(store) as RepairableStore, { read });
  return counted;
}

test('only the files that match arrive, and only their bytes travel', async () => {
  const { bench, out } = await published();
  const counted = counting(bench.memory);
  const select = parseSelection(['*.json', '.git*'], ['tokenizer/']);
  const fetched = await fetch(
    { ...bench, ...through(bench.engine, [counted.store]) },
    { reference: reference(), destination: out, select },
  );
  expect(fetched).toMatchObject({ files: 2, bytes: 3, complete: false, fetchedBytes: 3 });
  expect(Object.keys(await treeDigests(out)).sort()).toEqual(['.gitattributes', 'config.json']);
  const metadata = [...bench.memory.blocks.values()].filter(
    (block) => block[0] !== 0x6f && block[0] !== 0x77,
  );
  expect(counted.bytes).toBeLessThan(metadata.reduce((sum, { byteLength }) => sum + byteLength, 0) + 1);
  expect(counted.bytes).toBeLessThan(4_000);
});

test('everything that is wanted is the whole', async () => {
  const { out, source, get } = await published();
  expect(await get(['**'])).toMatchObject({ files: 5, complete: true });
  expect(await treeDigests(out)).toEqual(await treeDigests(source));
});

test('the same selection again moves nothing; another one needs force, and lets the other files stand', async () => {
  const { out, source, get } = await published();
  await get(['config.json']);
  expect(await get(['config.json'])).toMatchObject({ fetchedBytes: 0, reusedBytes: 2 });
  await expect(get(['*.onnx'])).rejects.toMatchObject({ code: 'DESTINATION_EXISTS', exit: 7 });
  const message = expect.stringContaining('it holds some files of acme/tiny@1 alone');
  await expect(get([])).rejects.toMatchObject({ code: 'DESTINATION_EXISTS', message });
  await get(['*.onnx'], [], { force: true });
  const { 'config.json': config, 'onnx/big.onnx': big } = await treeDigests(source);
  expect(await treeDigests(out)).toMatchObject({ 'config.json': config, 'onnx/big.onnx': big });
  expect(await readdir(out)).not.toContain('weights.bin');
});

test('an interrupted selection goes on where it was', async () => {
  const { bench, out, get } = await published();
  const stop = new AbortController();
  const onEvent: OnEvent = (event) => {
    if (event.type === 'progress' && event.step === 'fetch' && event.bytes > 0)
      stop.abort(new Error('enough'));
  };
  const select = parseSelection(['onnx/', 'weights.bin']);
  const call = fetch(
    bench,
    { reference: reference(), destination: out, select },
    { onEvent, signal: stop.signal },
  );
  await expect(call).rejects.toThrow('enough');
  const { fetchedBytes, reusedBytes } = await get(['onnx/', 'weights.bin']);
  expect(reusedBytes).toBeGreaterThan(0);
  expect(fetchedBytes + reusedBytes).toBe(5 << 20);
});

test('patterns that leave nothing are an error that shows what there is; one that is idle is a warning', async () => {
  const { bench, get } = await published();
  await expect(get(['*.gguf', 'x/'], ['y'])).rejects.toMatchObject({
    code: 'NOTHING_MATCHES',
    exit: 2,
    message: expect.stringMatching(
      /match "\*\.gguf", "x\/" and not "y", but none does of "\.gitattributes", "config/,
    ),
  });
  await expect(get([], ['*'])).rejects.toMatchObject({ code: 'NOTHING_MATCHES' });
  for (const [pattern, hint] of [
    ['./config.json', 'leave the ./ out: "config.json"'],
    ['*.{json,bin}', 'braces'],
    ['a.json,b.json', 'a comma'],
    ['onnx', '"onnx/"'],
  ] as const)
    await expect(get([pattern])).rejects.toMatchObject({ next: expect.stringContaining(hint) });
  const events: BallastEvent[] = [];
  const select = parseSelection(['config.json', '*.gguf'], ['*.md']);
  const destination = join(bench.folder, 'new');
  await fetch(
    bench,
    { reference: reference(), destination, select },
    { onEvent: (event) => events.push(event) },
  );
  for (const idle of ['*.gguf', '*.md']) {
    const text = `no file of acme/tiny@1 matches ${JSON.stringify(idle)}`;
    expect(events).toContainEqual({ type: 'note', level: 'warning', text });
  }
});

test('a folder that stands and has a folder where a file must go is refused before anything travels', async () => {
  const { out, get } = await published();
  await mkdir(join(out, 'config.json'), { recursive: true });
  await expect(get(['config.json'], [], { force: true })).rejects.toMatchObject({
    code: 'DESTINATION_EXISTS',
  });
  await rm(out, { recursive: true });
  await writeFile(out, '');
  await expect(get(['config.json'])).rejects.toMatchObject({ code: 'DESTINATION_EXISTS' });
});
