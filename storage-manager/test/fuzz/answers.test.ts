/** Answers that are almost right, and each of them in pieces that nobody chose: whatever the pieces, it is the same answer. */
import { expect, it } from 'vitest';
import { type FuzzTarget, fuzz } from '../../src/testing/fuzz/fuzz.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { AnswerReader } from '../../src/transport/answer.ts';
import { TransportFault } from '../../src/transport/fault.ts';

const inputs = process.env.BALLAST_DEEP === undefined ? 3_000 : 1_000_000;
const seed = Number(BigInt(process.env.BALLAST_FUZZ_SEED ?? 1) & 0xffffffffn);

const ROOM = 64;

/** What a client has of an answer that comes in these pieces, and then ends. @param direct the body goes to its place at once */
function read(pieces: readonly Uint8Array[], direct: boolean): string {
  const body: number[] = [];
  const into = new Uint8Array(ROOM);
  const take = (piece: Uint8Array): void => {
    if (piece.byteLength > ROOM - body.length) throw new TransportFault('outgrown');
    body.push(...piece);
  };
  const reader = new AnswerReader(() => ({
    place: (most) => {
      if (most > ROOM - body.length) throw new TransportFault('outgrown');
      return direct ? into : null;
    },
    placed: (count) => body.push(...into.subarray(0, count)),
    take,
  }));
  try {
    for (const piece of pieces) feed(reader, piece);
    reader.end();
  } catch (error) {
    if (!(error instanceof TransportFault)) throw error;
    return 'refused';
  }
  const { status, headers } = reader.head!;
  return JSON.stringify([status, [...headers], body, [...reader.trailers!]]);
}

/** As a connection does: as much as there is a place for goes there, the rest is pushed. */
function feed(reader: AnswerReader, piece: Uint8Array): void {
  for (let rest = piece; rest.byteLength > 0; ) {
    const place = reader.place();
    const count = Math.min(place?.byteLength ?? rest.byteLength, rest.byteLength);
    place?.set(rest.subarray(0, count));
    if (place === null) reader.push(rest);
    else reader.placed(count);
    rest = rest.subarray(count);
  }
}

function inPieces(input: Uint8Array, random: Seeded): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.byteLength; ) {
    const end = at + 1 + random.below(random.pick([1, 4, 40]));
    pieces.push(input.subarray(at, end));
    at = end;
  }
  return pieces;
}

const samples = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "x"\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\n\r\nto the end',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n you\r\n0\r\nX-Stream-Error: a\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
  'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n',
  'HTTP/1.0 206 x\r\nContent-Range: bytes 0-1/5\r\ncontent-length:2\r\n\r\nhi',
].map((text) => Buffer.from(text, 'latin1'));

const words = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  ': ',
  'content-length: ',
  'transfer-encoding: chunked',
  '0\r\n\r\n',
  'HTTP/1.1 ',
].map((word) => Buffer.from(word));

const random = Seeded.of('pieces', seed);
const target: FuzzTarget = {
  name: 'answer',
  samples,
  words,
  parse(input) {
    const whole = read([input], false);
    for (const direct of [false, true])
      if (read(inPieces(input, random), direct) !== whole)
        throw new Error(`in pieces it is another answer than ${whole}`);
    return whole !== 'refused';
  },
};

it(`A9, A28: ${inputs} answers of seed ${seed} are the same in any pieces, or refused`, {
  timeout: 1_800_000,
}, async () => {
  const { taken } = await fuzz(target, inputs, seed);
  expect(taken).toBeGreaterThan(inputs / 20);
  expect(taken).toBeLessThan(inputs);
});
