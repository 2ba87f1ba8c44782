import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { parseVersion } from '../../src/ids/reference.ts';
import type { Release, Resolution } from '../../src/interfaces.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { warn } from '../../src/verbs/reading/warnings.ts';
import { fetch, job, MODEL, openWorkbench, reference } from './workbench.ts';

function listen() {
  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
  };
  return { warnings, onEvent };
}

test('a fetch says how its release stands, and that of an active one nothing', async () => {
  const bench = await openWorkbench();
  const model = await writeTree(join(bench.folder, 'model'), { 'w.bin': 'weights' });
  await publish(bench, job(model));
  const { warnings, onEvent } = listen();
  const exact = reference('acme/tiny@1');
  const first = await fetch(bench, { reference: exact, destination: join(bench.folder, 'a') }, { onEvent });
  expect(first.homeChain).toBeNull();
  expect(warnings).toEqual([]);
  bench.registry.setStatus(MODEL, parseVersion('1'), 'yanked');
  await fetch(bench, { reference: exact, destination: join(bench.folder, 'b') }, { onEvent });
  expect(warnings).toEqual([expect.stringContaining('acme/tiny@1 is yanked')]);
});

test.each([
  [{ status: 'deprecated', reason: 'superseded' }, {}, ['acme/tiny@1 is deprecated (superseded)']],
  [{ homeChain: 8453 }, {}, ['a mirror: the registry on chain 8453 decides']],
  [{}, { successor: `0x${'ab'.repeat(20)}` }, [`announce 0x${'ab'.repeat(20)} as the one that follows`]],
] as const)('of %o %o', async (release: Partial<Release>, resolution: Partial<Resolution>, texts) => {
  const { registry, folder, ...ports } = await openWorkbench();
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'weights' });
  await publish({ ...ports, registry }, job(model));
  const { trust } = ports;
  const found = await trust.chain.look(MODEL, { kind: 'version', version: parseVersion('1') });
  const changed = {
    ...found.resolution,
    ...resolution,
    release: { ...found.resolution.release, ...release },
  };
  const { warnings, onEvent } = listen();
  warn({ ...found, status: changed.release.status, resolution: changed }, { onEvent });
  expect(warnings).toEqual(texts.map((text) => expect.stringContaining(text)));
});

test('a release made from another says so in the registry', async () => {
  const bench = await openWorkbench();
  const model = await writeTree(join(bench.folder, 'model'), { 'w.bin': 'weights' });
  const variant = await writeTree(join(bench.folder, 'variant'), { 'w.bin': 'weights, tuned' });
  await publish(bench, job(model));
  const { release } = await bench.registry.resolve(MODEL, { kind: 'version', version: parseVersion('1') });
  await publish(bench, job(variant, { base: release }));
  const tuned = await bench.registry.resolve(MODEL, { kind: 'version', version: parseVersion('2') });
  expect(tuned.release.base).toMatch(/^0x[0-9a-f]{64}$/);
});
