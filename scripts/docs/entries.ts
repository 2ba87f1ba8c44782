import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a program may import: `import … from '<name>'`. */
export interface Entry {
  readonly name: string;
  /** The source behind it, from the root of the project. */
  readonly source: string;
}

/** Every entry of every package that leads to TypeScript, by the packages' own `exports`. */
export function entriesOf(root: string): readonly Entry[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly workspaces: readonly string[];
  };
  return globSync(
    workspaces.map((workspace) => `${workspace}/package.json`),
    { cwd: root },
  )
    .flatMap((file) => {
      const { name, exports = {} } = JSON.parse(readFileSync(join(root, file), 'utf8'));
      return Object.entries(exports).map(([path, target]) => ({
        name: `${name}${path.slice(1)}`,
        source: Object(target)['ballast-source'] as unknown,
        folder: dirname(file),
      }));
    })
    .flatMap(({ name, source, folder }) =>
      typeof source === 'string' ? [{ name, source: join(folder, source) }] : [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
