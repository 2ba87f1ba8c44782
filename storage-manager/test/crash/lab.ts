import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseReference } from '../../src/ids/reference.ts';
import { type Ended, type FsFault, FsShim } from '../../src/testing/disk/fs-shim.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { verify } from '../../src/verbs/verify.ts';
import { MODEL, store } from './commands.ts';
import { type Machine, openMachine, type Places } from './machine.ts';
import { DEEP } from './points.ts';

/** A killed process leaves the same on any file system, and thousands of syncs cost nothing here. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const PROGRAM = join(import.meta.dirname, 'commands.ts');

/** Files of the second version: enough for 500 calls in the long form. */
const FILES = DEEP ? 220 : 24;

/** A machine with one version of a model, of which each attempt gets a copy, and a second version to be stored. */
export class Lab {
  readonly folder: string;
  readonly shim: FsShim;
  #attempts = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.shim = new FsShim(folder);
  }

  static async open(): Promise<Lab> {
    const lab = new Lab(await mkdtemp(join(MEMORY, 'ballast-crash-')));
    await mkdir(lab.path('template/disk/locks'), { recursive: true });
    const random = new Seeded(1);
    const shared = { 'shared/w.bin': random.bytes(400_000), 'config.json': '{}' };
    await writeTree(lab.path('one'), { ...shared, 'old.bin': random.bytes(90_000) });
    const files = Array.from({ length: FILES }, (_, index): [string, Uint8Array] => [
      `layers/${index % 5}/${index}.bin`,
      random.bytes(20_000 + index),
    ]);
    await writeTree(lab.path('two'), { ...shared, ...Object.fromEntries(files), 'empty.bin': '' });
    await lab.using(lab.template, (machine) => store(machine, lab.path('one')));
    return lab;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get template(): Places {
    return { disk: this.path('template/disk'), chain: this.path('template/chain') };
  }

  /** A copy of the template, or of what was made of it. */
  async attempt(from: Places = this.template): Promise<Places> {
    const folder = this.path(`attempt-${++this.#attempts}`);
    const places = { disk: join(folder, 'disk'), chain: join(folder, 'chain') };
    await cp(from.disk, places.disk, { recursive: true });
    await cp(from.chain, places.chain);
    return places;
  }

  run({ disk, chain }: Places, command: readonly string[], fault: FsFault): Promise<Ended> {
    return this.shim.run(disk, [PROGRAM, disk, chain, ...command], fault);
  }

  count({ disk, chain }: Places, command: readonly string[], mode: FsFault['mode']): Promise<number> {
    return this.shim.count(disk, [PROGRAM, disk, chain, ...command], mode);
  }

  async using<T>(places: Places, work: (machine: Machine) => Promise<T>): Promise<T> {
    const machine = await openMachine(places);
    try {
      return await work(machine);
    } finally {
      await machine.close();
    }
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, maxRetries: 3 });
  }
}

/** The call of a run that was faulted, of those that another run was counted to take. */
export interface Point {
  readonly at: number;
  readonly calls: number;
}

/** A run may take a few calls fewer than the one that was counted, and then ends well. */
const SURE = 0.95;

/** Killed, or failed as a disk fails: exit 8 and nothing unhandled. */
export function expectFaulted(
  { exit, output, errors }: Ended,
  mode: FsFault['mode'],
  { at, calls }: Point,
  where: string,
): void {
  expect(errors, where).toBe('');
  if (exit === 0 && at > calls * SURE - 1) return;
  if (mode === 'kill') expect(exit, where).toBe(null);
  else expect([exit, output], where).toEqual([8, expect.stringMatching(/failed (DISK_FULL|FILE_SYSTEM)/)]);
}

/** Each of these versions reads back right, down to its last byte. */
export async function expectWhole(
  machine: Machine,
  versions: readonly string[],
  where: string,
): Promise<void> {
  const history = await Array.fromAsync(machine.registry.history(MODEL, {}));
  expect(
    history.map(({ version }) => version),
    where,
  ).toEqual(versions);
  for (const version of versions) {
    const reference = parseReference(`${MODEL}@${version}`);
    expect(await verify(machine, { reference, full: true }), where).toMatchObject({ ok: true });
  }
}

/** What only an unfinished run has. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /store\/tmp\/|\.new$|-journal$|partial/.test(name));
}
