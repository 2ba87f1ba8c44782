import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a TypeScript file of this folder in a process of its own. */
export function startScript(name: string, argument: unknown): ChildProcess {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const argv = ['--conditions=ballast-source', script, JSON.stringify(argument)];
  return spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** How the process ended: its exit code, or the signal that ended it. */
export async function ending(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode ?? 'unknown';
}
