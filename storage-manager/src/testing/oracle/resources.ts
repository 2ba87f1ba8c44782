import { readdir, readlink } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Check } from './check.ts';

/** The kernel and the event loop need a moment to let go of what was closed. */
const PATIENCE_MS = 2_000;

/** File descriptors, sockets and timers of this process: as many as at the beginning. */
export async function resourcesBack(): Promise<Check> {
  const before = await resources();
  return async () => {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const more = surplus(before, await resources());
      if (more.length === 0 || performance.now() > until) return more;
      await setTimeout(20);
    }
  };
}

function surplus(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind, count]) => `${count} of ${kind} are open, ${before.get(kind) ?? 0} were`);
}

/** One a process, from its first watch of a folder on. */
const WATCHES = 'anon_inode:inotify';

const COUNTED = ['Timeout', 'TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'FSReqPromise'];

async function resources(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const kind of process.getActiveResourcesInfo()) if (COUNTED.includes(kind)) count(kind);
  for (const fd of await readdir('/proc/self/fd').catch(() => [])) {
    const target = await readlink(`/proc/self/fd/${fd}`).catch(() => null);
    // The listing's own descriptor is gone by now.
    if (target !== null && target !== WATCHES)
      count(target.startsWith('socket:') ? 'sockets' : `descriptor of ${target.replace(/:\[.*/, '')}`);
  }
  return counts;
}
