import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type JobOptions, note } from '../../events.ts';
import { withLock } from '../../fs/locks.ts';
import { sha256Hex } from '../../ids/hash.ts';
import type { Carriers } from './ports.ts';

/** How long one process waits for another that works on the same thing. */
const WAIT_MS = 600_000;

/**
 * Runs `work` while no other process of this state folder works on the same thing. The lock lies in the state folder,
 * not beside the thing: destinations may be on network file systems, whose locks are not to be trusted.
 * @throws BusyError `LOCKED` after ten minutes
 */
export function exclusively<T>(
  ports: Pick<Carriers, 'locks'>,
  thing: string,
  work: () => Promise<T>,
  options: JobOptions,
): Promise<T> {
  const text =
    'another command is at work on the same model, folder or chain: this one waits for it, at most 10 minutes';
  const onWait = () => note(options, 'info', text);
  return withLock(join(ports.locks, `${short(thing)}.lock`), work, {
    signal: options.signal,
    waitMs: WAIT_MS,
    onWait,
  });
}

/** The same where the thing is a path, by whichever links it is named. */
export async function exclusivelyAt<T>(
  ports: Pick<Carriers, 'locks'>,
  path: string,
  work: () => Promise<T>,
  options: JobOptions,
): Promise<T> {
  const absolute = resolve(path);
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  return exclusively(ports, `at ${join(folder, basename(absolute))}`, work, options);
}

/** Names those who exclude each other: all who share this folder of locks. */
export async function makerOf(ports: Pick<Carriers, 'locks'>): Promise<string> {
  return short(await realpath(ports.locks).catch(() => ports.locks)).slice(0, 8);
}

function short(text: string): string {
  return sha256Hex(new TextEncoder().encode(text)).slice(0, 32);
}
