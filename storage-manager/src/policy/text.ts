import type { RandomAccess } from '../interfaces.ts';
import { MAX_JUDGED_TEXT_BYTES, MiB } from '../limits.ts';
import type { Verdict } from './formats.ts';
import { JsonScanner } from './json-scanner.ts';
import { looksLikePython } from './python.ts';

/**
 * By these keys a JSON file asks its loader to import code: `auto_map` of transformers, `custom_pipelines` of its
 * pipelines, `_target_` of Hydra.
 */
const CODE_KEYS: readonly string[] = ['auto_map', 'custom_pipelines', 'trust_remote_code', '_target_'];
/** What Keras calls a layer that is a function, whose code stands beside it. */
const [CLASS_KEY, CODE_CLASSES] = ['class_name', ['Lambda', '__lambda__']];
const [FALSE, NULL] = [0x66, 0x6e];

/** A tag by which YAML makes an object of Python, in the two ways to write it. */
const PYTHON_TAG = /!!python\/|yaml\.org,2002:python/;
/**
 * In a file that is called YAML: any tag that is not of plain data (a tag may hide letters as %70); Hydra's key, wherever
 * it stands, for an anchor may make a key of it; what hides it: escapes of ASCII, or a line that goes on within it.
 */
const YAML_CODE =
  /%TAG|!<|!!(?!(str|int|float|bool|null|map|seq|set|timestamp|binary|omap|pairs|merge)\b)|_target_|\\(x|u00|U000000)[5-7][\da-fA-F]|_t?a?r?g?e?t?\\[\r\n\x85\u2028\u2029]/;
/** Longer than a tag, so that none is cut in two unseen. */
const OVERLAP = 40;

const [BOM, OPEN_LIST, OPEN_MAP] = [0xfeff, '[', '{'];

/** Texts and JSON are read whole, up to a bound: nothing else proves what they are. */
export async function textFile(file: RandomAccess): Promise<Verdict | null> {
  if (file.size > MAX_JUDGED_TEXT_BYTES) return null;
  const decode = utf8Decoder();
  const reading = new Reading(file.path);
  for (let at = 0; at < file.size; ) {
    const bytes = await file.read(at, Math.min(MiB, file.size - at));
    at += bytes.byteLength;
    if (!isPlain(bytes)) return null;
    const text = decode(bytes, at < file.size);
    if (text === null) return null;
    reading.add(bytes, text);
  }
  return reading.verdict();
}

class Reading {
  #json: JsonScanner | null = null;
  #asks: string | null = null;
  #begins = '';
  #tail = '';
  #tag = false;
  readonly #path: string;
  readonly #code: RegExp;

  constructor(path: string) {
    this.#path = path.toLowerCase();
    this.#code = /\.ya?ml$/.test(this.#path) ? YAML_CODE : PYTHON_TAG;
  }

  add(bytes: Uint8Array, text: string): void {
    if (this.#begins === '') {
      this.#begins = text;
      const first = text.trimStart()[0];
      if (text.charCodeAt(0) !== BOM && (first === OPEN_LIST || first === OPEN_MAP))
        this.#json = new JsonScanner(
          (key, value) => this.#key(key, value),
          CLASS_KEY,
          (name) => this.#class(name),
        );
    }
    this.#json?.push(bytes);
    this.#tag ||= this.#code.test(this.#tail + text);
    this.#tail = text.slice(-OVERLAP);
  }

  #key(key: string, firstOfValue: number): void {
    if (CODE_KEYS.includes(key) && firstOfValue !== FALSE && firstOfValue !== NULL) this.#asks ??= key;
  }

  #class(name: string): void {
    if (CODE_CLASSES.includes(name)) this.#asks ??= `${CLASS_KEY} ${name}`;
  }

  verdict(): Verdict {
    if (this.#json?.end()) {
      if (this.#asks === null) return { format: 'json', what: 'JSON' };
      return { format: 'custom-code', what: `JSON whose ${this.#asks} makes its loader run code` };
    }
    // Readers differ in what else they take, and so in what they find in it.
    if (this.#path.endsWith('.json')) return { format: 'unknown', what: 'called JSON, and is none' };
    if (this.#tag) return { format: 'custom-code', what: 'YAML that makes objects of Python' };
    if (looksLikePython(this.#begins)) return { format: 'python', what: 'source code of Python' };
    return { format: 'text', what: 'text' };
  }
}

/** Free of the control characters that no text has: all but tab, line feed, form feed, carriage return. */
function isPlain(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x09 && byte !== 0x0d && byte !== 0x0c) return false;
  }
  return true;
}

/** Piece by piece; null where they are not UTF-8. */
function utf8Decoder(): (bytes: Uint8Array, stream: boolean) => string | null {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes, stream) => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      return null;
    }
  };
}
