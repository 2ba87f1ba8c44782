import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { base32upper } from 'multiformats/bases/base32';
import { cidOf, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';

const run = promisify(execFile);

/** A real Kubo daemon on random loopback ports, with a repository of its own that `close` removes. */
export interface KuboNode {
  /** RPC, as `KuboStore` wants it; another port after `restart`. */
  readonly api: string;
  readonly gateway: string;
  /** IPFS_PATH. */
  readonly repo: string;
  /** Runs `ipfs …` against the daemon (against the repository while it is down) and returns what it prints. */
  ipfs(...args: string[]): Promise<string>;
  /** The file in which the daemon keeps a block. */
  blockFile(digest: Digest): string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again over the same repository, on new ports. */
  restart(): Promise<void>;
  /** SIGTERM, waits, and removes the repository. */
  close(): Promise<void>;
}

/** The binary that `KUBO_BIN` names, else `ipfs` on PATH, else null: then tests that need it are skipped by name. */
export function findKubo(): string | null {
  const named = process.env.KUBO_BIN;
  const candidates = named ? [named] : (process.env.PATH ?? '').split(delimiter).map((d) => join(d, 'ipfs'));
  return candidates.find(isExecutable) ?? null;
}

/**
 * Starts a daemon over a new repository.
 * @param online false: `--offline`, an absent block is known at once; true: it is asked of peers (there are none)
 */
export async function startKubo(binary: string, online = false): Promise<KuboNode> {
  const repo = await mkdtemp(join(tmpdir(), 'ballast-kubo-'));
  const env = { ...process.env, IPFS_PATH: repo };
  const ipfs = async (...args: string[]): Promise<string> =>
    (await run(binary, args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  await ipfs('init', '--profile=server,test');
  const start = () => startDaemon(binary, online ? ['daemon'] : ['daemon', '--offline'], env);
  let daemon = await start();
  return {
    get api() {
      return daemon.api;
    },
    get gateway() {
      return daemon.gateway;
    },
    repo,
    ipfs,
    blockFile: (digest) => flatfsFile(repo, digest),
    kill: () => daemon.stop('SIGKILL'),
    async restart() {
      daemon = await start();
    },
    async close() {
      await daemon.stop('SIGTERM');
      await rm(repo, { recursive: true, force: true });
    },
  };
}

interface Daemon {
  readonly api: string;
  readonly gateway: string;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function startDaemon(binary: string, args: string[], env: NodeJS.ProcessEnv): Promise<Daemon> {
  const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const ports: Record<string, string> = {};
  for await (const line of createInterface(child.stdout)) {
    const listening = /^(RPC API|Gateway) server listening on \/ip4\/([\d.]+)\/tcp\/(\d+)/.exec(line);
    if (listening) ports[listening[1]!] = `http://${listening[2]}:${listening[3]}`;
    if (line.includes('Daemon is ready')) break;
  }
  const { 'RPC API': api, Gateway: gateway } = ports;
  if (!api || !gateway) throw new Error(`${binary} ${args.join(' ')} ended before it was ready`);
  child.stdout.resume();
  return {
    api,
    gateway,
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

/** flatfs, `next-to-last/2`: the upper-case base32 of the multihash, in the folder of its last letters but one. */
function flatfsFile(repo: string, digest: Digest): string {
  const key = base32upper.encode(cidOf(digest, RAW).multihash.bytes).slice(1);
  return join(repo, 'blocks', key.slice(-3, -1), `${key}.data`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
