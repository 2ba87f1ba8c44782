import { PolicyError } from '../errors.ts';
import { MAX_PATH_BYTES, MAX_PATH_PART_BYTES } from '../limits.ts';
import { foldPath } from './fold-path.ts';
import { collidesWithMarker, collidesWithPartial, RELEASE_MARKER } from './own-names.ts';

declare const pathBrand: unique symbol;

/** A relative path that means the same on every platform: parts joined by `/`, NFC, nothing that escapes or hides. */
export type SafePath = string & { readonly [pathBrand]: true };

/**
 * What a path must not contain, whatever the platform: control, format, private and unassigned characters, lone
 * surrogates (all of `C`), line separators, and characters that are drawn as nothing. Refusing the unassigned also
 * keeps the verdict on NFC the same under every version of Unicode.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Reserved by Windows in names: separators, drives, streams, wildcards. */
const RESERVED_CHARACTER = /[\\:*?"<>|]/;

/** Devices of Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/i;

const utf8 = new TextEncoder();

/** @throws PolicyError `PATH_UNSAFE`, naming the path and the rule it breaks; the verdict is the same on every platform. */
export function parseSafePath(text: string): SafePath {
  // Cheap bound first: no rule below looks at more than this.
  if (text.length > MAX_PATH_BYTES) throw unsafe(text, `at most ${MAX_PATH_BYTES} bytes`);
  if (HIDDEN.test(text)) throw unsafe(text, 'free of control, invisible and unassigned characters');
  if (text !== text.normalize('NFC')) throw unsafe(text, 'in Unicode normal form NFC');
  if (!fits(text, MAX_PATH_BYTES)) throw unsafe(text, `at most ${MAX_PATH_BYTES} bytes`);
  if (RESERVED_CHARACTER.test(text)) throw unsafe(text, 'free of \\ : * ? " < > |');
  if (text.startsWith('~')) throw unsafe(text, 'free of a leading ~');
  if (collidesWithMarker(text))
    throw unsafe(text, `outside of ${RELEASE_MARKER}, in any case: Ballast writes that file itself`);
  for (const part of text.split('/')) checkPart(text, part);
  return text as SafePath;
}

function checkPart(path: string, part: string): void {
  if (part === '') throw unsafe(path, 'relative, with no empty part');
  if (part === '.' || part === '..') throw unsafe(path, 'free of the parts . and ..');
  if (/[\s.]$/.test(part)) throw unsafe(path, 'free of parts that end with a dot or a space');
  if (DEVICE.test(part)) throw unsafe(path, 'free of device names such as CON and NUL');
  if (collidesWithPartial(part)) throw unsafe(path, 'free of names that Ballast gives to unfinished work');
  if (!fits(part, MAX_PATH_PART_BYTES))
    throw unsafe(path, `made of parts of at most ${MAX_PATH_PART_BYTES} bytes`);
}

/** Whether `text` takes at most `most` bytes in UTF-8; a UTF-16 unit takes at most 3. */
function fits(text: string, most: number): boolean {
  return text.length * 3 <= most || utf8.encode(text).byteLength <= most;
}

/** Byte order of the paths' UTF-8, which is the order of their code points (that of UTF-16 differs above U+FFFF). */
export function comparePaths(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * Checks what no single path shows: duplicates, names that differ only by case, a file where another path needs a folder.
 * @throws PolicyError `PATH_UNSAFE`, naming both paths
 */
export function checkTree(paths: Iterable<SafePath>): void {
  // With / below every other character, all paths of a folder stand together and a file stands right before the
  // paths that would need it as a folder: neighbours show every clash. (Joined, since `replaceAll` takes ten times longer.)
  const entries = Array.from(paths, (path) => ({ path, key: foldPath(path).split('/').join('\0') }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let i = 1; i < entries.length; i += 1) {
    const [before, after] = [entries[i - 1]!, entries[i]!];
    checkNeighbours(before.path, before.key.split('\0'), after.path, after.key.split('\0'));
  }
}

function checkNeighbours(a: SafePath, foldedA: string[], b: SafePath, foldedB: string[]): void {
  const [partsA, partsB] = [a.split('/'), b.split('/')];
  for (let i = 0; i < partsA.length; i += 1) {
    if (foldedA[i] !== foldedB[i]) return;
    if (partsA[i] !== partsB[i]) throw unsafe(b, `distinct from ${show(a)} by more than case`);
  }
  if (partsA.length === partsB.length) throw unsafe(b, 'listed once');
  throw unsafe(b, `outside of ${show(a)}, which is a file`);
}

/** Quoted and escaped, so that a hostile name can't write to a terminal. */
function show(path: string): string {
  return JSON.stringify(path.slice(0, 200)).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unsafe(path: string, rule: string): PolicyError {
  return new PolicyError('PATH_UNSAFE', {
    should: `the path of a file must be ${rule}`,
    was: `${show(path)} was given`,
    next: 'rename the file, or leave it out',
  });
}
