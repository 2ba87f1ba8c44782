import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { TrustError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';
import { HttpJsonRpc } from '../../transport/json-rpc.ts';

/** A running anvil. */
export interface Anvil {
  readonly url: string;
  readonly rpc: HttpJsonRpc;
  /** Settled when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/**
 * Starts anvil and ends it when this process ends, even by SIGKILL: a shell holds the other end of a pipe that the
 * kernel closes with us. The shell lets go of anvil's output, so that its end is anvil's end, and reaps it.
 */
const GUARD = '"$@" & anvil=$!; exec >&- 2>&-; read -r _; kill -9 "$anvil"; wait "$anvil"';

const NAMES: Readonly<Record<string, string>> = {
  'linux x64': 'linux-amd64',
  'linux arm64': 'linux-arm64',
  'darwin x64': 'darwin-amd64',
  'darwin arm64': 'darwin-arm64',
};

/**
 * Starts anvil on a free port. On Linux also on a random address of 127/8, which a web page can't guess.
 * @throws TrustError `CHAIN_UNREACHABLE` where this platform has no anvil, or it does not start within 10 s; the signal's reason
 */
export async function startAnvil(flags: readonly string[], { signal }: CallOptions = {}): Promise<Anvil> {
  signal?.throwIfAborted();
  const host = process.platform === 'linux' ? ['--host', randomLoopback()] : [];
  const argv = ['-c', GUARD, 'sh', anvilPath(), '--port', '0', ...host, ...flags];
  const guard = spawn('/bin/sh', argv, {
    stdio: ['pipe', 'pipe', 'ignore'],
    // A group of its own: an interrupt at the terminal reaches us alone, and we stop anvil once the work is settled.
    detached: true,
    // No secret of our environment is its business, and no setting of the user's or of a project's applies to it.
    env: {},
    cwd: '/',
  });
  const ended = new Promise<void>((resolve) =>
    guard.once('exit', () => resolve()).once('error', () => resolve()),
  );
  guard.stdin.on('error', () => undefined);
  // Anvil's death leaves the guard waiting for us.
  guard.stdout.once('close', () => guard.stdin.end());
  const stop = () => {
    guard.ref();
    guard.stdin.end();
    return ended;
  };
  const url = await orAborted(listening(guard, ended), signal).catch(async (error) => {
    await stop();
    throw error;
  });
  unreference(guard);
  const rpc = new HttpJsonRpc(url);
  return {
    url,
    rpc,
    ended,
    async stop() {
      await Promise.all([rpc.close(), stop()]);
    },
  };
}

/** The binary itself, from the platform's own npm package: no wrapper whose death would leave an orphan. */
function anvilPath(): string {
  const platform = `${process.platform} ${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
    return createRequire(wrapper).resolve(`@foundry-rs/anvil-${NAMES[platform]}/bin/anvil`);
  } catch (cause) {
    throw new TrustError('CHAIN_UNREACHABLE', {
      should: `the embedded chain needs anvil for ${platform}`,
      was: 'its package is not installed',
      next: 'run npm ci with optional packages, or configure an Ethereum RPC',
      cause,
    });
  }
}

function randomLoopback(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}

function listening(guard: ChildProcess, ended: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = () => {
      const was = output.trim().split('\n').at(-1) || 'it said nothing';
      reject(
        new TrustError('CHAIN_UNREACHABLE', {
          should: `anvil must listen within ${START_MS / 1000} s`,
          was: `its last words were: ${was.slice(0, 200)}`,
          next: 'run the same command again; if it fails again, configure an Ethereum RPC',
        }),
      );
    };
    const timer = setTimeout(fail, START_MS);
    ended.then(() => {
      clearTimeout(timer);
      fail();
    });
    guard.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000);
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(`http://${address}`);
    });
  });
}

/** Whoever forgets to stop it may still end: the pipe takes anvil along. */
function unreference(guard: ChildProcess): void {
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
