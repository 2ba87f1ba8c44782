import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemError } from '../fs/errors.ts';
import { type Finding, fail, ok, skip } from './check.ts';

/** What a clock may be off without harm: no deadline that others set is nearer, and machines agree to seconds. */
const TOLERANCE_MS = 60_000;

/**
 * Whether the clock can be right: what this machine has written lies in the past. A clock that runs ahead shows only
 * beside a chain, whose blocks then look old.
 * @param home folder of all state, which need not exist
 */
export async function clockFinding(home: string, now = Date.now()): Promise<Finding> {
  const [newest] = (await written(home)).sort((a, b) => b.at - a.at);
  if (newest === undefined) return skip('nothing was written yet that it could be compared with');
  return clockAgainst(newest.at, `${newest.path} was written`, now);
}

/** @param at milliseconds since 1970 @param event what happened then, as a clause */
export function clockAgainst(at: number, event: string, now = Date.now()): Finding {
  const clock = `the clock says ${timeText(now)}`;
  if (at <= now + TOLERANCE_MS) return ok(`${clock}, after all that it was compared with`);
  return fail('CLOCK_WRONG', `${clock}, and ${event} at ${timeText(at)}`, 'set the clock right (NTP)');
}

async function written(home: string): Promise<{ path: string; at: number }[]> {
  try {
    const entries = await readdir(home, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(home, name));
    return await Promise.all(files.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileSystemError(error, home);
  }
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
