import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure, median, type Sample } from '../measure.ts';
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
import { fetchBack, rounds, storeAnew } from '../runner.ts';
import { ballast, borg, casync, restic } from '../tools.ts';
import { directCopy, hashLimit, plainCopy } from './limits.ts';

const STORE_TARGETS = { borg: 0.4, restic: 0.25, casync: 0.15 };
const FETCH_TARGETS = { borg: 0.3, restic: 0.3, casync: 0.3 };

/** Publish and fetch with the local store, beside tools that also chunk, hash and dedupe, and beside a copy. */
export async function diskRows({ folder, bytes, rounds: count }: Context): Promise<Row[]> {
  const source = join(folder, 'disk-model');
  const size = await writeModel(source, plainModel(bytes));
  const file = join(source, 'model.safetensors');
  const out = join(folder, 'disk-out');
  const plain = ballast(join(folder, 'plain'), { storeFlags: ['--no-file-digests'] });
  const dry = ballast(join(folder, 'dry'), { storeFlags: ['--no-file-digests', '--dry-run'] });
  const tools = {
    ballast: ballast(folder),
    restic: restic(folder),
    borg: borg(folder),
    casync: casync(folder),
  };
  const copied = (command: typeof directCopy, name: string) => async () => {
    const sample = await measure(command(file, folder));
    await rm(join(folder, name));
    return sample;
  };
  const hash: number[] = [];
  const copies = { dd: copied(directCopy, 'dd.out'), cp: copied(plainCopy, 'cp.out') };
  const stored = await rounds(count, {
    ballast: () => storeAnew(tools.ballast, source),
    plain: () => storeAnew(plain, source),
    dry: () => {
      hash.push(hashLimit());
      return storeAnew(dry, source);
    },
    ...copies,
    restic: () => storeAnew(tools.restic, source),
    borg: () => storeAnew(tools.borg, source),
    casync: () => storeAnew(tools.casync, source),
  });
  await rm(join(folder, 'plain'), { recursive: true, force: true });
  const back = (name: keyof typeof tools) => () => {
    if (typeof stored[name] === 'string') throw new Error(stored[name]);
    return fetchBack(tools[name], source, out);
  };
  const fetched = await rounds(count, {
    ballast: back('ballast'),
    ...copies,
    restic: back('restic'),
    borg: back('borg'),
    casync: back('casync'),
  });
  await rm(source, { recursive: true });
  const limit = { hash, disk: stored.dd, size };
  return [
    shareRow('hash-only publish against two-core SHA-256', stored.dry, limit, (sha) => sha),
    shareRow('publish, no file digests, against min(SHA-256, disk)', stored.plain, limit, Math.min),
    shareRow('publish against min(half SHA-256, disk)', stored.ballast, limit, (sha, disk) =>
      Math.min(sha / 2, disk),
    ),
    ...['borg', 'restic', 'casync'].map((peer) =>
      ratioRow(
        `publish / ${peer}`,
        stored.ballast,
        stored[peer as 'borg'],
        STORE_TARGETS[peer as 'borg'],
        peer,
      ),
    ),
    ratioRow('publish / cp + sync', stored.ballast, stored.cp, null, 'cp'),
    ratioRow('fetch / dd oflag=direct', fetched.ballast, fetched.dd, 1.1, 'dd'),
    ...['borg', 'restic', 'casync'].map((peer) =>
      ratioRow(
        `fetch / ${peer}`,
        fetched.ballast,
        fetched[peer as 'borg'],
        FETCH_TARGETS[peer as 'borg'],
        peer,
      ),
    ),
    ratioRow('fetch / cp + sync', fetched.ballast, fetched.cp, null, 'cp'),
    ...costRows('publish', stored.ballast, size, 1.8),
    ...costRows('publish, no file digests', stored.plain, size, 1.2),
    ...['borg', 'restic', 'casync'].flatMap((peer) =>
      costRows(`publish by ${peer}`, stored[peer as 'borg'], size, null),
    ),
    ...costRows('fetch', fetched.ballast, size, null),
  ];
}

interface MachineLimit {
  /** MB/s on two cores, once a round. */
  readonly hash: readonly number[];
  readonly disk: Taken;
  readonly size: number;
}

/** Our MB/s over what the machine allows in the same round. */
function shareRow(
  name: string,
  ours: Taken,
  { hash, disk, size }: MachineLimit,
  limitOf: (sha256: number, disk: number) => number,
): Row {
  if (typeof ours === 'string' || typeof disk === 'string') return voidRow(name, String(ours), 0.75);
  const rate = ({ seconds }: Sample) => size / 1e6 / seconds;
  const limits = ours.map((_, round) => limitOf(hash[round]!, rate(disk[round]!)));
  const shares = ours.map((sample, round) => rate(sample) / limits[round]!);
  const peer = `limit ${median(limits).toFixed(0)} MB/s`;
  return {
    ...figureRow(name, shares, () => '', 0.75, true, peer),
    ours: `${median(ours.map(rate)).toFixed(0)} MB/s`,
  };
}

function costRows(name: string, taken: Taken, size: number, target: number | null): Row[] {
  if (typeof taken === 'string') return [voidRow(`CPU: ${name}`, taken, target)];
  const memory = target === null && !name.startsWith('fetch') ? null : 192;
  return [
    figureRow(`CPU: ${name}`, cpuPerGigabyte(taken, size), (value) => `${value.toFixed(2)} CPU-s/GB`, target),
    figureRow(`memory: ${name}`, peaks(taken), (value) => `${value.toFixed(0)} MiB`, memory),
  ];
}
