import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import { digestOfCid } from '../../storage-manager/src/ids/cid.ts';
import { SLOT_BYTES } from '../../storage-manager/src/limits.ts';
import { ModelStorageManager } from '../../storage-manager/src/manager.ts';
import { Bucket } from '../../storage-manager/src/sources/bucket.ts';
import { SYSTEM_CLOCK } from '../../storage-manager/src/sources/clock.ts';
import { type DiskStore, openDiskStore } from '../../storage-manager/src/stores/disk/store.ts';
import type { HttpFault } from '../../storage-manager/src/testing/faults/fault.ts';
import { FaultServer, type Origin, type Script } from '../../storage-manager/src/testing/faults/server.ts';
import { Seeded } from '../../storage-manager/src/testing/samples/seeded.ts';
import type { Command } from '../measure.ts';
import { plainModel, writeModel } from '../models.ts';
import { type Context, figureRow, type Row, ratioRow, voidRow } from '../results.ts';
import { compared, rounds, type Steps } from '../runner.ts';

/** Bytes a second of a good gateway, and of a poor one: the way is the limit, not this machine. */
const [FAST, POOR] = [20e6, 5e6];
const MOST_BYTES = 256e6;
/** After the first question. */
const SOON_MS = 3_000;

const BALLAST = join(import.meta.dirname, '../../cli/bin/ballast.js');

interface Gateway {
  readonly bytesPerSecond: number;
  readonly fault?: () => HttpFault | null;
}

const TWO: readonly Gateway[] = [{ bytesPerSecond: FAST }, { bytesPerSecond: FAST }];

/** One lies, one falls silent, one breaks off half of its answers; the good ones come last. */
function five(): readonly Gateway[] {
  const random = new Seeded(1);
  return [
    { bytesPerSecond: FAST, fault: () => ({ kind: 'flip', at: 'middle' }) },
    { bytesPerSecond: FAST, fault: () => ({ kind: 'stall', at: 'middle' }) },
    { bytesPerSecond: POOR, fault: () => (random.chance(0.5) ? { kind: 'rst', at: 'middle' } : null) },
    ...TWO,
  ];
}

/** A fetch from five gateways, three of them bad, beside one from the two good ones alone. */
export async function sourceRows({ folder, bytes, rounds: count }: Context): Promise<Row[]> {
  const [tree, out, home] = [
    join(folder, 'sources'),
    join(folder, 'sources-out'),
    join(folder, 'sources-home'),
  ];
  await writeModel(tree, plainModel(Math.min(bytes, MOST_BYTES)));
  const storage = new ModelStorageManager({ home });
  const { manifest } = await storage.storeModel(tree, 'm');
  await storage.close();
  const store = await openDiskStore(join(home, 'store'));
  const shares: number[] = [];
  const fetchFrom = async (gateways: readonly Gateway[]): Promise<[Steps, readonly number[]]> => {
    const soon = Promise.withResolvers<readonly number[]>();
    const sent = gateways.map(() => 0);
    const servers = await Promise.all(
      gateways.map(({ bytesPerSecond, fault = () => null }, at) => {
        const broken = new Set<number>();
        const origin = paced(store, bytesPerSecond, (number, length) => {
          if (sent.every((count) => count === 0)) setTimeout(() => soon.resolve([...sent]), SOON_MS);
          if (!broken.has(number)) sent[at]! += length;
        });
        const script: Script = ({ number }) => {
          const injected = fault();
          if (injected !== null) broken.add(number);
          return injected;
        };
        return FaultServer.start(origin, { script });
      }),
    );
    try {
      const fetch = await compared(tree, out, [retrieve(manifest, servers, out, folder)]);
      return [{ fetch }, await soon.promise];
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  };
  const taken = await rounds(count, {
    two: async () => (await fetchFrom(TWO))[0],
    five: async () => {
      const [steps, soon] = await fetchFrom(five());
      shares.push(sum(soon.slice(-TWO.length)) / sum(soon));
      return steps;
    },
  });
  await store.close();
  for (const made of [tree, home]) await rm(made, { recursive: true, force: true });
  const both = taken('five', 'fetch');
  const share = 'sources: share of the two fast among five, in the first 3 s';
  return [
    ratioRow('sources: two fast and three bad / the two alone', both, taken('two', 'fetch'), 1.25, 'two'),
    typeof both === 'string'
      ? voidRow(share, both, 0.85)
      : figureRow(share, shares, (value) => `${(100 * value).toFixed(0)} %`, 0.85, true),
  ];
}

/** A trustless gateway over what the store holds. @param onSent told of each request's bytes as they leave */
function paced(
  store: DiskStore,
  bytesPerSecond: number,
  onSent: (number: number, length: number) => void,
): Origin {
  const bucket = new Bucket(bytesPerSecond, SYSTEM_CLOCK);
  return async ({ number, target }) => {
    const [, cid = ''] = /^\/ipfs\/([^?]+)/.exec(target) ?? [];
    const body = new Uint8Array(SLOT_BYTES);
    const [length = 0] = await store.read([digestOfCid(CID.parse(cid))], [body]);
    await bucket.take(length, undefined);
    onSent(number, length);
    return { status: 200, headers: {}, body: body.subarray(0, length) };
  };
}

/** By a user who has nothing but the CID and the gateways. */
function retrieve(cid: string, servers: readonly FaultServer[], out: string, folder: string): Command {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    BALLAST_HOME: join(folder, 'sources-user'),
    BALLAST_GATEWAYS: servers.map(({ url }) => url).join(),
  };
  return { argv: [process.execPath, BALLAST, 'retrieve', '--quiet', '--cid', cid, out], env };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
