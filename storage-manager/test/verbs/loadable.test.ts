import { execFileSync } from 'node:child_process';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { scanTree } from '../../src/fs/tree.ts';
import { checkLoadable } from '../../src/verbs/publishing/loadable.ts';
import { newFolder, put } from '../inputs/folder.ts';

const INDEX = 'model.safetensors.index.json';
const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const index = (...shards: unknown[]) =>
  JSON.stringify({
    metadata: {},
    weight_map: Object.fromEntries(shards.map((shard, at) => [`w${at}`, shard])),
  });

/** What is said of a tree of these files. */
async function check(
  files: Readonly<Record<string, string>>,
  allowMissing = false,
): Promise<readonly string[]> {
  const folder = await newFolder();
  await put(folder, files);
  return warnings(folder, allowMissing);
}

async function warnings(folder: string, allowMissing = false): Promise<readonly string[]> {
  const events: BallastEvent[] = [];
  const onEvent = (event: BallastEvent) => events.push(event);
  await checkLoadable(await scanTree(folder), allowMissing, { onEvent });
  return events.map((event) => (event.type === 'note' ? `${event.level}: ${event.text}` : event.type));
}

it('takes a checkpoint with all its shards, and what is called index.json besides', async () => {
  const [first = '', second = ''] = SHARDS;
  const files = {
    [INDEX]: index(first, first, second),
    [first]: '1',
    [second]: '2',
    'deep/pytorch_model.bin.index.json': index('a.bin', 'more/b.bin'),
    'deep/a.bin': 'a',
    'deep/more/b.bin': 'b',
    'search.index.json': '{"pages": []}',
  };
  expect(await check(files)).toEqual([]);
});

it('refuses one without a shard, naming index and shards', async () => {
  const files = {
    [`deep/${INDEX}`]: index(...SHARDS),
    [`deep/${SHARDS[0]}`]: '1',
    [`${SHARDS[1]}`]: 'elsewhere',
  };
  await expect(check(files)).rejects.toMatchObject({
    code: 'SHARDS_MISSING',
    exit: 7,
    message: `all 2 shards that deep/${INDEX} names must be there, but 1 is missing: deep/${SHARDS[1]}`,
  });
  expect(await check(files, true)).toEqual([
    expect.stringContaining(`warning: all 2 shards that deep/${INDEX}`),
  ]);
});

it('names five of many', async () => {
  const many = Array.from({ length: 900 }, (_, at) => `${at}.bin`);
  await expect(check({ [INDEX]: index(...many), x: 'x' })).rejects.toThrow(
    'but 900 are missing: 0.bin, 1.bin, 2.bin, 3.bin, 4.bin …',
  );
});

it.each(['../x.bin', '/etc/passwd', 'a//b', ''])(
  'refuses a shard at %o, allowed to be missing or not',
  async (name) => {
    const refused = { code: 'PATH_UNSAFE', message: expect.stringContaining(INDEX) };
    await expect(check({ [INDEX]: index(name) })).rejects.toMatchObject(refused);
    await expect(check({ [INDEX]: index(name) }, true)).rejects.toMatchObject(refused);
  },
);

it.each([
  ['no JSON', '{'],
  ['a map that is none', '{"weight_map": ["a.bin"]}'],
  ['names that are none', index('a.bin', 7)],
  ['what would swell', `{"weight_map": {"w": "x.bin"}, "more": [${'[],'.repeat(250_000)}[]]}`],
])('warns of %s', async (_, text) => {
  expect(await check({ [INDEX]: text, 'x.bin': 'x' })).toEqual([
    expect.stringMatching(`^warning: ${INDEX} is no readable index of shards`),
  ]);
});

it('does not wait for an index that has become a pipe', async () => {
  const folder = await newFolder();
  await put(folder, { [INDEX]: index('x.bin'), 'x.bin': 'x' });
  const tree = await scanTree(folder);
  await rm(join(folder, INDEX));
  execFileSync('mkfifo', [join(folder, INDEX)]);
  const texts: string[] = [];
  const onEvent = (event: BallastEvent) => event.type === 'note' && texts.push(event.text);
  await checkLoadable(tree, false, { onEvent });
  expect(texts).toEqual([expect.stringContaining(`${INDEX} is no readable index of shards`)]);
});

it('warns of a file that clients of the Hub do not fetch by HTTP', async () => {
  const file = join(await newFolder(), 'tree', 'model.safetensors');
  await mkdir(dirname(file));
  await writeFile(file, '');
  await truncate(file, 50e9);
  expect(await warnings(dirname(file))).toEqual([]);
  await truncate(file, 60e9);
  expect(await warnings(dirname(file))).toEqual([
    expect.stringMatching(/^warning: model.safetensors has 60 GB: .* 50 GB by HTTP; split it into shards/),
  ]);
});

it('takes a shard that is named from its own folder', async () => {
  expect(await check({ [INDEX]: index('./a.safetensors'), 'a.safetensors': 'a' })).toEqual([]);
  await expect(check({ [INDEX]: index('./a.safetensors') })).rejects.toThrow(
    `the shard that ${INDEX} names must be there, but 1 is missing: a.safetensors`,
  );
});

it.each(['{}', '[]'])('warns of an index that is %s', async (text) => {
  expect(await check({ [INDEX]: text })).toEqual([expect.stringContaining('it says nothing')]);
});
