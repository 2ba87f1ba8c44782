const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the few forms of JSON that a safetensors header holds, straight from its bytes. Not `JSON.parse`: that hides
 * repeated keys, and takes many times the header's size in memory. Anything unexpected is a SyntaxError.
 */
export class HeaderScanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** `{ "key": … , … }`; `value` must read what stands behind each key. */
  object(value: (key: string) => void): void {
    this.#items('{', '}', () => {
      const key = this.string();
      this.#expect(':');
      value(key);
    });
  }

  /**
   * `[ 1, 2, … ]` of whole numbers up to 2^53 - 1, without sign, fraction or exponent.
   * @param most numbers that are kept; those behind them are read, too
   */
  integers(most: number): number[] {
    const numbers: number[] = [];
    this.#items('[', ']', () => {
      const number = this.#integer();
      if (numbers.length < most) numbers.push(number);
    });
    return numbers;
  }

  string(): string {
    this.#expect('"');
    const start = this.#at;
    let plain = true;
    for (let byte = this.#bytes[start]; byte !== QUOTE; byte = this.#bytes[this.#at]) {
      if (byte === undefined) throw new SyntaxError('a string has no end');
      if (byte < FIRST_PRINTABLE) throw new SyntaxError('a string has a control character');
      if (byte === BACKSLASH) plain = false;
      this.#at += byte === BACKSLASH ? 2 : 1;
    }
    const end = this.#at;
    this.#at += 1;
    // Most names have no escape, and a header may be made of names.
    return plain
      ? decode(this.#bytes.subarray(start, end))
      : JSON.parse(decode(this.#bytes.subarray(start - 1, end + 1)));
  }

  /** Nothing but white space may follow. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#bytes.byteLength) throw new SyntaxError('something follows the header');
  }

  #items(open: string, close: string, item: () => void): void {
    this.#expect(open);
    if (this.#take(close)) return;
    do item();
    while (this.#take(','));
    this.#expect(close);
  }

  #integer(): number {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at += 1;
    const text = decode(this.#bytes.subarray(start, this.#at));
    const number = Number(text);
    if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(number))
      throw new SyntaxError('not a whole number below 2^53');
    return number;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw new SyntaxError(`${character} is missing at byte ${this.#at}`);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== character.charCodeAt(0)) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#at])) this.#at += 1;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new SyntaxError('not UTF-8', { cause });
  }
}
