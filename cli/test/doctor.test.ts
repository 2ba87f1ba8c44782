/** What `ballast doctor` prints and how it ends; its checks are tested in storage-manager/test/doctor. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import type { Diagnosis } from '../../storage-manager/src/doctor/diagnose.ts';
import { Ballast, temporaryFolder } from '../../test/e2e/ballast.ts';

it('a line a check, and 0 on a fresh machine, where it makes nothing', async () => {
  const folder = await temporaryFolder('doctor');
  const { code, stdout, stderr } = await new Ballast(folder).run('doctor');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^ballast \d+\.\d+\.\d+\S*\nok {4}node +v24\.\S+ on \S+ \S+, \S+\n/);
  expect(stdout).toMatch(/^skip {2}local store +none yet: the first store makes it$/m);
  expect(stdout).toMatch(/\nnothing failed\n$/);
  expect((await readdir(folder)).filter((name) => name !== '.cache')).toEqual([]);
});

it('says what to do, and ends with the code of the gravest failure', async () => {
  const folder = await temporaryFolder('doctor');
  const ballast = new Ballast(folder, { BALLAST_KUBO_API: 'http://127.0.0.1:9' });
  const model = await writeTree(join(folder, 'model'), { 'w.bin': 'w' });
  await ballast.json(0, 'store', model, 'm', '--store', 'local');
  const { code, stdout } = await ballast.run('doctor');
  expect(code).toBe(5);
  expect(stdout).toMatch(
    /^fail {2}kubo +http:\/\/127\.0\.0\.1:9 .* ECONNREFUSED \(STORE_UNREACHABLE\)\n +next: start it/m,
  );
  expect(stdout).toMatch(/\n1 failed \(exit 5\)\n$/);
  await writeFile(join(ballast.home, 'store', 'format'), 'ballast-store 9\n');
  const diagnosis = await ballast.json<Diagnosis>(8, 'doctor');
  expect(diagnosis).toMatchObject({ ok: false, exit: 8 });
  expect(diagnosis.checks.filter(({ status }) => status === 'fail').map(({ code }) => code)).toEqual([
    'FORMAT_UNKNOWN',
    'STORE_UNREACHABLE',
  ]);
});

it('shows no key and nothing of a URL but scheme, host and port', async () => {
  const folder = await temporaryFolder('doctor');
  const key = 'ab12'.repeat(16);
  const env = {
    ETH_NODE_URL: 'http://me:canary-1@127.0.0.1:9/v3/canary-2?key=canary-3',
    CONTRACT_ADDRESS: `0x${'12'.repeat(20)}`,
    PRIVATE_KEY: key,
    BALLAST_KUBO_GATEWAY: 'http://you:canary-4@127.0.0.1:9/canary-5',
    DEBUG: '1',
  };
  for (const flags of [[], ['--json']]) {
    const { code, stdout, stderr } = await new Ballast(folder, env).run('doctor', ...flags);
    expect(code).toBe(6);
    expect(stdout).toContain('http://127.0.0.1:9');
    expect(stdout + stderr).not.toMatch(/canary|ab12ab12/);
  }
});
