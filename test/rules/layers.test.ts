/** Inside storage-manager a file imports its own folder or a lower layer; verbs know seams, not what stands behind them. */
import { describe, expect, it } from 'vitest';
import { readShippedSources, type SourceFile, sourceFile } from './source-tree.ts';

const BASE = 'storage-manager/src/';

/** From the lowest; folders of one row do not know each other. A new folder needs a place here. */
const LAYERS = [
  ['errors.ts', 'limits.ts', 'or-aborted.ts', 'sleep.ts', 'together.ts'],
  ['tolerate.ts'],
  ['ids'],
  ['records.ts'],
  ['interfaces.ts', 'standing.ts'],
  ['events.ts'],
  ['history-events.ts'],
  ['actions.ts'],
  ['format'],
  ['chunkers'],
  ['policy'],
  ['fs', 'transport'],
  ['archive', 'engine'],
  ['stores', 'sources', 'registries', 'trust', 'inputs'],
  ['verbs'],
  ['config', 'manager'],
  ['deploy', 'doctor', 'manager.ts'],
  ['index.ts', 'testing'],
];

/** Implementations of seams, and what a caller hands over as plain data: the verbs get them without knowing them. */
const BEHIND_SEAMS = ['stores', 'registries', 'trust', 'transport', 'archive', 'inputs'];
const PURE = ['ids', 'format', 'chunkers', 'policy'];
/** The one place of a pure folder that asks Node for something. */
const HASH_MODULE = `${BASE}ids/hash.ts`;
/** `ArrayBuffer` is every platform's own; the plain word process may stand in a text. */
const NODE_GLOBAL = /(?<![.\w$])(?:Buffer\b|process[.[])/g;

const folderOf = (path: string) => path.slice(BASE.length).split('/')[0]!;
const layerOf = (folder: string) => LAYERS.findIndex((row) => row.includes(folder));

function breaks(files: readonly SourceFile[], allowed: (from: string, to: string) => boolean): string[] {
  return files
    .filter(({ path }) => path.startsWith(BASE))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target.startsWith(BASE))
        .filter(({ target }) => !allowed(folderOf(path), folderOf(target)))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
}

function againstLayers(files: readonly SourceFile[]): string[] {
  const unplaced = files
    .filter(({ path }) => path.startsWith(BASE) && layerOf(folderOf(path)) < 0)
    .map(({ path }) => `${path} has no layer`);
  return [...unplaced, ...breaks(files, (from, to) => from === to || layerOf(to) < layerOf(from))];
}

function throughSeams(files: readonly SourceFile[]): string[] {
  return breaks(files, (from, to) => from !== 'verbs' || !BEHIND_SEAMS.includes(to));
}

/** Node's modules, and the globals that a browser has not. */
function impure(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path.startsWith(BASE) && PURE.includes(folderOf(path)) && path !== HASH_MODULE)
    .flatMap(({ path, code, imports }) => [
      ...imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier }) => `${path} imports ${specifier}`),
      ...[...code.matchAll(NODE_GLOBAL)].map(([use]) => `${path} uses ${use}`),
    ]);
}

describe('folders of storage-manager', () => {
  it('import lower layers only', () => {
    expect(againstLayers(readShippedSources())).toEqual([]);
  });

  it('verbs import no implementation of a seam', () => {
    expect(throughSeams(readShippedSources())).toEqual([]);
  });

  it('ids, format and chunkers need nothing of Node but a hash', () => {
    expect(impure(readShippedSources())).toEqual([]);
  });

  it.each([
    [againstLayers, 'ids/a.ts', "import type { B } from '../interfaces.ts';"],
    [againstLayers, 'stores/kubo/a.ts', "import { b } from '../../registries/errors.ts';"],
    [againstLayers, 'format/a.ts', "import { b } from '../chunkers/b.ts';"],
    [againstLayers, 'helpers/a.ts', ''],
    [throughSeams, 'verbs/publishing/a.ts', "import { b } from '../../stores/block-errors.ts';"],
    [impure, 'format/a.ts', "import { createHash } from 'node:crypto';"],
    [impure, 'format/a.ts', "const text = Buffer.from(bytes).toString('hex');"],
    [impure, 'ids/a.ts', 'const home = process.env.HOME;'],
    [impure, 'chunkers/a.ts', 'export function cut(bytes: Buffer) {}'],
  ])('%o refuses %s with %s', (rule, path, code) => {
    expect(rule([sourceFile(BASE + path, code)])).toHaveLength(1);
  });
});
