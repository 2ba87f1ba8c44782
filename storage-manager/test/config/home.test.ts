import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { homeFolder } from '../../src/config/load.ts';

const home = process.env.HOME;
afterEach(() => {
  if (home === undefined) delete process.env.HOME;
  else process.env.HOME = home;
});

test('BALLAST_HOME, from the folder where the command runs; else a folder at home', () => {
  expect(homeFolder({ BALLAST_HOME: 'state' }, '/models')).toBe('/models/state');
  expect(homeFolder({ BALLAST_HOME: '' }, '/models')).toBe(join(homedir(), '.ballast'));
});

test.each(['', 'relative', '.'])('HOME=%j is not taken for the present folder', (wrong) => {
  process.env.HOME = wrong;
  expect(homeFolder({}, '/models')).toBe(join(userInfo().homedir, '.ballast'));
});
