import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { root } from '../rules/source-tree.ts';

/** What publint finds, warnings and suggestions too. */
export async function faultsOfPackage(tarball: string): Promise<readonly unknown[]> {
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer } });
  return messages;
}

/** These packages are ES modules, and say so: what older resolutions make of them does not matter. */
const NOT_SERVED = ['node10', 'node16-cjs'];

/** What attw finds under its profile `esm-only`. */
export async function faultsOfTypes(tarball: string): Promise<readonly unknown[]> {
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!checked.types) return ['no types'];
  return checked.problems.filter(
    (problem) => !('resolutionKind' in problem) || !NOT_SERVED.includes(problem.resolutionKind),
  );
}

const USE = `
const storage = new ModelStorageManager({ home: '/tmp/home' });
const stored: Promise<StoredModel> = storage.storeModel('a', 'b');
const models: ModelSource = new InProcessModelSource(storage);
export const seen = [stored, models, abi.length, describeStore];
// @ts-expect-error a path is text
storage.storeModel(1, 'b');
`;
const NAMES = [
  ['{ ModelStorageManager, type StoredModel }', '@ballast-models/storage-manager'],
  ['{ InProcessModelSource, type ModelSource }', '@ballast-models/orchestrator-plugin'],
  ['{ abi }', '@ballast-models/registry-contract'],
  ['{ describeStore }', '@ballast-models/storage-manager/testing'],
];
const PROGRAM = `${NAMES.map(([names, from]) => `import ${names} from '${from}';\n`).join('')}${USE}`;

/**
 * Compiles a program against what is installed in `folder`, the declarations themselves included. @param file its ending
 * says what it is compiled to: `.mts` or `.cts` @returns what the compiler says, empty when all is well
 */
export function compile(folder: string, file: string, module: string, resolution: string): string {
  writeFileSync(join(folder, file), PROGRAM);
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'es2024', '--types', 'node'];
  const asked = ['--module', module, '--moduleResolution', resolution, file];
  const args = [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...asked];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).stdout;
}
