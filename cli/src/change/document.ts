import { createReadStream } from 'node:fs';
import type { Session } from '../session.ts';

/** Verdicts name each bad block; a hundred thousand of them fit. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A JSON document of a file, or of stdin where the name is `-`: what it says, and its bytes as they came. */
export async function readDocument(
  { engine, call }: Pick<Session, 'engine' | 'call'>,
  file: string,
  what: string,
): Promise<{ readonly value: unknown; readonly bytes: Uint8Array }> {
  const refuse = (was: string, cause?: unknown) =>
    new engine.UsageError('SOURCE_UNREADABLE', {
      should: `${file === '-' ? 'stdin' : file} must bring ${what}`,
      was,
      next: 'name the file that holds it; - reads stdin',
      cause,
    });
  if (file === '-' && process.stdin.isTTY) throw refuse('it is a terminal');
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    const stream = file === '-' ? process.stdin : createReadStream(file);
    for await (const piece of stream.iterator({ destroyOnReturn: true })) {
      call.signal.throwIfAborted();
      length += piece.length;
      if (length > MOST_BYTES) throw new RangeError(`it is larger than ${MOST_BYTES} bytes`);
      pieces.push(Buffer.from(piece));
    }
    const bytes = Buffer.concat(pieces);
    return { value: JSON.parse(bytes.toString('utf8')), bytes };
  } catch (cause) {
    call.signal.throwIfAborted();
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
