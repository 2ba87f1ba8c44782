import { UsageError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { type PathPattern, parsePathPattern } from '../../ids/path-pattern.ts';
import type { TreeContent } from './tree-content.ts';

/** Which files of a tree are wanted. */
export interface Selection {
  /** One of them must match; none: every file. */
  readonly include: readonly PathPattern[];
  /** None of them may match. */
  readonly exclude: readonly PathPattern[];
}

/** As many paths as an error names. */
const SHOWN = 5;

/** @throws UsageError `ARGUMENT_INVALID` for a pattern that makes no sense */
export function parseSelection(include: readonly string[] = [], exclude: readonly string[] = []): Selection {
  return { include: include.map(parsePathPattern), exclude: exclude.map(parsePathPattern) };
}

/**
 * The tree with the wanted files alone. Its list of chunks stays whole: it was proven as a whole.
 * @throws UsageError `NOTHING_MATCHES`
 */
export function selectFiles(
  tree: TreeContent,
  { include, exclude }: Selection,
  options: JobOptions,
): TreeContent {
  if (include.length + exclude.length === 0) return tree;
  const files = tree.files.filter(
    ({ path }) =>
      (include.length === 0 || include.some((pattern) => pattern.matches(path))) &&
      !exclude.some((pattern) => pattern.matches(path)),
  );
  if (files.length === 0) throw nothing(tree, include, exclude);
  const idle = [...include, ...exclude].filter(
    (pattern) => !tree.files.some(({ path }) => pattern.matches(path)),
  );
  for (const { text } of idle)
    note(options, 'warning', `no file of ${tree.name} matches ${JSON.stringify(text)}`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { ...tree, files, whole: tree.files, bytes, complete: files.length === tree.files.length };
}

const EXAMPLES =
  "write a file's name ('*.json' at any depth), its path from the root ('onnx/*.onnx'), or a folder ('onnx/')";

/** What the first pattern that other programs take, and this one not, is to be written as. */
function hintFor(include: readonly PathPattern[], files: TreeContent['files']): string | null {
  for (const { text } of include) {
    if (text.startsWith('./')) return `leave the ./ out: ${JSON.stringify(text.slice(2))}`;
    if (/\{.*,.*\}/.test(text)) return 'braces mean nothing here: give --include once for each of them';
    if (text.includes(',')) return 'a comma is part of a name: give --include once for each pattern';
    if (files.some(({ path }) => path.startsWith(`${text.replace(/^\//, '')}/`)))
      return `of a folder write ${JSON.stringify(`${text}/`)}, which means everything below it`;
  }
  return null;
}

function nothing(
  { name, files }: TreeContent,
  include: readonly PathPattern[],
  exclude: readonly PathPattern[],
): UsageError {
  const texts = (patterns: readonly PathPattern[]) =>
    patterns.map(({ text }) => JSON.stringify(text)).join(', ');
  const wanted = include.length > 0 ? `match ${texts(include)}` : 'be wanted';
  const unless = exclude.length > 0 ? ` and not ${texts(exclude)}` : '';
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : '';
  const paths = files.slice(0, SHOWN).map(({ path }) => JSON.stringify(path));
  return new UsageError('NOTHING_MATCHES', {
    should: `a file of ${name} must ${wanted}${unless}`,
    was: `none does of ${paths.join(', ')}${more}`,
    next: hintFor(include, files) ?? EXAMPLES,
  });
}
