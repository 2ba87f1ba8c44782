import { parentPort, workerData } from 'node:worker_threads';
import { gearCut } from '../chunkers/gear.ts';
import { digestOf } from '../ids/digest.ts';
import type { Task } from './pool.ts';

/** The thread's side of the pool: pure functions of bytes in the slots, answered in the order they were asked. */
const OPERATIONS = { hash: digestOf, cut: gearCut };

const memory = workerData as SharedArrayBuffer;

parentPort?.on('message', ({ operation, offset, length }: Task) => {
  parentPort?.postMessage(OPERATIONS[operation](new Uint8Array(memory, offset, length)));
});
