import { UsageError } from '../errors.ts';
import type { SafePath } from './path.ts';

/**
 * Which files of a tree: a pattern without `/` means files of that name at any depth, one with `/` the path from the
 * root, one that ends with `/` everything below. `*` and `?` stand for characters within a name, `[a-z]` and `[!a-z]`
 * for one of a set, `**` for any folders between. Case counts, a leading dot is nothing special: the same on every
 * platform, which Node's own `path.matchesGlob` is not (it ignores case on macOS, and never matches `.gitattributes`).
 */
export interface PathPattern {
  /** As it was given. */
  readonly text: string;
  matches(path: SafePath): boolean;
}

/** Stands for any number of items, none too. */
const ANY = Symbol('any');

type OneCharacter = (character: string) => boolean;
/** A name, character by character; or `**`. */
type Part = readonly (OneCharacter | typeof ANY)[] | typeof ANY;

const anyName: Part = [ANY];

/** @throws UsageError `ARGUMENT_INVALID` */
export function parsePathPattern(text: string): PathPattern {
  const normal = text.normalize('NFC');
  const names = normal.replace(/^\//, '').split('/');
  const below = names.length > 1 && names.at(-1) === '';
  if (below) names[names.length - 1] = '**';
  const parts = names.map((name) => parsePart(name, text));
  if (!normal.includes('/')) parts.unshift(ANY);
  // What lies below a folder is not the folder itself.
  if (parts.at(-1) === ANY) parts.push(anyName);
  return { text, matches: (path) => inStep(parts, path.split('/'), matchesName) };
}

function matchesName(part: Exclude<Part, typeof ANY>, name: string): boolean {
  return inStep(part, Array.from(name), (one, character) => one(character));
}

/** Goes back to the last star alone, which is enough: no name, however hostile, takes more than pattern × items steps. */
function inStep<P, T>(
  pattern: readonly (P | typeof ANY)[],
  items: readonly T[],
  fits: (one: P, item: T) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let item = 0; item < items.length; ) {
    const one = pattern[at];
    if (one === ANY) {
      star = at;
      resume = item;
      at += 1;
    } else if (one !== undefined && fits(one, items[item] as T)) {
      at += 1;
      item += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      item = resume;
    } else return false;
  }
  return pattern.slice(at).every((one) => one === ANY);
}

function parsePart(name: string, pattern: string): Part {
  if (name === '**') return ANY;
  if (name.includes('\\'))
    throw malformed(pattern, 'no backslash: / stands between folders on every platform');
  if (name === '') throw malformed(pattern, 'parts joined by /, none of them empty');
  const part: (OneCharacter | typeof ANY)[] = [];
  for (let rest = name; rest !== ''; ) {
    const [text, negated, set] = /^\[(!?)(\]?[^\]]*)\]/.exec(rest) ?? [
      String.fromCodePoint(rest.codePointAt(0)!),
    ];
    if (text === '[') throw malformed(pattern, 'a ] after each [ ([[] means the bracket itself)');
    if (set !== undefined) part.push(oneOf(set, negated === '!', pattern));
    else if (text === '*') part.push(ANY);
    else part.push(text === '?' ? () => true : (character) => character === text);
    rest = rest.slice(text!.length);
  }
  return part;
}

/** `a-z_` @param negated all characters but these */
function oneOf(set: string, negated: boolean, pattern: string): OneCharacter {
  const characters = Array.from(set);
  const ranges: (readonly [first: string, last: string])[] = [];
  while (characters.length > 0) {
    const first = characters.shift()!;
    const last = characters.length > 1 && characters[0] === '-' ? characters.splice(0, 2)[1]! : first;
    ranges.push([first, last]);
  }
  if (ranges.length === 0) throw malformed(pattern, 'a character between [ and ]');
  const inside: OneCharacter = (character) =>
    ranges.some(([first, last]) => rank(first) <= rank(character) && rank(character) <= rank(last));
  return (character) => inside(character) !== negated;
}

function rank(character: string): number {
  return character.codePointAt(0)!;
}

function malformed(pattern: string, should: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: `a pattern of paths must have ${should}`,
    was: `it is ${JSON.stringify(pattern.slice(0, 200))}`,
    next: "write for instance '*.json', 'tokenizer/' or 'onnx/**/*.onnx'",
  });
}
