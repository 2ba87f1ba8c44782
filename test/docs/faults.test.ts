import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultsPage, type RunTest } from '../../scripts/docs/faults.ts';

const row = (id: string, shown: string) => `| ${id} | endless body | stop | ${shown} |`;
const shows = (fullName: string, state: RunTest['state'] = 'passed'): RunTest => ({
  file: 'storage-manager/test/transport/client.test.ts',
  fullName,
  state,
});
const FILE = '[transport/client](../storage-manager/test/transport/client.test.ts)';

it('writes the tests of each case beside it', () => {
  const tests = [shows('a client > A5: an endless body'), shows('A5, A25: a large error'), shows('else')];
  const { text, problems } = faultsPage([row('A5', ''), row('A25', '')].join('\n'), tests);
  expect(text.split('\n')).toEqual([row('A5', `passed: ${FILE}`), row('A25', `passed: ${FILE}`)]);
  expect(problems).toEqual([]);
});

it('says what failed, and keeps the result of another machine for what did not run', () => {
  const failing = faultsPage(row('A5', ''), [shows('A5: one'), shows('A5: two', 'failed')]);
  expect(failing.text).toBe(row('A5', `failed: ${FILE}`));
  const skipping = faultsPage(row('A5', `passed: ${FILE}`), [shows('A5: one', 'skipped')]);
  expect(skipping.text).toBe(row('A5', `passed: ${FILE}`));
  expect(faultsPage(row('A5', ''), [shows('A5: one', 'skipped')]).text).toBe(row('A5', `skipped: ${FILE}`));
});

it('names a case without a test or a reason, and a title whose case is unknown', () => {
  const page = [row('A5', ''), row('A26', 'not run: there is no such store yet')].join('\n');
  const { text, problems } = faultsPage(page, [shows('A99: nothing')]);
  expect(text).toBe(page);
  expect(problems).toEqual(['no test shows A5, and no reason is given', 'docs/faults.md has no row A99']);
});

it('docs/faults.md has every case once', () => {
  const page = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
  const ids = [...page.matchAll(/^\| ([A-D]\d+) \|/gm)].map(([, id]) => id);
  const wanted = Object.entries({ A: 28, B: 28, C: 25, D: 27 }).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, place) => `${letter}${place + 1}`),
  );
  expect(ids).toEqual(wanted);
});
