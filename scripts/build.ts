/**
 * `npm run build`: what the packages ship. Each workspace's `src` becomes `dist`: JavaScript as Node runs it, with the
 * types and the licence beside it. The checkout itself needs no build; `npm pack --workspaces` does. No source maps: what the compiler
 * leaves out is the types, so that the JavaScript reads like its source.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each is compiled against the types of those before it. */
const WORKSPACES = ['registry-contract', 'storage-manager', 'orchestrator-plugin', 'cli'];

/** @throws Error naming the workspace that does not compile; what is wrong stands on stdout */
export function build(): void {
  for (const workspace of WORKSPACES) {
    // What a deleted source left would be packed.
    rmSync(join(root, workspace, 'dist'), { recursive: true, force: true });
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', `${workspace}/tsconfig.build.json`];
    const done = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
    if (done.status !== 0) throw new Error(`${workspace} does not compile: see above`);
    copyFileSync(join(root, 'LICENSE'), join(root, workspace, 'LICENSE'));
  }
  // What the test kit compiles where it is used.
  const shim = 'testing/disk/fs-shim.c';
  copyFileSync(join(root, 'storage-manager/src', shim), join(root, 'storage-manager/dist', shim));
}

if (import.meta.main) build();
