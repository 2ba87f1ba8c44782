/** What is dangerous or heavy has one owner: nobody else imports it, so its guards can't be walked around. */
import { describe, expect, it } from 'vitest';
import { readShippedSources, type SourceFile, sourceFile } from './source-tree.ts';

interface Owned {
  readonly modules: readonly string[];
  /** Files, or folders with a final `/`, below storage-manager/src. */
  readonly owners: readonly string[];
}

const BASE = 'storage-manager/src/';

const OWNED: readonly Owned[] = [
  { modules: ['tar'], owners: ['archive/'] },
  { modules: ['node:worker_threads'], owners: ['engine/'] },
  {
    modules: ['node:sqlite'],
    owners: ['fs/locks.ts', 'fs/database.ts'],
  },
  {
    modules: ['node:net', 'node:tls', 'node:http', 'node:https', 'node:http2', 'node:dgram'],
    // testing/ plays the servers that suites run against.
    owners: ['transport/', 'testing/'],
  },
  { modules: ['node:dns'], owners: ['transport/'] },
  { modules: ['ethers'], owners: ['registries/ethereum/', 'registries/embedded/'] },
  // These open sockets of their own, and have neither deadlines nor caps: nobody's.
  { modules: ['ethers/providers', 'ethers/wallet', 'kubo-rpc-client', 'undici'], owners: [] },
  // testing/ starts the real daemons that suites run against.
  { modules: ['node:child_process'], owners: ['registries/embedded/', 'testing/'] },
];

const RENAME_OWNER = `${BASE}fs/commit.ts`;

const isOwner = (path: string, owners: readonly string[]) =>
  owners.some((owner) => (owner.endsWith('/') ? path.startsWith(BASE + owner) : path === BASE + owner));

function trespasses(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) =>
        OWNED.some(
          ({ modules, owners }) =>
            modules.some((name) => specifier === name || specifier.startsWith(`${name}/`)) &&
            !isOwner(path, owners),
        ),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
}

/** What only looks. Anything else of `node:fs` changes files, or, as `open`, can. */
const READING = new Set([
  ...['access', 'lstat', 'opendir', 'readdir', 'readFile', 'readlink', 'realpath', 'stat', 'statfs'],
  ...['constants', 'createReadStream', 'existsSync', 'fstatSync', 'readFileSync', 'statSync'],
  ...['BigIntStats', 'Dirent', 'FileHandle', 'Stats'],
]);

/** These change a file that is open; a store's own `write` and `close` have other names for a file of the system's. */
const CHANGING = /\.(appendFile|chmod|createWriteStream|datasync|sync|truncate|utimes|writeFile|writev)\(/;

/** Makes trees and nodes for tests. */
const MAKES_FILES = `${BASE}testing/`;

/** What changes files goes through `fs/`, which knows what must be synced. SQLite, of which it is the owner too, does it itself. */
function writes(files: readonly SourceFile[]): string[] {
  const namesOf = (names: string) =>
    [...names.matchAll(/(\w+)(?:\s+as\s+\w+)?\s*(?=[,}]|$)/g)].map(([, name]) => name ?? '');
  return files
    .filter(({ path }) => path.startsWith(BASE) && !path.startsWith(`${BASE}fs/`))
    .filter(({ path }) => !path.startsWith(MAKES_FILES))
    .filter(
      ({ code, imports }) =>
        CHANGING.test(code) ||
        /\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(code) ||
        imports.some(
          ({ specifier, names }) =>
            /^node:fs(\/|$)/.test(specifier) &&
            (!names.includes('{') || namesOf(names).some((name) => !READING.has(name))),
        ),
    )
    .map(({ path }) => path);
}

/** `rename` imported by name, or called on an imported `fs`. */
function renames(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path !== RENAME_OWNER)
    .filter(
      ({ code, imports }) =>
        /\.\s*rename(Sync)?\(/.test(code) ||
        imports.some(
          ({ specifier, names }) => /^node:fs(\/|$)/.test(specifier) && /\brename(Sync)?\b/.test(names),
        ),
    )
    .map(({ path }) => path);
}

/** Node's `recursive` may try for ever (fs/make-folder.ts). */
function recursiveFolders(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path, code }) => path.startsWith(BASE) && /\bmkdir(Sync)?\([^;]*\brecursive\b/.test(code))
    .map(({ path }) => path);
}

/** The global `fetch` and `WebSocket` are sockets, too. A file may have a function of its own called fetch. */
function globalSockets(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith(`${BASE}transport/`))
    .filter(
      ({ code }) =>
        /\bnew WebSocket\(|\bglobalThis\.fetch\b/.test(code) ||
        (/(?<![.\w$#])fetch\(/.test(code) &&
          !/\bfunction fetch\b|\bimport\b[^;]*\bfetch\b|^ +(async )?fetch\(/m.test(code)),
    )
    .map(({ path }) => path);
}

describe('owned modules', () => {
  it('are imported by their owner only', () => {
    expect(trespasses(readShippedSources())).toEqual([]);
  });

  it('rename is called in one place', () => {
    expect(renames(readShippedSources())).toEqual([]);
  });

  it('files are changed in fs/ only', () => {
    expect(writes(readShippedSources())).toEqual([]);
  });

  it('folders are made with those above them in one place', () => {
    expect(recursiveFolders(readShippedSources())).toEqual([]);
  });

  it('sockets are opened in transport only', () => {
    expect(globalSockets(readShippedSources())).toEqual([]);
  });

  it.each([
    [trespasses, 'verbs/a.ts', "import { extract } from 'tar';"],
    [trespasses, 'stores/kubo/a.ts', "import net from 'node:net';"],
    [trespasses, 'verbs/a.ts', "const { Worker } = await import('node:worker_threads');"],
    [trespasses, 'registries/ethereum/a.ts', "import { JsonRpcProvider } from 'ethers/providers';"],
    [trespasses, 'stores/kubo/a.ts', "import { create } from 'kubo-rpc-client';"],
    [renames, 'stores/disk/a.ts', "import { open, rename } from 'node:fs/promises';"],
    [renames, 'stores/disk/a.ts', "import fs from 'node:fs';\nfs.renameSync(a, b);"],
    [writes, 'stores/disk/a.ts', "import { lstat, writeFile } from 'node:fs/promises';"],
    [writes, 'verbs/a.ts', "import { type FileHandle, open as opened } from 'node:fs/promises';"],
    [writes, 'verbs/a.ts', "import * as fs from 'node:fs';"],
    [writes, 'verbs/a.ts', 'await file.truncate(7);'],
    [writes, 'verbs/a.ts', 'const file = await openRegular(path, constants.O_RDWR);'],
    [recursiveFolders, 'inputs/a.ts', 'await mkdir(folder, { recursive: true, mode: 0o700 });'],
    [globalSockets, 'verbs/a.ts', 'const answer = await fetch(url);'],
  ])('%o refuses %s with %s', (rule, path, code) => {
    expect(rule([sourceFile(BASE + path, code)])).toHaveLength(1);
  });
});
