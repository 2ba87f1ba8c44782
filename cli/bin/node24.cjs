'use strict';
// Finds the Node that runs Ballast and hands a command to it. Shared by `ballast` and scripts/bootstrap.cjs, and
// loaded by whatever Node the user has: syntax and modules of Node 12.
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

/** What the set-up installs where the user's own Node is older. */
const VERSION = '24.21.0';
const MAJOR = 24;

/** Where it is installed: outside node_modules and every checkout, one folder a version and platform. */
function cacheFolder() {
  const asked = process.env.XDG_CACHE_HOME || '';
  const base = path.isAbsolute(asked) ? asked : path.join(os.homedir(), '.cache');
  return path.join(base, 'ballast', 'node', `${VERSION}-${process.platform}-${process.arch}`);
}

/** Path of a Node that is new enough: the running one, else the installed one, else one on the PATH, else null. */
function find() {
  if (parseInt(process.versions.node, 10) >= MAJOR) return process.execPath;
  const installed = path.join(cacheFolder(), 'bin', 'node');
  if (fs.existsSync(installed)) return installed;
  const folders = (process.env.PATH || '').split(path.delimiter).filter(path.isAbsolute);
  return folders.map((folder) => path.join(folder, 'node')).find(isNewEnough) || null;
}

function isNewEnough(node) {
  const asked = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return asked.status === 0 && parseInt(asked.stdout, 10) >= MAJOR;
}

/** Where compiled source is kept between runs: beside the packages of a checkout, else in the user's cache. */
function compileCache() {
  const modules = path.join(__dirname, '..', '..', 'node_modules');
  return fs.existsSync(modules)
    ? path.join(modules, '.cache', 'ballast')
    : path.join(cacheFolder(), '..', '..', 'compile');
}

/**
 * The environment in which `#!/usr/bin/env node` means that Node, too. The compile cache keeps what type stripping made
 * of the source (measured: 26 MiB less resident, a third faster to start).
 */
function environment(node) {
  return Object.assign({ NODE_COMPILE_CACHE: compileCache() }, process.env, {
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH || ''),
  });
}

/** Becomes `node args`: in place where Node can, else as a child that shares stdio, signals, exit code and death. */
function become(node, args) {
  if (process.execve) process.execve(node, [node].concat(args), environment(node));
  const child = spawn(node, ['--require', path.join(__dirname, 'follow-parent.cjs')].concat(args), {
    env: environment(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends its signals to both processes; sent once more they would read as "stop at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']) {
    const fromTerminal = terminal && (signal === 'SIGINT' || signal === 'SIGQUIT');
    process.on(signal, () => fromTerminal || child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(8);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

module.exports = { VERSION, MAJOR, cacheFolder, find, environment, become };
