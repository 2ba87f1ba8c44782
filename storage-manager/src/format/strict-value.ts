import { CID } from 'multiformats/cid';
import { CorruptError } from '../errors.ts';
import { digestOfCid } from '../ids/cid.ts';
import { type Digest, digestFromBytes } from '../ids/digest.ts';

/**
 * A decoded DAG-CBOR value that is read as exactly one type; anything else is a CorruptError that names the place.
 * The decoder takes more than the format allows (floats, unsorted keys): what is read here must also be written
 * again to the same digest.
 */
export class StrictValue {
  readonly #value: unknown;
  readonly #parent: StrictValue | null;
  readonly #key: string | number;

  /** @param name what errors call the value, with its digest: `manifest ab…` */
  constructor(value: unknown, name: string | number, parent: StrictValue | null = null) {
    this.#value = value;
    this.#key = name;
    this.#parent = parent;
  }

  /** Null, or what `read` makes of it. */
  orNull<T>(read: (value: StrictValue) => T): T | null {
    return this.#value === null ? null : read(this);
  }

  null(): void {
    if (this.#value !== null) throw this.#wrong('null');
  }

  /** One value of a map, whatever its other keys. */
  field(key: string): StrictValue {
    const value = this.#value;
    if (!isPlainObject(value) || !Object.hasOwn(value, key)) throw this.#wrong(`a map with ${key}`);
    return this.#child(value[key], key);
  }

  /** The values of a map with exactly these keys. */
  fields<K extends string>(...keys: readonly K[]): Readonly<Record<K, StrictValue>> {
    const value = this.#value;
    const exact =
      isPlainObject(value) &&
      Object.keys(value).length === keys.length &&
      keys.every((key) => Object.hasOwn(value, key));
    if (!exact) throw this.#wrong(`a map of ${keys.join(', ')}`);
    const entries = Object.entries(value).map(([key, field]) => [key, this.#child(field, key)]);
    return Object.fromEntries(entries);
  }

  /** Whether the value is a map, and so no link. */
  get isMap(): boolean {
    return isPlainObject(this.#value);
  }

  /** The items of a list, of exactly `length` items where it is given. */
  items(length?: number): StrictValue[] {
    if (!Array.isArray(this.#value) || (length !== undefined && this.#value.length !== length))
      throw this.#wrong(length === undefined ? 'a list' : `a list of ${length}`);
    return this.#value.map((item, index) => this.#child(item, index));
  }

  integer(least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
      throw this.#wrong(least === most ? `the number ${least}` : `a whole number from ${least} to ${most}`);
    return value;
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.#wrong('a text');
    return this.#value;
  }

  oneOf<T extends string>(names: readonly T[]): T {
    const found = names.find((name) => name === this.#value);
    if (found === undefined) throw this.#wrong(`one of ${names.join(', ')}`);
    return found;
  }

  /** A text that `parse` accepts; its own error becomes the cause. */
  parsed<T>(what: string, parse: (text: string) => T): T {
    const text = this.text();
    try {
      return parse(text);
    } catch (cause) {
      throw this.#wrong(what, cause);
    }
  }

  /** 32 bytes. */
  digest(): Digest {
    if (!(this.#value instanceof Uint8Array) || this.#value.byteLength !== 32) throw this.#wrong('32 bytes');
    return digestFromBytes(this.#value);
  }

  /** The digest of a CIDv1 with SHA-256 and this codec. */
  link(codec: number): Digest {
    const cid = CID.asCID(this.#value);
    const should = `a CIDv1 of codec 0x${codec.toString(16)} with a SHA-256 of 32 bytes`;
    if (cid === null || cid.code !== codec) throw this.#wrong(should);
    try {
      return digestOfCid(cid);
    } catch (cause) {
      throw this.#wrong(should, cause);
    }
  }

  #child(value: unknown, key: string | number): StrictValue {
    return new StrictValue(value, key, this);
  }

  /** `manifest ab…, files, 3, size` */
  #place(): string {
    return this.#parent === null ? `${this.#key}` : `${this.#parent.#place()}, ${this.#key}`;
  }

  #wrong(should: string, cause?: unknown): CorruptError {
    return new CorruptError('MANIFEST_CORRUPT', {
      should: `${this.#place()} must be ${should}`,
      was: `it was ${describe(this.#value)}`,
      next: 'do not use the release; tell its publisher',
      cause,
    });
  }
}

/** What the decoder makes of a map; a CID is an instance of its class. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 80))}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const cid = CID.asCID(value);
  if (cid !== null) return `the CID ${cid}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `a map of ${JSON.stringify(Object.keys(value).slice(0, 12)).slice(0, 200)}`;
}
