/** The command line before gateways that lie, break and fall silent: exit code, error code, and what stands in the end. */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findings,
  type HttpFault,
  onlyRightNames,
  Scene,
  Seeded,
  treeDigests,
  unchanged,
} from '@ballast-models/storage-manager/testing';
import { expect, onTestFinished, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved } from './documents.ts';

/** A folder for commands, canaries around it, and so many gateways that do this with every chunk. */
async function before(faults: readonly (HttpFault | null)[]) {
  const folder = await temporaryFolder('gateways');
  const [own, home] = [join(folder, 'scene'), join(folder, 'home')];
  await mkdir(own);
  await mkdir(home);
  const scene = await Scene.open({ folder: own, servers: faults.length, random: new Seeded(2) });
  onTestFinished(() => scene.close());
  for (const [place, fault] of faults.entries())
    scene.servers[place]!.script = ({ target }) => (scene.chunkTargets.has(target) ? fault : null);
  const urls = scene.servers.map(({ url }) => url);
  const ballast = new Ballast(home, { BALLAST_GATEWAYS: urls.join(',') });
  const out = join(home, 'out');
  const checks = [await onlyRightNames(out, [scene.tree]), await unchanged(own)];
  return { scene, ballast, out, checks };
}

const FLIP: HttpFault = { kind: 'flip', at: 'middle' };
const PAGE: HttpFault = { kind: 'status', status: 200, body: '<html>sign in</html>' };

test.each<readonly [string, HttpFault]>([
  ['A5: a body without end', { kind: 'inf' }],
  ['A13: a page of a hotel', PAGE],
])('%s from the only gateway is exit 4, and then the same command succeeds', async (_name, fault) => {
  const { scene, ballast, out, checks } = await before([fault]);
  const { error } = await ballast.json<Failed>(4, 'retrieve', '--cid', scene.cid, out);
  expect(error).toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
  expect(error.message).not.toMatch(/model is (corrupt|damaged)/i);
  await expect(access(out)).rejects.toThrow('ENOENT');
  scene.servers[0]!.script = () => null;
  await ballast.json<Retrieved>(0, 'retrieve', '--cid', scene.cid, out);
  expect(await treeDigests(out)).toEqual(scene.tree);
  expect(await findings(checks)).toEqual([]);
});

test('A20: of three gateways two lie: exit 0; three of three: exit 4, and the error names them', async () => {
  const { scene, ballast, out, checks } = await before([FLIP, PAGE, null]);
  const { sources } = await ballast.json<Retrieved>(0, 'retrieve', '--cid', scene.cid, out);
  // Whoever was quickest may have brought all before a liar was asked.
  for (const { wrong, barred } of sources) expect(barred).toBe(wrong > 0);
  expect(sources.at(-1)).toMatchObject({ wrong: 0, unreachable: 0 });
  expect(await treeDigests(out)).toEqual(scene.tree);
  scene.servers[2]!.script = ({ target }) => (scene.chunkTargets.has(target) ? FLIP : null);
  const { error } = await ballast.json<Failed>(4, 'retrieve', '--cid', scene.cid, `${out}-2`);
  for (const { url } of scene.servers) expect(error.message).toContain(new URL(url).host);
  expect(await findings(checks)).toEqual([]);
});

test('A2, A7, A15: of three gateways one cuts, one is silent: exit 0', async () => {
  const cut: HttpFault = { kind: 'cut', at: 0.5, framing: 'length' };
  const { scene, ballast, out, checks } = await before([cut, { kind: 'stall', at: 'middle' }, null]);
  await ballast.json<Retrieved>(0, 'retrieve', '--cid', scene.cid, out);
  expect(await treeDigests(out)).toEqual(scene.tree);
  expect(await findings(checks)).toEqual([]);
});

test('C13: 16 commands at once that retrieve one model by one cache bring each chunk once', async () => {
  const { scene, ballast, out, checks } = await before([null]);
  const cache = new Ballast(join(ballast.home, '..'), {
    ...ballast.env,
    BALLAST_CACHE_MAX_BYTES: '64000000',
  });
  const outs = Array.from({ length: 16 }, (_, number) => `${out}-${number}`);
  await Promise.all(outs.map((to) => cache.json<Retrieved>(0, 'retrieve', '--cid', scene.cid, to)));
  for (const to of outs) expect(await treeDigests(to)).toEqual(scene.tree);
  const asked = scene.servers[0]!.seen.filter(({ target }) => scene.chunkTargets.has(target));
  expect(new Set(asked.map(({ target }) => target)).size).toBe(scene.chunkTargets.size);
  expect(asked.length).toBeLessThanOrEqual(1.1 * scene.chunkTargets.size);
  expect(await findings(checks)).toEqual([]);
});
