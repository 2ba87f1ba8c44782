/** Packages import one way: registry-contract ← storage-manager ← orchestrator-plugin ← cli; and only what they declare. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readShippedSources, root, type SourceFile, scope, sourceFile } from './source-tree.ts';

const ORDER = ['registry-contract', 'storage-manager', 'orchestrator-plugin', 'cli'];

const workspaceOf = (path: string) => path.split('/')[0]!;
const packageOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];

function upward(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, target }) => {
        if (specifier.startsWith('.')) return !target.startsWith(`${workspaceOf(path)}/`);
        if (!specifier.startsWith(scope)) return false;
        const other = packageOf(specifier).slice(scope.length);
        return ORDER.indexOf(other) >= ORDER.indexOf(workspaceOf(path));
      })
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
}

function undeclared(
  files: readonly SourceFile[],
  declared: (workspace: string) => ReadonlySet<string>,
): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .filter(({ specifier }) => !declared(workspaceOf(path)).has(packageOf(specifier)))
      .map(({ specifier }) => `${path} imports ${specifier}, which its package.json does not name`),
  );
}

function declaredBy(workspace: string): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  return new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
}

describe('packages', () => {
  it('import one way', () => {
    expect(upward(readShippedSources())).toEqual([]);
  });

  it('declare what they import', () => {
    expect(undeclared(readShippedSources(), declaredBy)).toEqual([]);
  });

  it.each([
    ['storage-manager/src/a.ts', `import { b } from '${scope}cli';`],
    ['storage-manager/src/a.ts', `export * from '${scope}orchestrator-plugin/x';`],
    ['cli/src/a.ts', "import { b } from '../../storage-manager/src/b.ts';"],
  ])('refuses %s with %s', (path, code) => {
    expect(upward([sourceFile(path, code)])).toHaveLength(1);
  });

  it('refuses a package that is not declared', () => {
    const file = sourceFile('cli/src/a.ts', "import x from 'left-pad/x.js';\nimport 'node:fs';");
    expect(undeclared([file], () => new Set())).toEqual([
      'cli/src/a.ts imports left-pad/x.js, which its package.json does not name',
    ]);
  });
});
