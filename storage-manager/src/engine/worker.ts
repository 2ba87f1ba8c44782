import { parentPort, workerData } from 'node:worker_threads';
import { gearCut } from '../chunkers/gear.ts';
import { type Digest, digestOf, parseDigest } from '../ids/digest.ts';
import { type RunningHash, runningSha256 } from '../ids/hash.ts';
import type { Task } from './pool.ts';

/** The thread's side of the pool: functions of bytes in the slots, answered in the order they were asked. */
const OPERATIONS = { hash: digestOf, cut: gearCut, update, end, drop };

const memory = workerData as SharedArrayBuffer;
const streams = new Map<number | null, RunningHash>();

parentPort?.on('message', ({ operation, offset, length, stream }: Task) => {
  parentPort?.postMessage(OPERATIONS[operation](new Uint8Array(memory, offset, length), stream));
});

function update(bytes: Uint8Array, stream: number | null): undefined {
  const hash = streams.get(stream) ?? runningSha256();
  streams.set(stream, hash);
  hash.update(bytes);
}

function end(_bytes: Uint8Array, stream: number | null): Digest {
  const hash = streams.get(stream) ?? runningSha256();
  streams.delete(stream);
  return parseDigest(hash.digest());
}

function drop(_bytes: Uint8Array, stream: number | null): undefined {
  streams.delete(stream);
}
