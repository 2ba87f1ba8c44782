/**
 * The compiler's whole input for what ships, made from the sources alone: a block explorer takes it to verify a deployed
 * contract, and anyone compiles it to the shipped bytecode, in any folder.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import solc from 'solc';
import { settings } from '../hardhat.config.ts';

const ROOTS = [
  'contracts/ChunkedModelRegistry.sol',
  'contracts/IChunkedModelRegistry.sol',
  '@openzeppelin/contracts/access/manager/AccessManager.sol',
];
const IMPORT = /^import\s[^;]*?"([^"]+)";/gm;
const require = createRequire(import.meta.url);

export interface StandardInput {
  readonly language: 'Solidity';
  readonly sources: Record<string, { readonly content: string }>;
  readonly settings: object;
}

export interface Compiled {
  readonly abi: readonly unknown[];
  readonly storageLayout: StorageLayout;
  readonly evm: { readonly bytecode: Code; readonly deployedBytecode: Code };
}

export interface StorageLayout {
  readonly storage: readonly Slot[];
  readonly types: Record<string, { readonly label: string; readonly members?: readonly Slot[] }> | null;
}

export interface Slot {
  readonly label: string;
  readonly offset: number;
  readonly slot: string;
  readonly type: string;
}

interface Code {
  /** Hexadecimal, without 0x. */
  readonly object: string;
}

/** These sources and all that they import, by the name they are imported by, so that no remapping is needed. */
export function sourcesOf(roots: readonly string[]): StandardInput['sources'] {
  const contents = new Map<string, string>();
  const visit = (name: string) => {
    if (contents.has(name)) return;
    const file = name.startsWith('@') ? require.resolve(name) : new URL(`../${name}`, import.meta.url);
    const content = readFileSync(file, 'utf8');
    contents.set(name, content);
    for (const [, path = ''] of content.matchAll(IMPORT)) {
      visit(path.startsWith('.') ? posix.join(posix.dirname(name), path) : path);
    }
  };
  roots.forEach(visit);
  const sorted = [...contents].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, content]) => [name, { content }]));
}

export function standardInput(): StandardInput {
  return {
    language: 'Solidity',
    sources: sourcesOf(ROOTS),
    settings: {
      ...settings,
      outputSelection: {
        '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout'] },
      },
    },
  };
}

/** @returns what the compiler makes of each contract, by name; @throws Error with what it says */
export function compileStandard(input: StandardInput): Record<string, Compiled> {
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts: Record<string, Record<string, Compiled>>;
  };
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return Object.assign({}, ...Object.values(output.contracts));
}
