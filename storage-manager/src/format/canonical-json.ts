import { type Digest, parseDigest } from '../ids/digest.ts';

/** Writes a document in its one spelling: two spaces a level, one line end at its end. */
export function canonicalJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What a text is no such document for, as a clause; never leaves `format/`. */
export class Malformed extends Error {}

/**
 * Reads JSON that has but one spelling, so that no two readers can understand it differently: a doubled key, another
 * order, a comment, other white space, a number that is written otherwise are all refused by writing it again.
 * @param read throws Malformed, or what a parser of `ids/` throws @param write the document that `read` came from
 * @throws Malformed
 */
export function readCanonical<T>(
  text: string,
  read: (value: Fields) => T,
  write: (document: T) => string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // V8's message quotes the text.
    throw new Malformed('it is no JSON');
  }
  const document = read(new Fields(value, 'the whole'));
  if (write(document) !== text) throw new Malformed('it is not written as Ballast writes it');
  return document;
}

/** An object whose fields are read as exactly one type each. What is left unread shows when it is written again. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Malformed(`${what} is no object`);
    this.#value = value as Readonly<Record<string, unknown>>;
  }

  keys(): readonly string[] {
    return Object.keys(this.#value);
  }

  object(name: string): Fields {
    return new Fields(this.#own(name), name);
  }

  text(name: string, form: RegExp = /^/): string {
    const value = this.#own(name);
    if (typeof value === 'string' && form.test(value)) return value;
    throw new Malformed(`${name} is missing or malformed`);
  }

  /** `0x` and so many bytes in lower-case hex. */
  hex(name: string, bytes: number): string {
    return this.text(name, new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`));
  }

  digest(name: string): Digest {
    return parseDigest(this.hex(name, 32).slice(2));
  }

  /** A whole number from `least` to `most`. */
  whole(name: string, most = Number.MAX_SAFE_INTEGER, least = 0): number {
    const value = this.#own(name);
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new Malformed(`${name} must be a whole number from ${least} to ${most}`);
  }

  /** Null, or what `read` makes of it. */
  orNull<T>(name: string, read: (name: string) => T): T | null {
    return this.#own(name) === null ? null : read(name);
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
  }
}
