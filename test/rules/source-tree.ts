/** The project's sources as data, so that each rule is a pure function from files to the places that break it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const scope = '@ballast-models/';

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** A relative one as a path from the root of the project, anything else as written. */
  readonly target: string;
  /** What stands between `import` and `from`: the names. */
  readonly names: string;
}

export interface SourceFile {
  /** From the root of the project, with `/`. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
}

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'artifacts', 'cache', '.git']);
/** Written by a program, not by hand. */
const MADE = new Set(['generated', 'vectors', 'snapshots']);
const STATEMENT = /(?:^|[\n;])\s*(?:import|export)\s+(?:([^'"`;]*?)\sfrom\s+)?['"]([^'"]+)['"]/g;
const CALL = /(?:\bimport|\brequire|import\.meta\.resolve|new URL)\(\s*['"]([^'"]+)['"]/g;

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

export function sourceFile(path: string, text: string): SourceFile {
  const code = withoutComments(text);
  const found = [
    ...[...code.matchAll(STATEMENT)].map((match) => ({ names: match[1] ?? '', specifier: match[2]! })),
    ...[...code.matchAll(CALL)].map((match) => ({ names: '*', specifier: match[1]! })),
  ];
  const imports = found.map(({ names, specifier }) => ({
    specifier,
    names,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
  }));
  return { path, code, lineCount: text.replace(/\n$/, '').split('\n').length, imports };
}

/** Paths of all files below `folder` (from the root) that we wrote. */
function pathsBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (NOT_OURS.has(entry.name) || MADE.has(entry.name)) return [];
    return entry.isDirectory() ? pathsBelow(path) : [path];
  });
}

export function readSources(endings: RegExp): SourceFile[] {
  return pathsBelow('.')
    .filter((path) => endings.test(path))
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** What ships: TypeScript below `<workspace>/src`. Tests and scripts may reach across. */
export function readShippedSources(): SourceFile[] {
  return readSources(/\.ts$/).filter((file) => /^[^/]+\/src\//.test(file.path));
}
