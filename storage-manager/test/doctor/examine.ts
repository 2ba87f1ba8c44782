import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { type Diagnosis, diagnose } from '../../src/doctor/diagnose.ts';

/** A machine of its own: an empty working folder and, in it, a state folder that does not exist yet. */
export interface Patient {
  readonly folder: string;
  readonly home: string;
  /** @param env variables besides BALLAST_HOME */
  diagnose(env?: Readonly<Record<string, string>>): Promise<Diagnosis>;
}

export async function newPatient(): Promise<Patient> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  return {
    folder,
    home,
    diagnose: (env = {}) => diagnose({ cwd: folder, env: { BALLAST_HOME: home, ...env } }),
  };
}

/** The finding of that name. */
export function find({ checks }: Diagnosis, name: string): Check {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`no check ${name} among ${checks.map((check) => check.name)}`);
  return found;
}

/** `name: CODE` of each failure. */
export function failures({ checks }: Diagnosis): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ name, code }) => `${name}: ${code}`);
}
