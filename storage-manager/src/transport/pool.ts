import type { CallOptions } from '../interfaces.ts';
import { Connection, type Destination } from './connection.ts';
import { TransportFault } from './fault.ts';

/** An idle connection is given up before most servers do, so that no request goes out on one that is being closed. */
const IDLE_MS = 4_000;

const CLOSED = 'its client was closed';

interface Waiting {
  give(connection: Connection): void;
  refuse(reason: unknown): void;
}

/** The connections to one endpoint. Idle ones keep no process alive. */
export class Pool {
  readonly #destination: Destination;
  readonly #limit: number;
  readonly #idle = new Map<Connection, NodeJS.Timeout>();
  readonly #all = new Set<Connection>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  /** @param limit at most so many at once; null: any number */
  constructor(destination: Destination, limit: number | null) {
    this.#destination = destination;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /**
   * An open connection for one exchange; `release` it. Whoever comes first is served first.
   * @throws TransportFault; the signal's reason
   */
  async lease({ signal }: CallOptions = {}): Promise<Connection> {
    signal?.throwIfAborted();
    if (this.#closed) throw new TransportFault(CLOSED);
    const connection =
      this.#takeIdle() ?? (this.#all.size < this.#limit ? this.#open() : await this.#turn(signal));
    const stop = () => this.release(connection, false);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      signal?.throwIfAborted();
      await connection.opened;
      signal?.throwIfAborted();
      return connection;
    } catch (error) {
      this.release(connection, false);
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** @param reusable it rests: nothing of its exchange is left */
  release(connection: Connection, reusable: boolean): void {
    if (!this.#all.has(connection)) return;
    const kept = reusable && connection.alive;
    if (!kept) this.#drop(connection);
    const next = this.#waiting.shift();
    if (next !== undefined) next.give(kept ? connection : this.#open());
    else if (kept) this.#rest(connection);
  }

  /** Cuts all connections, for good; nobody waits for one any more. */
  close(): void {
    this.#closed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(new TransportFault(CLOSED));
    for (const connection of this.#all) this.#drop(connection);
  }

  /** The one used last: it is the likeliest to be open still. */
  #takeIdle(): Connection | null {
    for (const [connection, expiry] of [...this.#idle].reverse()) {
      clearTimeout(expiry);
      this.#idle.delete(connection);
      if (connection.alive) return connection;
      this.#drop(connection);
    }
    return null;
  }

  #open(): Connection {
    const connection = new Connection(this.#destination);
    this.#all.add(connection);
    return connection;
  }

  #rest(connection: Connection): void {
    const expiry = setTimeout(() => this.#drop(connection), IDLE_MS).unref();
    this.#idle.set(connection, expiry);
  }

  #turn(signal: AbortSignal | undefined): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(place), 1);
        reject(signal?.reason);
      };
      const ended =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', stop);
          settle(value);
        };
      const place = { give: ended(resolve), refuse: ended(reject) };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(place);
    });
  }

  #drop(connection: Connection): void {
    clearTimeout(this.#idle.get(connection));
    this.#idle.delete(connection);
    this.#all.delete(connection);
    connection.destroy();
  }
}
