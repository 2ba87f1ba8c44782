/** Holds a workspace until it is killed: node holder.ts WORKSPACES. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkspace } from '../../src/inputs/workspace.ts';

await withWorkspace(
  process.argv[2] as string,
  async (folder) => {
    await writeFile(join(folder, 'file'), 'x');
    process.stdout.write(`${folder}\n`);
    await new Promise((done) => setTimeout(done, 60_000));
  },
  {},
);
