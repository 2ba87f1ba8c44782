'use strict';
// npm run lock: writes package-lock.json after a dependency changed.
//
// A registry that lacks some optional platform packages makes npm leave them out of the lockfile, and then refuse that
// lockfile in `npm ci` (EUSAGE, "Missing … from lock file"). Each is entered here by version, os, cpu and libc; npm skips
// it on other platforms. Such an entry has no integrity: only a registry that serves the package can give it one.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { environment } = require('../cli/bin/node24.cjs');
const { ensureNode } = require('./install-node.cjs');
const { npmCli } = require('./npm.cjs');

const LOCKFILE = path.join(path.dirname(__dirname), 'package-lock.json');
const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];
/** Words of package names that differ from what npm calls the same thing. */
const ALIAS = { amd64: 'x64', gnu: 'glibc', gnueabihf: 'glibc', musleabihf: 'musl' };

/** The platform a package is for, read from its name: `edr-linux-x64-musl` → os linux, cpu x64, libc musl. */
function platformOf(name) {
  const words = name.split(/[/-]/).map((word) => ALIAS[word] || word);
  const pick = (known) => words.filter((word) => known.includes(word));
  const [os, cpu, libc] = [pick(OS), pick(CPU), pick(['glibc', 'musl'])];
  if (os.length !== 1 || cpu.length !== 1) {
    throw new Error(`${name} is not served, and its name does not say one os and one cpu: enter it by hand`);
  }
  return { os, cpu, libc };
}

/** Where Node would find `name` from the package at `from`, or null. */
function find(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[place]) return place;
    if (!at) return null;
  }
}

/** The lockfile's packages with every missing optional platform package entered, in npm's order. */
function complete(packages) {
  const added = {};
  for (const from of Object.keys(packages)) {
    const wanted = packages[from].optionalDependencies || {};
    for (const name of Object.keys(wanted)) {
      if (find(packages, from, name)) continue;
      const { os, cpu, libc } = platformOf(name);
      const dev = packages[from].dev ? { dev: true } : {};
      added[`node_modules/${name}`] = {
        version: wanted[name],
        cpu,
        ...dev,
        ...(libc.length > 0 ? { libc } : {}),
        optional: true,
        os,
      };
    }
  }
  const all = { ...packages, ...added };
  const order = Object.keys(all).sort((a, b) => a.localeCompare(b, 'en'));
  return {
    added: Object.keys(added),
    packages: Object.fromEntries(order.map((place) => [place, all[place]])),
  };
}

function main() {
  const npm = npmCli();
  if (!npm) throw new Error('npm was not found: run this as "npm run lock"');
  const node = ensureNode(npm, console.error);
  const args = [npm, 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  const done = spawnSync(node, args, {
    cwd: path.dirname(LOCKFILE),
    env: environment(node),
    stdio: 'inherit',
  });
  if (done.status !== 0) throw new Error(`npm install ended with ${done.signal || done.status}`);
  const lock = JSON.parse(fs.readFileSync(LOCKFILE, 'utf8'));
  const { added, packages } = complete(lock.packages);
  fs.writeFileSync(LOCKFILE, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.error(`${added.length} platform packages newly entered that the registry does not serve`);
}

main();
