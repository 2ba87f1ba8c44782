import { createSocket, type Socket } from 'node:dgram';
import { onTestFinished } from 'vitest';

/** One answer to a question after SRV records. */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** A name server on loopback (RFC 1035) that knows SRV records alone. */
export class NameServer {
  readonly #socket: Socket;
  #stopped: Promise<void> | undefined;
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Name → what is answered; null: nothing, not even that there is none. */
  readonly records = new Map<string, readonly Srv[] | null>();
  /** Every name that was asked for. */
  readonly asked: string[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.address = `127.0.0.1:${socket.address().port}`;
    socket.on('message', (question, { port, address }) => {
      const answer = this.#answer(question);
      if (answer !== null) socket.send(answer, port, address);
    });
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    const server = new NameServer(socket);
    onTestFinished(() => server.stop());
    return server;
  }

  /** From now on nobody listens at its address. */
  stop(): Promise<void> {
    this.#stopped ??= new Promise<void>((closed) => this.#socket.close(closed));
    return this.#stopped;
  }

  #answer(question: Buffer): Buffer | null {
    const { name, end } = readName(question, 12);
    this.asked.push(name);
    const records = this.records.get(name);
    if (records === null) return null;
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    // A recursive answer; 3: there is no such name.
    head.writeUInt16BE(records === undefined ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records?.length ?? 0, 6);
    const asked = question.subarray(12, end + 4);
    return Buffer.concat([head, asked, ...(records ?? []).map(recordOf)]);
  }
}

function recordOf({ priority, weight, port, target }: Srv): Buffer {
  const labels = target === '.' ? [] : target.split('.');
  const host = Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);
  const head = Buffer.alloc(18);
  // The name of the question; SRV, IN, 1 s to live.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(33, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(1, 6);
  head.writeUInt16BE(6 + host.byteLength, 10);
  head.writeUInt16BE(priority, 12);
  head.writeUInt16BE(weight, 14);
  head.writeUInt16BE(port, 16);
  return Buffer.concat([head, host]);
}

function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}
