import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import { KiB } from '../limits.ts';
import { guarded, isWrittenAddress, type Resolver } from './addresses.ts';
import { connectionFault, TransportFault } from './fault.ts';

/** Whoever reads from a connection at present. */
export interface Receiver {
  /** Where the next bytes may be put; null: anywhere, then they come by `push`. */
  place(): Uint8Array | null;
  placed(count: number): void;
  push(bytes: Uint8Array): void;
  /** Nothing comes any more. @param fault null: the peer ended it properly */
  ended(fault: TransportFault | null): void;
}

/** Where to, and by what time. */
export interface Destination {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connectMs: number;
  readonly resolve?: Resolver | undefined;
}

/** Bytes that have no better place lie here while they are read; all is read before the next read of any connection. */
const SCRATCH = Buffer.allocUnsafe(64 * KiB);

/** A socket whose bytes the kernel puts straight where its receiver wants them. TLS puts them there decrypted. */
export class Connection {
  readonly #socket: net.Socket;
  readonly #opened: Promise<void>;
  #receiver: Receiver | null = null;
  /** The next bytes come where the receiver said. */
  #direct = false;
  /** How many exchanges it has had. */
  used = 0;

  /** Opens it; `opened` says how that went. */
  constructor(destination: Destination) {
    this.#socket = socketTo(destination, {
      buffer: () => this.#place(),
      callback: (count, bytes) => this.#read(count, bytes),
    });
    this.#socket.setNoDelay(true);
    this.#opened = opening(this.#socket, destination);
    this.#socket
      .on('end', () => this.#end(null))
      .on('error', (error) => this.#end(connectionFault(error)))
      .on('close', () => this.#end(new TransportFault('the connection was closed')));
  }

  /** @throws TransportFault. Without a listener's interest nothing is thrown. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  get alive(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Gives it to an exchange; what comes is its, and first of all that it has ended already. */
  begin(receiver: Receiver): void {
    this.used++;
    this.#receiver = receiver;
    this.#socket.ref();
    if (this.#socket.destroyed) this.#end(new TransportFault('the connection was closed'));
  }

  /**
   * Nothing may come until the next exchange, and nobody waits for it: the process may end. Resolves a turn of the event loop
   * later, when what came along with an answer has been read: it ends the connection before the next request is sent.
   */
  rest(): Promise<void> {
    this.#receiver = null;
    this.#socket.unref();
    return setImmediate();
  }

  /** Resolves once the pieces have left the process, or never will: the receiver is told of the connection's end. */
  write(pieces: readonly (Uint8Array | string)[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.cork();
    for (const [place, piece] of pieces.entries()) {
      this.#socket.write(piece, place === pieces.length - 1 ? () => resolve() : undefined);
    }
    this.#socket.uncork();
    return promise;
  }

  destroy(): void {
    this.#end(new TransportFault('the connection was given up'));
  }

  #place(): Uint8Array {
    const place = this.#receiver?.place() ?? null;
    this.#direct = place !== null;
    return place ?? SCRATCH;
  }

  #read(count: number, bytes: Uint8Array): boolean {
    // Whatever an idle connection says belongs to no request: the next answer would be another's.
    if (this.#receiver === null) this.destroy();
    else if (this.#direct) this.#receiver.placed(count);
    else this.#receiver.push(bytes.subarray(0, count));
    return true;
  }

  #end(fault: TransportFault | null): void {
    const receiver = this.#receiver;
    this.#receiver = null;
    this.#socket.destroy();
    receiver?.ended(fault);
  }
}

type OnRead = { buffer: () => Uint8Array; callback: (count: number, bytes: Uint8Array) => boolean };

function socketTo({ origin, resolve }: Destination, onread: OnRead): net.Socket {
  const { protocol, hostname, port } = new URL(origin);
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const to = {
    host,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    onread,
    ...(!isWrittenAddress(host) && { lookup: guarded(resolve) }),
  };
  if (!secure) return net.connect(to);
  // A name goes out for the server to choose its certificate by; an address must not (RFC 6066 §3).
  return tls.connect({
    ...to,
    ALPNProtocols: ['http/1.1'],
    ...(net.isIP(host) === 0 && { servername: host }),
  });
}

function opening(socket: net.Socket, { connectMs }: Destination): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => {
    socket.destroy(new TransportFault(`no connection came about within ${connectMs / 1_000} s`));
  }, connectMs);
  socket
    .once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', resolve)
    .once('error', (error) => reject(connectionFault(error)))
    .once('close', () => reject(new TransportFault('the connection was closed')));
  promise.catch(() => undefined).finally(() => clearTimeout(late));
  return promise;
}
