'use strict';
// Brings the pinned Node into the user's cache: fetched by the user's own npm, so that his registry and proxy settings
// hold; believed only by the digest below; visible by one rename. No install script runs.
const { spawnSync } = require('child_process');
const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const { VERSION, MAJOR, cacheFolder, find } = require('../cli/bin/node24.cjs');

/** Package `node-<platform>` at VERSION → its published SHA-512. A platform that is not here is not fetched. */
const INTEGRITY = {
  'linux-arm64': 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  'linux-x64': '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};
const FIX = `install Node ${MAJOR} and run the same command again`;
const ABANDONED_MS = 60 * 60 * 1000;

/** A Node that is new enough: found, else installed. Throws an Error of one line that says what to do. */
function ensureNode(npm, say) {
  const found = find();
  if (found) return found;
  const platform = `${process.platform}-${process.arch}`;
  if (!INTEGRITY[platform]) {
    const served = Object.keys(INTEGRITY).join(' and ');
    throw new Error(
      `Ballast brings Node ${VERSION} for ${served}, but this is ${platform} with ${process.version}: ${FIX}`,
    );
  }
  const target = cacheFolder();
  say(`fetching Node ${VERSION} for ${platform} (50 MB) into ${target}`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  removeAbandoned(path.dirname(target));
  const work = fs.mkdtempSync(path.join(path.dirname(target), '.install-'));
  try {
    const archive = download(npm, `node-${platform}@${VERSION}`, work);
    checkDigest(archive, platform);
    const staged = path.join(work, 'node');
    const node = path.join(staged, 'bin', 'node');
    fs.mkdirSync(path.dirname(node), { recursive: true });
    fs.writeFileSync(node, member(archive, 'package/bin/node'), { mode: 0o755 });
    if (spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout !== `v${VERSION}\n`) {
      throw new Error(
        `Node ${VERSION} for ${platform} does not run on this machine (it needs glibc): ${FIX}`,
      );
    }
    moveInto(target, staged);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return path.join(target, 'bin', 'node');
}

function checkDigest(archive, platform) {
  const actual = createHash('sha512').update(archive).digest('base64');
  if (actual === INTEGRITY[platform]) return;
  throw new Error(
    `node-${platform}@${VERSION} must have the digest sha512-${INTEGRITY[platform]}, but npm fetched sha512-${actual}: ` +
      'nothing was installed; check which registry npm uses',
  );
}

/** The bytes of a package's archive, as npm fetches it. */
function download(npm, spec, folder) {
  // Few short retries: npm's own take over a minute to find that there is no network.
  const retries = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=4000'];
  const quiet = ['--ignore-scripts', '--loglevel=error'];
  const args = [npm, 'pack', spec, '--pack-destination', folder].concat(quiet, retries);
  const packed = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const name = fs.readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (packed.status === 0 && name) return fs.readFileSync(path.join(folder, name));
  const code = (/npm err(?:or|!) code (\S+)/i.exec(packed.stderr) || [])[1] || `exit ${packed.status}`;
  const offline = /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|UNREACH|ENOTCACHED/.test(packed.stderr);
  const look = offline ? "check the network and npm's proxy and registry settings" : "see npm's log";
  throw new Error(`npm could not fetch ${spec} (${code}): ${look}, or ${FIX}`);
}

/** One member of a .tgz. Reads what npm packs: plain headers of 512 bytes, names below 100 bytes. */
function member(archive, name) {
  const tar = zlib.gunzipSync(archive);
  for (let at = 0; at + 512 <= tar.length; ) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (tar.toString('latin1', at, at + 100).split('\0')[0] === name)
      return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${name} is not in the archive that npm fetched`);
}

/** Of several installs at once the first to get here stays; the others use it. */
function moveInto(target, staged) {
  try {
    fs.renameSync(staged, target);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

/** A killed install can't clean up after itself; the next one does, once it can't be running any more. */
function removeAbandoned(parent) {
  for (const name of fs.readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (!name.startsWith('.install-')) continue;
    const changed = fs.statSync(folder, { throwIfNoEntry: false });
    if (changed && Date.now() - changed.mtimeMs > ABANDONED_MS)
      fs.rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { ensureNode };
