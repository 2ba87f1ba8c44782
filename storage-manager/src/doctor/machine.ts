import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSystemError } from '../fs/errors.ts';
import { networkFileSystem } from '../fs/locks.ts';
import { freeBytes } from '../fs/room.ts';
import { GiB, MiB } from '../limits.ts';
import { type Check, check, type Finding, fail, lateDisk, ok, warn } from './check.ts';
import { clockFinding } from './clock.ts';
import { sizeText } from './size-text.ts';

const MAJOR = 24;

/** Room for one pack; below the lower bound not even a chunk and the databases are sure to fit. */
const ROOMY_BYTES = GiB;
const LEAST_BYTES = 16 * MiB;

/** Where all tests run. The others have every package that is needed. */
const TESTED = 'linux x64';
const UNTESTED = ['linux arm64', 'darwin x64', 'darwin arm64'];

/** Node, the state folder, the clock, the disks: what needs no configuration. */
export function checkMachine(home: string, cwd: string, signal?: AbortSignal): Promise<Check[]> {
  const options = (what: string) => ({ signal, late: lateDisk(what) });
  return Promise.all([
    check('node', options('node'), nodeFinding),
    check('state folder', options(home), () => stateFinding(home)),
    check('clock', options(home), () => clockFinding(home)),
    check('disk', options(home), () => spaceFinding(home)),
    check('disk here', options(cwd), () => spaceFinding(cwd)),
  ]);
}

function nodeFinding(): Finding {
  const platform = `${process.platform} ${process.arch}`;
  const detail = `${process.version} on ${platform}, ${process.execPath}`;
  if (Number.parseInt(process.versions.node, 10) < MAJOR)
    return fail('PLATFORM_UNSUPPORTED', detail, `install Node ${MAJOR} or newer`);
  if (platform === TESTED) return ok(detail);
  return UNTESTED.includes(platform)
    ? warn(detail, `it should work; Ballast is tested on ${TESTED} alone`)
    : fail('PLATFORM_UNSUPPORTED', detail, `use ${TESTED}; ${UNTESTED.join(', ')} should work too`);
}

async function stateFinding(home: string): Promise<Finding> {
  const found = await nearest(home);
  try {
    await access(found, constants.R_OK | constants.W_OK | constants.X_OK);
    const { mode, uid } = await stat(found);
    const network = networkFileSystem((await statfs(found)).type);
    if (network !== null)
      return fail(
        'FILE_SYSTEM',
        `${home} lies on a network file system (${network}), whose locks do not hold`,
        'set BALLAST_HOME to a folder on a local disk',
      );
    if (found !== home) return ok(`${home} will be made by the first command that needs it`);
    if (uid !== process.getuid?.() && process.getuid?.() !== 0)
      return warn(
        `${home} belongs to user ${uid}`,
        'make it your own, or set BALLAST_HOME to another folder',
      );
    if ((mode & 0o022) !== 0)
      return warn(
        `others may write into ${home} (mode ${(mode & 0o777).toString(8)})`,
        `run: chmod go-w ${home}`,
      );
    return ok(`${home}, writable`);
  } catch (error) {
    throw fileSystemError(error, home);
  }
}

async function spaceFinding(folder: string): Promise<Finding> {
  const place = await nearest(folder);
  const free = await freeBytes(place);
  const detail = `${sizeText(free)} free in ${place}`;
  if (free >= ROOMY_BYTES) return ok(detail);
  const next = 'free space there, or choose another place';
  return free >= LEAST_BYTES ? warn(detail, next) : fail('DISK_FULL', detail, next);
}

/** The path itself, or the folder above that stands. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && dirname(path) !== path) return null;
    throw fileSystemError(error, path);
  });
  return found === null ? nearest(dirname(path)) : path;
}
