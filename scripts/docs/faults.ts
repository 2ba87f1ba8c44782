/**
 * docs/faults.md is the catalogue and the record: its first three columns are written by hand, the last one by a whole
 * run of the tests, whose titles begin with the cases that they show (`A5: …`, `C1, C7: …`).
 */

/** One test of a run. */
export interface RunTest {
  /** Path below the root. */
  readonly file: string;
  /** Suites and test, joined by ` > `. */
  readonly fullName: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

/** The page after a run, and what is wrong with it. */
export interface FaultsPage {
  readonly text: string;
  /** Cases that nothing shows and no reason excuses, and titles that name a case which the page lacks. */
  readonly problems: string[];
}

const ROW = /^\| ([A-D]\d{1,2}) \|/;
const CASES = /(?:^| > )([A-D]\d{1,2}(?:, [A-D]\d{1,2})*): /g;
const EXCUSE = /^not run: ./;
const LAST_CELL = /\| ([^|]*) \|$/;

/** @param page the page as it stands @param tests all of a run without filters */
export function faultsPage(page: string, tests: readonly RunTest[]): FaultsPage {
  const byCase = testsByCase(tests);
  const problems: string[] = [];
  const listed = new Set<string>();
  const lines = page.split('\n').map((line) => {
    const id = ROW.exec(line)?.[1];
    if (id === undefined) return line;
    listed.add(id);
    const shown = byCase.get(id) ?? [];
    const old = LAST_CELL.exec(line)?.[1] ?? '';
    if (shown.length === 0 && !EXCUSE.test(old)) problems.push(`no test shows ${id}, and no reason is given`);
    return shown.length === 0 ? line : line.replace(LAST_CELL, `| ${cellOf(shown, old)} |`);
  });
  for (const id of byCase.keys()) if (!listed.has(id)) problems.push(`docs/faults.md has no row ${id}`);
  return { text: lines.join('\n'), problems };
}

function testsByCase(tests: readonly RunTest[]): ReadonlyMap<string, readonly RunTest[]> {
  const byCase = new Map<string, RunTest[]>();
  for (const test of tests) {
    const ids = new Set([...test.fullName.matchAll(CASES)].flatMap(([, ids = '']) => ids.split(', ')));
    for (const id of ids) byCase.set(id, [...(byCase.get(id) ?? []), test]);
  }
  return byCase;
}

/** The result, then the files of the tests. What did not run here keeps the result of where it did. */
function cellOf(tests: readonly RunTest[], old: string): string {
  const ran = tests.filter(({ state }) => state !== 'skipped');
  const result = ran.length > 0 ? resultOf(ran) : (/^\w+/.exec(old)?.[0] ?? 'skipped');
  const files = [...new Set(tests.map(({ file }) => file))].sort();
  return `${result}: ${files.map((file) => `[${nameOf(file)}](../${file})`).join(', ')}`;
}

function resultOf(tests: readonly RunTest[]): string {
  return tests.every(({ state }) => state === 'passed') ? 'passed' : 'failed';
}

/** `storage-manager/test/transport/head.test.ts` → `transport/head`. */
function nameOf(file: string): string {
  return file.replace(/^.*?\btest\//, '').replace(/\.test\.ts$/, '');
}
