'use strict';
// Where every README command begins: node scripts/bootstrap.cjs <command> [arguments]
// Brings what is missing (Node, packages), then becomes the command. Parsed by old Nodes: syntax of Node 12.
const { spawnSync } = require('child_process');
const { createHash } = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { become, environment } = require('../cli/bin/node24.cjs');
const { ensureNode } = require('./install-node.cjs');
const { npmCli } = require('./npm.cjs');

const ROOT = path.dirname(__dirname);
const OLDEST = 20;
/** The packages of the checkout are read as TypeScript, not as what was built of them. */
const SOURCE = '--conditions=ballast-source';
const BALLAST = 'cli/bin/ballast.js';
const COMMANDS = {
  setup: null,
  quickstart: [BALLAST, 'quickstart'],
  test: ['scripts/test.ts'],
  'test:deep': ['scripts/deep.ts'],
  check: ['scripts/check.ts'],
  build: ['scripts/build.ts'],
  docs: ['scripts/docs.ts'],
  bench: ['bench/run.ts'],
};

function main(name, rest) {
  if (parseInt(process.versions.node, 10) < OLDEST) {
    throw new Error(
      `the set-up needs Node ${OLDEST} or newer, but this is ${process.version}: install a newer Node`,
    );
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new Error(`expected one of ${Object.keys(COMMANDS).join(', ')}, but got ${name || 'nothing'}`);
  }
  if (process.platform === 'win32') {
    throw new Error('Ballast does not run on Windows yet: use Linux, macOS or WSL');
  }
  const started = Date.now();
  const npm = npmCli();
  if (!npm) throw new Error(`npm was not found: install it, or run "npm run ${name}"`);
  const node = ensureNode(npm, say);
  const installed = installPackages(node, npm);
  if (installed && name === 'setup') firstRun(node);
  if (installed) say(`set up in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const command = COMMANDS[name];
  if (command) become(node, [SOURCE, path.join(ROOT, command[0]), ...command.slice(1), ...rest]);
  else if (!installed) say('nothing to do: Node and packages are up to date');
}

/** `npm ci` under that Node, unless it was done for this very lockfile. An older Node would leave packages out silently. */
function installPackages(node, npm) {
  const stamp = path.join(ROOT, 'node_modules', '.ballast-setup');
  const lockfile = fs.readFileSync(path.join(ROOT, 'package-lock.json'));
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const digest = createHash('sha256').update(lockfile).digest('hex');
  const wanted = `${digest} ${version} ${process.arch}\n`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return false;
  say('installing packages (npm ci)');
  const args = [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const stdio = ['ignore', 'ignore', 'inherit'];
  const done = spawnSync(node, args, { cwd: ROOT, env: environment(node), stdio });
  if (done.status !== 0) {
    const end = done.signal || done.status;
    throw new Error(`npm ci ended with ${end}: mend what npm says above and run the same command again`);
  }
  fs.writeFileSync(stamp, wanted);
  return true;
}

/**
 * Stores and retrieves one small file, on a chain and in a store of its own that go again: it shows that the set-up works,
 * and leaves in Node's compile cache what the user's first command would otherwise have to make (measured: 40 MiB less
 * resident at most in a first store of 1 GB, of 217, and 0.8 s less). Sees none of the user's configuration.
 */
function firstRun(node) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ballast-setup-'));
  const { PATH, NODE_COMPILE_CACHE } = environment(node);
  const env = { PATH, NODE_COMPILE_CACHE, HOME: folder, BALLAST_HOME: path.join(folder, 'home') };
  try {
    for (const args of [
      ['store', path.join(ROOT, 'LICENSE'), 'first'],
      ['retrieve', 'first', 'copy'],
    ]) {
      const options = { cwd: folder, env, encoding: 'utf8' };
      const done = spawnSync(node, [path.join(ROOT, BALLAST), ...args, '--quiet'], options);
      if (done.status !== 0) throw new Error(`a first ${args[0]} failed: ${done.stderr.trim()}`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function say(line) {
  process.stderr.write(`ballast: ${line}\n`);
}

try {
  main(process.argv[2], process.argv.slice(3));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
