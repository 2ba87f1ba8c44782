import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ResourceError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import type { Digest } from '../ids/digest.ts';
import type { Slot } from './slots.ts';

/** What each operation answers. */
interface Results {
  hash: Digest;
  cut: number;
  update: undefined;
  end: Digest;
  drop: undefined;
}

/** The one message a chunk. The answer is the bare result: a thread answers in the order it was asked. */
export interface Task {
  readonly operation: keyof Results;
  readonly offset: number;
  readonly length: number;
  /** Of `update`, `end` and `drop`. */
  readonly stream: number | null;
}

/** A digest whose pieces are taken in the order in which `update` is called. */
export interface ByteStream {
  /** Resolves once the piece is hashed and the slot is the caller's again. @throws ResourceError `WORKER_LOST` */
  update(slot: Slot, length: number): Promise<undefined>;
  /** The digest of all pieces; the stream ends with this call. @throws ResourceError `WORKER_LOST` */
  end(): Promise<Digest>;
  /** Frees what the thread keeps of a digest that nobody will end; does nothing once it has ended. */
  drop(): void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  /** Asked and not yet answered, oldest first. */
  readonly pending: Pending[];
}

/** Beyond eight threads memory bandwidth, not hashing, is the limit. */
const MAX_WORKERS = 8;

// The source runs as it is in the checkout, and as JavaScript once built.
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/**
 * What computes: threads that read the slots in place. A thread starts when the others are busy, and holds the process
 * alive only while it owes an answer. When one dies, everything pending and everything asked later is rejected.
 */
export class Pool {
  readonly #memory: SharedArrayBuffer;
  readonly #workers: number;
  readonly #threads: Thread[] = [];
  #streams = 0;
  #ended: Error | undefined;

  /** @param workers at most this many threads; the default is one a core, at most 8 */
  constructor(memory: SharedArrayBuffer, workers: number = Math.min(availableParallelism(), MAX_WORKERS)) {
    this.#memory = memory;
    this.#workers = workers;
  }

  /**
   * The digest of bytes that lie in the slots.
   * @throws RangeError where they lie elsewhere: the threads see the slots alone; ResourceError `WORKER_LOST`
   */
  hash(bytes: Uint8Array): Promise<Digest> {
    if (bytes.buffer !== this.#memory)
      return Promise.reject(new RangeError('the bytes to hash must lie in a slot'));
    return this.#ask('hash', this.#leastBusy, bytes.byteOffset, bytes.byteLength);
  }

  /** The length of the first chunk in the first `length` bytes of the slot, by `gearCut`. @throws ResourceError `WORKER_LOST` */
  cut(slot: Slot, length: number): Promise<number> {
    return this.#ask('cut', this.#leastBusy, slot.bytes.byteOffset, length);
  }

  /** Begins a digest of bytes that come piece by piece. */
  stream(): ByteStream {
    const stream = this.#streams++;
    // Always the same thread, which has the state and takes the pieces in their order; the others take the rest.
    const thread = () => this.#thread(stream % this.#workers);
    let kept = false;
    return {
      update: ({ bytes }, length) => {
        kept = true;
        return this.#ask('update', thread, bytes.byteOffset, length, stream);
      },
      end: () => {
        kept = false;
        return this.#ask('end', thread, 0, 0, stream);
      },
      drop: () => {
        // A thread that is lost keeps nothing.
        if (kept) this.#ask('drop', thread, 0, 0, stream).catch(() => {});
        kept = false;
      },
    };
  }

  /** Ends the threads; what is pending is rejected. */
  async close(): Promise<void> {
    this.#end(new Error('the pool is closed'));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #ask<Operation extends keyof Results>(
    operation: Operation,
    choose: () => Thread,
    offset: number,
    length: number,
    stream: number | null = null,
  ): Promise<Results[Operation]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<Results[Operation]>();
    const { worker, pending } = choose();
    if (pending.length === 0) worker.ref();
    pending.push({ resolve: (result) => resolve(result as Results[Operation]), reject });
    worker.postMessage({ operation, offset, length, stream } satisfies Task);
    return promise;
  }

  readonly #leastBusy = (): Thread => {
    let best = this.#threads[0];
    for (const thread of this.#threads) {
      if (best === undefined || thread.pending.length < best.pending.length) best = thread;
    }
    const start = best === undefined || (best.pending.length > 0 && this.#threads.length < this.#workers);
    return start ? this.#start() : best!;
  };

  /** The thread with this number, started with all before it. */
  #thread(number: number): Thread {
    while (this.#threads.length <= number) this.#start();
    return this.#threads[number]!;
  }

  #start(): Thread {
    // No inherited flags: the thread needs none, and a debugger's or test runner's would break it.
    const worker = new Worker(WORKER, { workerData: this.#memory, execArgv: [] });
    const thread: Thread = { worker, pending: [] };
    worker.unref();
    worker.on('message', (result: unknown) => {
      thread.pending.shift()?.resolve(result);
      if (thread.pending.length === 0) worker.unref();
    });
    worker.on('error', (error) => this.#end(notStarted(error) ?? lost('it failed', error)));
    worker.on('exit', (code) => this.#end(lost(`it ended with code ${code}`)));
    this.#threads.push(thread);
    return thread;
  }

  /** The first reason stays; threads that `close` ends come here too. */
  #end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    for (const { worker, pending } of this.#threads) {
      for (const { reject } of pending.splice(0)) reject(reason);
      worker.unref();
    }
  }
}

/** The system's limit that kept a thread from starting: Node names it in the message alone. */
function notStarted(cause: Error): Error | null {
  if (!('code' in cause) || cause.code !== 'ERR_WORKER_INIT_FAILED') return null;
  const [code] = /\bE[MN]FILE\b/.exec(cause.message) ?? [];
  if (code === undefined) return null;
  return fileSystemError(
    Object.assign(new Error(cause.message), { code, syscall: 'open' }),
    'a hashing thread',
  );
}

function lost(was: string, cause?: unknown): ResourceError {
  return new ResourceError('WORKER_LOST', {
    should: 'a hashing thread must run until its pool is closed',
    was,
    next: 'free memory and run the same command again; if it happens again, report it',
    cause,
  });
}
