import { MAX_JSON_DEPTH } from '../limits.ts';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Numbers and words, also those that Python writes and takes beside them. */
const LITERAL = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null|-?Infinity|NaN)$/;
/** Of a key, or of a number. */
const MAX_WORD = 65_536;
/** No key that matters is longer. */
const LONGEST = 100;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Reads one JSON list or map (RFC 8259) piece by piece, and tells its keys. `JSON.parse` would take many times a
 * tokenizer's 30 MB. Whether the bytes are UTF-8 is somebody else's to say.
 */
export class JsonScanner {
  readonly #onKey: (key: string, firstOfValue: number) => void;
  readonly #onText: (text: string) => void;
  /** The key whose values are told, too. */
  readonly #told: string | null;
  /** The container at each depth. */
  readonly #open: ('list' | 'map')[] = [];
  #expected: Expected = 'value';
  #failed = false;
  /** Of the string or word that is being read; null between two. */
  #text: number[] | null = null;
  #inString = false;
  #escaped = false;
  #key: string | null = null;
  #isKey = false;

  /**
   * @param onKey told each key, unescaped, with the first byte of its value; a key beyond ASCII in other letters
   * @param told a key whose values, where they are strings, go to `onText`
   */
  constructor(
    onKey: (key: string, firstOfValue: number) => void,
    told: string | null = null,
    onText: (text: string) => void = () => {},
  ) {
    this.#onKey = onKey;
    this.#told = told;
    this.#onText = onText;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength && !this.#failed; at += 1) {
      // Most of a vocabulary is in strings.
      if (this.#inString && !this.#escaped) at = this.#plain(bytes, at);
      if (at === bytes.byteLength) return;
      const byte = bytes[at]!;
      if (this.#inString) this.#character(byte);
      else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) this.#endLiteral();
      else this.#token(byte);
    }
  }

  /** Whether what was pushed is one whole list or map. */
  end(): boolean {
    return !this.#failed && this.#expected === 'nothing';
  }

  /** Passes over characters that mean themselves. @returns the place behind them */
  #plain(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.byteLength && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH && bytes[at]! >= 0x20)
      at += 1;
    if (this.#text === null) return at;
    for (let i = from; i < at; i += 1) this.#text.push(bytes[i]!);
    if (this.#text.length > MAX_WORD) this.#failed = true;
    return at;
  }

  #character(byte: number): void {
    if (byte < 0x20) this.#failed = true;
    else if (byte === QUOTE && !this.#escaped) this.#endString();
    else this.#keep(byte);
    this.#escaped = byte === BACKSLASH && !this.#escaped;
  }

  #token(byte: number): void {
    if (byte === QUOTE) this.#string();
    else if (byte === OPEN_LIST || byte === OPEN_MAP) this.#opens(byte);
    else if (byte === CLOSE_LIST || byte === CLOSE_MAP || byte === COMMA || byte === COLON) this.#mark(byte);
    else {
      if (this.#text === null) this.#value(byte);
      this.#text ??= [];
      this.#keep(byte);
    }
  }

  #keep(byte: number): void {
    if (this.#text !== null && this.#text.push(byte) > MAX_WORD) this.#failed = true;
  }

  #string(): void {
    if (this.#text !== null) this.#failed = true;
    this.#isKey = this.#expected === 'key' || this.#expected === 'key or end';
    const isTold = !this.#isKey && this.#key !== null && this.#key === this.#told;
    if (!this.#isKey) this.#value(QUOTE);
    this.#inString = true;
    // Of other strings the text does not matter.
    this.#text = this.#isKey || isTold ? [] : null;
  }

  #endString(): void {
    this.#inString = false;
    if (this.#text === null) return;
    const text = unescaped(this.#text);
    this.#text = null;
    if (text === null) this.#failed = true;
    else if (this.#isKey) this.#key = text;
    else this.#onText(text);
    if (this.#isKey) this.#expected = 'colon';
  }

  #opens(byte: number): void {
    if (this.#text !== null || this.#open.length === MAX_JSON_DEPTH) this.#failed = true;
    this.#value(byte);
    this.#open.push(byte === OPEN_LIST ? 'list' : 'map');
    this.#expected = byte === OPEN_LIST ? 'value or end' : 'key or end';
  }

  #mark(byte: number): void {
    this.#endLiteral();
    const inside = this.#open.at(-1);
    if (byte === COLON && this.#expected === 'colon') this.#expected = 'value';
    else if (byte === COMMA && this.#expected === 'comma or end')
      this.#expected = inside === 'list' ? 'value' : 'key';
    else if (byte === CLOSE_LIST && inside === 'list' && mayEnd(this.#expected)) this.#close();
    else if (byte === CLOSE_MAP && inside === 'map' && mayEnd(this.#expected)) this.#close();
    else this.#failed = true;
  }

  #close(): void {
    this.#open.pop();
    this.#expected = this.#open.length === 0 ? 'nothing' : 'comma or end';
  }

  /** A value begins. */
  #value(byte: number): void {
    const scalar = byte !== OPEN_LIST && byte !== OPEN_MAP;
    if (
      (this.#expected !== 'value' && this.#expected !== 'value or end') ||
      (scalar && this.#open.length === 0)
    )
      this.#failed = true;
    if (this.#key !== null) this.#onKey(this.#key, byte);
    this.#key = null;
    this.#expected = 'comma or end';
  }

  #endLiteral(): void {
    if (this.#text === null) return;
    if (!LITERAL.test(String.fromCharCode(...this.#text))) this.#failed = true;
    this.#text = null;
  }
}

function mayEnd(expected: Expected): boolean {
  return expected === 'comma or end' || expected === 'value or end' || expected === 'key or end';
}

/** Null where an escape is none. Without one the letters that matter, those of ASCII, are the bytes. */
function unescaped(bytes: readonly number[]): string | null {
  if (!bytes.includes(BACKSLASH)) return String.fromCharCode(...bytes.slice(0, LONGEST));
  try {
    return JSON.parse(`"${new TextDecoder().decode(Uint8Array.from(bytes))}"`);
  } catch {
    return null;
  }
}
