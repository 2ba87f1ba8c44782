import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { MiB } from '../../src/limits.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, startKubo } from '../../src/testing/nodes/kubo.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { diff } from '../../src/verbs/diff.ts';
import { ChunkReader } from '../../src/verbs/diffing/chunk-reader.ts';
import { compareTensors } from '../../src/verbs/diffing/tensors.ts';
import { inspect } from '../../src/verbs/inspect.ts';
import { publish } from '../../src/verbs/publish.ts';
import { makeGguf } from '../chunkers/make-gguf.ts';
import { makeSafetensors, type Tensor, withHeader } from '../chunkers/make-safetensors.ts';
import { stream } from '../chunkers/stream.ts';
import { job, openWorkbench, reference, through, type Workbench } from './workbench.ts';

const tensor = (name: string, seed: string, bytes: number): Tensor => ({ name, bytes: stream(seed, bytes) });

/** Publishes each tree as the next version. */
async function publishAll(...trees: readonly Record<string, Uint8Array>[]) {
  return publishInto(await openWorkbench(), trees);
}

async function publishInto(bench: Workbench, trees: readonly Record<string, Uint8Array>[]) {
  for (const [i, tree] of trees.entries())
    await publish(bench, job(await writeTree(join(bench.folder, `tree-${i}`), tree)));
  return bench;
}

const versions = { left: reference('acme/tiny@1'), right: reference('acme/tiny@2') };

test('only manifests, indexes, headers and doubtful small tensors travel', async () => {
  const large = Array.from({ length: 8 }, (_, i) => tensor(`large.${i}`, `l${i}`, 3_000_000));
  const norm = (seed: string) => tensor('norm', seed, 4_096);
  const bench = await publishAll(
    { 'm.safetensors': makeSafetensors([...large.slice(0, 4), norm('n'), ...large.slice(4)]) },
    { 'm.safetensors': makeSafetensors([...large.slice(0, 4), norm('o'), ...large.slice(4)]) },
  );
  let bytes = 0;
  const { memory } = bench;
  const counting = {
    ...bench,
    ...through(bench.engine, [
      Object.assign(Object.create(memory), {
        async read(...call: Parameters<typeof memory.read>) {
          const lengths = await memory.read(...call);
          bytes += lengths.reduce((sum, length) => sum + length, 0);
          return lengths;
        },
      }),
    ]),
  };
  const found = await diff(counting, versions);
  expect(found.tensors.tensors.map(({ status }) => status)).toEqual([
    ...Array(4).fill('same'),
    'changed',
    ...Array(4).fill('same'),
  ]);
  expect(bytes).toBeLessThan(20_000);
});

test('hostile headers are passed over before they fill the memory', async () => {
  const header = (name: string, ones: number) =>
    withHeader(
      `{"${name}":{"dtype":"U8","shape":[${'1,'.repeat(ones)}1],"data_offsets":[0,0]}}`,
      new Uint8Array(),
    );
  const long = header('n'.repeat(2_500_000), 1);
  const bench = await publishAll(
    {
      'a.safetensors': header('a', 17_000_000),
      'b.safetensors': header('b', 8),
      'c.safetensors': header('c', 7),
      'd.safetensors': long,
      'e.safetensors': long,
      'f.safetensors': long,
    },
    { x: stream('x', 1) },
  );
  let travelled = 0;
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'progress') travelled = event.bytes;
  };
  const { tensors } = await diff(bench, versions, { onEvent });
  expect(tensors.tensors.map(({ left }) => left?.name.length)).toEqual([1, 2_500_000, 2_500_000]);
  expect(tensors.skipped).toEqual([
    { side: 'left', path: 'a.safetensors', reason: 'its header is too long' },
    { side: 'left', path: 'b.safetensors', reason: 'a tensor has more than 8 dimensions' },
    {
      side: 'left',
      path: 'f.safetensors',
      reason: 'the release has too many tensors, or too long names',
    },
  ]);
  // Of the 34 MB of the first no more than the length of its header; of the long names few different chunks.
  expect(travelled).toBeGreaterThan(MiB);
  expect(travelled).toBeLessThan(20 * MiB);
});

test('what may not be read any more is not compared, and the rest is', async () => {
  const tree = (first: string) => ({
    'm.gguf': makeGguf([
      tensor('large', 'l', 2_000_000),
      tensor('small.0', first, 50_000),
      tensor('small.1', 's', 50_000),
    ]),
  });
  const bench = await publishAll(tree('a'), tree('b'));
  const [left, right] = [await inspect(bench, versions.left), await inspect(bench, versions.right)];
  const compare = async (most: number) => {
    const reader = new ChunkReader(bench, {}, most);
    const { tensors, skipped } = await compareTensors(left.content, right.content, reader);
    return [tensors.map(({ status }) => status), skipped.length];
  };
  expect(await compare(1_400_000)).toEqual([['same', 'changed', 'same'], 0]);
  expect(await compare(1_150_000)).toEqual([['same', 'unknown', 'unknown'], 0]);
  expect(await compare(100)).toEqual([[], 2]);
});

test('the verdict is that of the bytes, however tensors lie and files are cut', async () => {
  const lengths = fc.constantFrom(0, 1, 500, 70_000, 262_144, 1_100_000);
  const model = fc.array(fc.record({ length: lengths, seed: fc.constantFrom('p', 'q') }), {
    minLength: 1,
    maxLength: 6,
  });
  const format = fc.constantFrom('safetensors', 'gguf');
  const chunker = fc.constantFrom(undefined, 'cdc-1m', 'fixed-1m');
  await fc.assert(
    fc.asyncProperty(model, model, format, chunker, async (a, b, kind, wanted) => {
      const tensors = (list: typeof a) =>
        list.map(({ length, seed }, i) => tensor(`t${i}`, `${seed}${length}`, length));
      const [before, after] = [tensors(a), tensors(b)];
      const make = kind === 'gguf' ? makeGguf : makeSafetensors;
      const bench = await openWorkbench();
      try {
        const path = `m.${kind}`;
        await publish(bench, job(await writeTree(join(bench.folder, 'a'), { [path]: make(before) })));
        const options = wanted === undefined ? {} : { chunker: wanted };
        await publish(
          bench,
          job(await writeTree(join(bench.folder, 'b'), { [path]: make(after), x: stream('x', 9) }), options),
        );
        const found = await diff(bench, versions);
        for (const { status, left, right } of found.tensors.tensors) {
          if (left === null || right === null) continue;
          const [was, is] = [left, right].map(
            ({ name }, side) => [before, after][side]!.find((t) => t.name === name)!.bytes,
          );
          expect([left.name, right.name, status === 'changed']).toEqual([
            left.name,
            right.name,
            Buffer.compare(was!, is!) !== 0,
          ]);
        }
        const seen = found.tensors.tensors.flatMap(({ right }) => (right === null ? [] : [right.name]));
        expect(seen.sort()).toEqual(after.map(({ name }) => name).sort());
      } finally {
        await bench.engine.close();
      }
    }),
    { numRuns: 10 },
  );
});

const binary = findKubo();
describe.skipIf(binary === null)('a real Kubo (none found: KUBO_BIN, PATH)', () => {
  test('carries the headers, and progress tells what travels', async () => {
    const node = await startKubo(binary ?? '');
    onTestFinished(() => node.close());
    const bench = await openWorkbench([new KuboStore({ api: node.api, gateway: node.gateway })]);
    const tree = (seed: string) => ({
      'm.gguf': makeGguf([tensor('large', 'l', 2_000_000), tensor('norm', seed, 4_096)]),
    });
    await publishInto(bench, [tree('a'), tree('b')]);
    const steps: number[] = [];
    const onEvent = (event: BallastEvent) => {
      if (event.type === 'progress' && event.step === 'compare') steps.push(event.bytes);
    };
    const found = await diff(bench, versions, { onEvent });
    expect(found.tensors.tensors.map(({ status }) => status)).toEqual(['same', 'changed']);
    // The header, once for both, and the chunk into which its reader's window reaches. The norms are whole chunks.
    expect(steps).toEqual([0, 128, MiB + 128]);
  });
});
