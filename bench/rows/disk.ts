import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from '../measure.ts';
import { plainModel, writeModel } from '../models.ts';
import {
  type Context,
  cpuPerGigabyte,
  figureRow,
  peaks,
  type Row,
  ratioRow,
  type Taken,
  voidRow,
} from '../results.ts';
import { compared, fetchBack, forget, rounds, storeAnew } from '../runner.ts';
import { ballast, borg, casync, restic, type Tool } from '../tools.ts';
import { directCopy, hashLimit, plainCopy } from './limits.ts';

/** What a publish and a fetch of ours take at most, over what the peer takes. */
const TARGETS = [
  ['borg', 0.4, 0.3],
  ['restic', 0.25, 0.3],
  ['casync', 0.15, 0.3],
] as const;

/** Publish and fetch with the local store, beside tools that also chunk, hash and dedupe, and beside a copy. */
export async function diskRows({ folder, bytes, rounds: count }: Context): Promise<Row[]> {
  const source = join(folder, 'disk-model');
  const size = await writeModel(source, plainModel(bytes));
  const file = join(source, 'model.safetensors');
  const out = join(folder, 'disk-out');
  const plain = ballast(join(folder, 'plain'), { storeFlags: ['--no-file-digests'] });
  const dry = ballast(join(folder, 'dry'), { storeFlags: ['--no-file-digests', '--dry-run'] });
  const storeAndFetch = (tool: Tool) => async () => {
    const store = await storeAnew(tool, source);
    await forget(tool.repository);
    const cold = await fetchBack(tool, source, out);
    return { store, cold, warm: await fetchBack(tool, source, out) };
  };
  const copy = (command: typeof directCopy) => async () => {
    await forget(source);
    const cold = await compared(source, out, [command(file, out)]);
    return { cold, warm: await compared(source, out, [command(file, out)]) };
  };
  const taken = await rounds(count, {
    ballast: storeAndFetch(ballast(folder)),
    plain: async () => {
      const store = await storeAnew(plain, source);
      await fetchBack(plain, source, out);
      return { store };
    },
    dry: async () => ({ store: await storeAnew(dry, source) }),
    openssl: async () => ({ hash: hashLimit(size) }),
    dd: copy(directCopy),
    cp: copy(plainCopy),
    restic: storeAndFetch(restic(folder)),
    borg: storeAndFetch(borg(folder)),
    casync: storeAndFetch(casync(folder)),
  });
  for (const made of [source, join(folder, 'plain')]) await rm(made, { recursive: true, force: true });
  const [store, hash, disk] = [taken('ballast', 'store'), taken('openssl', 'hash'), taken('dd', 'warm')];
  const limits = { hash, disk, size };
  return [
    shareRow('hash-only publish against two-core SHA-256', taken('dry', 'store'), limits, (sha) => sha),
    shareRow(
      'publish, no file digests, against min(SHA-256, disk)',
      taken('plain', 'store'),
      limits,
      Math.max,
    ),
    shareRow('publish against min(half SHA-256, disk)', store, limits, (sha, copied) =>
      Math.max(2 * sha, copied),
    ),
    ...TARGETS.map(([peer, target]) =>
      ratioRow(`publish / ${peer}`, store, taken(peer, 'store'), target, peer),
    ),
    ratioRow('publish / cp + sync', store, taken('cp', 'warm'), null, 'cp'),
    ...['cold', 'warm'].flatMap((cache) => {
      const [name, fetch] = [`fetch, ${cache}`, taken('ballast', cache)];
      return [
        ratioRow(`${name} / dd oflag=direct`, fetch, taken('dd', cache), 1.1, 'dd'),
        ...TARGETS.map(([peer, , target]) =>
          ratioRow(`${name} / ${peer}`, fetch, taken(peer, cache), target, peer),
        ),
        ratioRow(`${name} / cp + sync`, fetch, taken('cp', cache), null, 'cp'),
      ];
    }),
    ...costRows('publish', store, size, 1.8, 192),
    ...costRows('publish, no file digests', taken('plain', 'store'), size, 1.2, 192),
    ...TARGETS.flatMap(([peer]) => costRows(`publish by ${peer}`, taken(peer, 'store'), size, null, null)),
    ...['cold', 'warm'].flatMap((cache) =>
      costRows(`fetch, ${cache}`, taken('ballast', cache), size, null, 192),
    ),
  ];
}

interface Limits {
  readonly hash: Taken;
  readonly disk: Taken;
  readonly size: number;
}

/** Our MB/s over what the machine allows in the same round. @param limitOf seconds at least, of those of hash and disk */
function shareRow(
  name: string,
  ours: Taken,
  { hash, disk, size }: Limits,
  limitOf: (hash: number, disk: number) => number,
): Row {
  const target = 0.75;
  for (const taken of [ours, hash, disk])
    if (typeof taken === 'string') return { ...voidRow(name, taken, target), atLeast: true };
  const [seconds, sha, copied] = [secondsOf(ours), secondsOf(hash), secondsOf(disk)];
  const limits = seconds.map((_, round) => limitOf(sha[round]!, copied[round]!));
  const shares = seconds.map((value, round) => limits[round]! / value);
  const rate = (values: readonly number[]) => `${(size / 1e6 / median(values)).toFixed(0)} MB/s`;
  const peer = `limit ${rate(limits)}`;
  return { ...figureRow(name, shares, String, target, true, peer), ours: rate(seconds) };
}

function secondsOf(taken: Taken): number[] {
  return typeof taken === 'string' ? [] : taken.map(({ seconds }) => seconds);
}

function costRows(
  name: string,
  taken: Taken,
  size: number,
  cpu: number | null,
  memory: number | null,
): Row[] {
  if (typeof taken === 'string') return [voidRow(`CPU: ${name}`, taken, cpu)];
  return [
    figureRow(`CPU: ${name}`, cpuPerGigabyte(taken, size), (value) => `${value.toFixed(2)} CPU-s/GB`, cpu),
    figureRow(`memory: ${name}`, peaks(taken), (value) => `${value.toFixed(0)} MiB`, memory),
  ];
}
