import type { HeaderCursor } from '../chunkers/header-cursor.ts';
import { MAX_PROTOBUF_FIELDS } from '../limits.ts';

/** Wire types (https://protobuf.dev/programming-guides/encoding/). */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** Of a varint its value; else 0. */
  readonly value: number;
  /** Behind its content. */
  readonly end: number;
}

/** The keys that a message may have, each of a number and a wire type. */
export type Schema = ReadonlySet<number>;

export function schema(...rows: readonly (readonly [type: number, ...numbers: readonly number[]])[]): Schema {
  return new Set(rows.flatMap(([type, ...numbers]) => numbers.map((number) => keyOf(number, type))));
}

function keyOf(number: number, type: number): number {
  return number * 8 + type;
}

/** Walks messages within one file; what is read of all of them together is bounded. */
export class ProtobufWalk {
  readonly cursor: HeaderCursor;
  #fields = 0;

  constructor(cursor: HeaderCursor) {
    this.cursor = cursor;
  }

  /**
   * The fields of the message that begins here. Between two the caller may walk the content of the last; else it is
   * passed over.
   * @param end of the message
   * @throws SyntaxError where a field is unknown, of another type, or leaves the message
   */
  async *message(end: number, fields: Schema): AsyncGenerator<Field> {
    while (this.cursor.position < end) {
      this.#fields += 1;
      if (this.#fields > MAX_PROTOBUF_FIELDS) throw new SyntaxError('too many fields');
      const key = await this.#varint();
      const type = key % 8;
      const number = Math.floor(key / 8);
      if (!fields.has(key)) throw new SyntaxError(`field ${number} is of type ${type}`);
      const value = type === VARINT ? await this.#varint() : 0;
      const length = type === BYTES ? await this.#varint() : type === FIXED64 ? 8 : type === FIXED32 ? 4 : 0;
      const field = { number, value, end: this.cursor.position + length };
      if (field.end > end) throw new SyntaxError(`field ${number} leaves its message`);
      yield field;
      this.cursor.skip(field.end - this.cursor.position);
    }
  }

  /** Of negative numbers, which take all ten bytes, something at least as large as 2^53. */
  async #varint(): Promise<number> {
    let number = 0;
    for (let scale = 1, left = 10; left > 0; scale *= 0x80, left -= 1) {
      if (this.cursor.lacks(1)) await this.cursor.load(1);
      const byte = this.cursor.uint8();
      number += (byte & 0x7f) * scale;
      if (byte < 0x80) return number;
    }
    throw new SyntaxError('a number has no end');
  }
}
