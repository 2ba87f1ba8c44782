/** What is looked at on every machine, and that looking makes nothing. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { failures, find, newPatient } from './examine.ts';

/** Root may mount; in most containers and on laptops nobody may. */
const mountable = (() => {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it('a fresh machine is all right, and nothing is made on it', async () => {
  const { folder, diagnose } = await newPatient();
  const found = await diagnose();
  expect(found).toMatchObject({ ok: true, exit: 0 });
  const statuses = Object.fromEntries(found.checks.map(({ name, status }) => [name, status]));
  expect(statuses).toMatchObject({ node: 'ok', 'state folder': 'ok', configuration: 'ok', anvil: 'ok' });
  expect(statuses).toMatchObject({
    key: 'skip',
    'private chain': 'skip',
    'local store': 'skip',
    kubo: 'skip',
  });
  expect(await readdir(folder)).toEqual([]);
});

it('a broken configuration stops nothing else', async () => {
  const { folder, diagnose } = await newPatient();
  await writeFile(join(folder, 'config.json'), '{"stores": ["local"], "storse": 1}');
  const found = await diagnose();
  expect(failures(found)).toEqual(['configuration: CONFIG_INVALID']);
  expect(found.exit).toBe(2);
  expect(find(found, 'configuration').detail).toContain('storse');
  expect(find(found, 'state folder').status).toBe('ok');
  expect(find(found, 'chain')).toMatchObject({ status: 'skip' });
});

it('a placeholder and a key that others can read are refused, and no key is shown', async () => {
  const { folder, diagnose } = await newPatient();
  expect(failures(await diagnose({ PRIVATE_KEY: 'YOUR_PRIVATE_KEY' }))).toEqual([
    'configuration: CONFIG_INVALID',
  ]);
  const key = 'ab'.repeat(32);
  const blockchain = {
    rpcUrl: 'http://127.0.0.1:9',
    contractAddress: `0x${'12'.repeat(20)}`,
    privateKey: key,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ blockchain }), { mode: 0o644 });
  const found = await diagnose();
  expect(failures(found)).toEqual(['configuration: KEY_UNSAFE']);
  expect(found.exit).toBe(7);
  expect(JSON.stringify(found)).not.toContain(key);
});

it('a state folder that is none, or that others may write into', async () => {
  const { home, diagnose } = await newPatient();
  await mkdir(home);
  await chmod(home, 0o777);
  expect(find(await diagnose(), 'state folder')).toMatchObject({
    status: 'warn',
    next: `run: chmod go-w ${home}`,
  });
  await chmod(home, 0o700);
  expect(find(await diagnose(), 'state folder')).toMatchObject({ status: 'ok' });
  const other = await newPatient();
  await writeFile(other.home, 'a file');
  expect(failures(await other.diagnose())).toContain('state folder: FILE_SYSTEM');
});

it('a clock that was set back is told by what was written before', async () => {
  const { home, diagnose } = await newPatient();
  await mkdir(home);
  expect(find(await diagnose(), 'clock')).toMatchObject({ status: 'skip' });
  const file = join(home, 'seen.txt');
  await writeFile(file, '');
  expect(find(await diagnose(), 'clock')).toMatchObject({ status: 'ok' });
  const inAnHour = new Date(Date.now() + 3_600_000);
  await utimes(file, inAnHour, inAnHour);
  const found = await diagnose();
  expect(failures(found)).toEqual(['clock: CLOCK_WRONG']);
  expect(found.exit).toBe(8);
  expect(find(found, 'clock').detail).toContain(file);
});

it.skipIf(!mountable)('a disk that is nearly full, and one that is full', async () => {
  const { home, diagnose } = await newPatient();
  await mkdir(home);
  const mount = (size: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', home]);
  const unmount = () => execFileSync('umount', [home]);
  mount('64m');
  onTestFinished(() => {
    unmount();
  });
  await chmod(home, 0o700);
  const low = await diagnose();
  expect(find(low, 'disk')).toMatchObject({ status: 'warn', detail: `64 MiB free in ${home}` });
  expect(low.exit).toBe(0);
  await writeFile(join(home, 'ballast'), Buffer.alloc(60 * 2 ** 20));
  const full = await diagnose();
  expect(failures(full)).toEqual(['disk: DISK_FULL']);
  expect(full.exit).toBe(8);
  execFileSync('mount', ['-o', 'remount,ro', home]);
  expect(failures(await diagnose())).toEqual(['state folder: FILE_SYSTEM', 'disk: DISK_FULL']);
});
