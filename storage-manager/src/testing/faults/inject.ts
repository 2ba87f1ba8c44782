import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { HttpFault, Place } from './fault.ts';

/** What an origin says when nothing goes wrong. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** One exchange as it happens. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The honest answer to this request, or to another. */
  honest(target?: string): Promise<Answer>;
  /** Sends a piece of a body at the server's pace. */
  send(to: Writable, bytes: Uint8Array): Promise<void>;
  /** Aborted once the connection is closed. */
  readonly closed: AbortSignal;
}

const MIB = 1 << 20;
const PIECE = new Uint8Array(64 * 1024).fill(0x78);
const INTERIM = Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(2_000));

/** Answers as the fault says. Resolves when all is sent, or at once where nothing more will come. */
export async function inject(fault: HttpFault, exchange: Exchange): Promise<void> {
  const { request, response, honest, closed } = exchange;
  const socket = response.socket as Socket;
  switch (fault.kind) {
    case 'pass':
      return answer(exchange, await honest());
    case 'delay':
      await setTimeout(fault.ms, undefined, { signal: closed });
      return answer(exchange, await honest());
    case 'swap':
      return answer(exchange, await honest(fault.target));
    case 'flip': {
      const right = await honest();
      return answer(exchange, { ...right, body: flipped(right.body, fault.at, fault.bit) });
    }
    case 'append': {
      const right = await honest();
      return answer(exchange, { ...right, body: Buffer.concat([right.body, Buffer.alloc(fault.bytes)]) });
    }
    case 'range': {
      const { body } = await honest();
      const { from, length } = fault;
      const headers = { 'content-range': `bytes ${from}-${from + length - 1}/${body.byteLength}` };
      return answer(exchange, { status: 206, headers, body: body.subarray(from, from + length) });
    }
    case 'cut':
      return cut(fault, await honest(), exchange, socket);
    case 'inf':
      socket.write(head(fault.status ?? 200, {}));
      return endless(socket, PIECE);
    case 'header':
      return headBomb(fault.bomb, await honest(), socket);
    case 'drip': {
      const { status, body } = await honest();
      socket.write(head(status, { 'content-length': `${body.byteLength}` }));
      for (const byte of body) {
        await setTimeout(fault.everyMs, undefined, { signal: closed });
        socket.write(Uint8Array.of(byte));
      }
      return;
    }
    case 'stall':
      return stall(fault.at, exchange, socket);
    case 'rst': {
      if (fault.at === 'middle') await half(await honest(), socket);
      socket.resetAndDestroy();
      return;
    }
    case 'status': {
      const body = Buffer.from(fault.body ?? '');
      return answer(exchange, { status: fault.status, headers: fault.headers ?? {}, body });
    }
    case 'redirect':
      return answer(exchange, { status: 302, headers: { location: fault.to }, body: new Uint8Array() });
    case 'bomb': {
      const zeros = Buffer.alloc(MIB);
      const member = fault.encoding === 'gzip' ? gzipSync(zeros) : brotliCompressSync(zeros);
      const body = Buffer.concat(Array.from({ length: fault.unfolds }, () => member));
      return answer(exchange, { status: 200, headers: { 'content-encoding': fault.encoding }, body });
    }
    case 'lie':
      request.resume();
      await once(request, 'end', { signal: closed });
      return answer(exchange, { status: 200, headers: {}, body: Buffer.from(fault.body) });
    case 'surplus': {
      const { status, body } = await honest();
      const whole = [head(status, { 'content-length': `${body.byteLength}` }), body];
      socket.write(Buffer.concat([...whole, ...whole]));
    }
  }
}

async function answer(exchange: Exchange, { status, headers, body, trailers }: Answer): Promise<void> {
  const { request, response, send } = exchange;
  request.resume();
  if (trailers === undefined) response.writeHead(status, { ...headers, 'content-length': body.byteLength });
  else response.writeHead(status, { ...headers, trailer: Object.keys(trailers).join(', ') });
  if (body.byteLength > 0) await send(response, body);
  response.addTrailers(trailers ?? {});
  response.end();
}

function flipped(right: Uint8Array, place: Place, bit = 0): Uint8Array {
  const body = right.slice();
  const at = { first: 0, middle: body.byteLength >> 1, last: body.byteLength - 1 }[place];
  if (body.byteLength > 0) body[at]! ^= 1 << bit;
  return body;
}

async function cut(
  { at, framing }: Extract<HttpFault, { kind: 'cut' }>,
  { status, body }: Answer,
  { send }: Exchange,
  socket: Socket,
): Promise<void> {
  const part = body.subarray(0, Math.min(Math.floor(at * body.byteLength), body.byteLength - 1));
  const ends = {
    length: { 'content-length': `${body.byteLength}` },
    chunked: { 'transfer-encoding': 'chunked' },
    close: {},
  };
  socket.write(head(status, ends[framing]));
  if (framing === 'chunked') socket.write(`${body.byteLength.toString(16)}\r\n`);
  await send(socket, part);
  socket.end();
}

async function stall(
  at: Extract<HttpFault, { kind: 'stall' }>['at'],
  { request, honest }: Exchange,
  socket: Socket,
): Promise<void> {
  if (at === 'request') socket.pause();
  if (at === 'head') request.resume();
  if (at === 'body') {
    const { status, body } = await honest();
    socket.write(head(status, { 'content-length': `${body.byteLength}` }));
  }
  if (at === 'middle') await half(await honest(), socket);
}

function headBomb(
  bomb: Extract<HttpFault, { kind: 'header' }>['bomb'],
  { body }: Answer,
  socket: Socket,
): void {
  if (bomb === 'interim') endless(socket, INTERIM);
  else {
    const fields = bomb === 'long' ? `x-long: ${'x'.repeat(20 * 1024)}\r\n` : 'x-a: b\r\n'.repeat(10_000);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.byteLength}\r\n${fields}\r\n`);
    socket.write(body);
  }
}

/** A head with the length of the whole, and half of the body, that has left this process. */
async function half({ status, body }: Answer, socket: Socket): Promise<void> {
  socket.write(head(status, { 'content-length': `${body.byteLength}` }));
  await new Promise((sent) => socket.write(body.subarray(0, body.byteLength >> 1), sent));
}

function head(status: number, headers: Readonly<Record<string, string>>): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} x\r\n${fields.join('')}\r\n`, 'latin1');
}

/** Sends bytes for as long as somebody reads them. */
function endless(to: Writable, piece: Uint8Array): void {
  const more = (): void => {
    while (!to.destroyed && to.write(piece));
    if (!to.destroyed) to.once('drain', more);
  };
  more();
}
