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
    modules: ['node:net', 'node:tls', 'node:http', 'node:https', 'node:http2', 'node:dgram', 'undici'],
    // testing/ plays the servers that suites run against.
    owners: ['transport/', 'testing/'],
  },
  // These two open sockets of their own: exempt by name, kept to the one seam that needs them.
  { modules: ['ethers'], owners: ['registries/ethereum/', 'registries/embedded/'] },
  { modules: ['kubo-rpc-client'], owners: ['stores/kubo/'] },
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
    [trespasses, 'stores/disk/a.ts', "import { JsonRpcProvider } from 'ethers/providers';"],
    [renames, 'stores/disk/a.ts', "import { open, rename } from 'node:fs/promises';"],
    [renames, 'stores/disk/a.ts', "import fs from 'node:fs';\nfs.renameSync(a, b);"],
    [recursiveFolders, 'inputs/a.ts', 'await mkdir(folder, { recursive: true, mode: 0o700 });'],
    [globalSockets, 'verbs/a.ts', 'const answer = await fetch(url);'],
  ])('%o refuses %s with %s', (rule, path, code) => {
    expect(rule([sourceFile(BASE + path, code)])).toHaveLength(1);
  });
});
