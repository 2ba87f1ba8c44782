/**
 * `node --conditions=ballast-source bench/run.ts [rows…] [--bytes N] [--rounds N] [--folder F] [--write]`: measures this
 * checkout beside its peers and prints the table, and on stderr how far it is; `--write` puts it into bench/RESULTS.md. Rows:
 * start steps disk kubo sources dedupe memory (default: all).
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineFacts } from './machine.ts';
import { type Report, renderReport, renderRow } from './report.ts';
import type { Context, Row } from './results.ts';
import { dedupeRows } from './rows/dedupe.ts';
import { diskRows } from './rows/disk.ts';
import { kuboRows } from './rows/kubo.ts';
import { memoryRows } from './rows/memory.ts';
import { sourceRows } from './rows/sources.ts';
import { startRows } from './rows/start.ts';
import { stepRows } from './rows/steps.ts';
import { ballast, borg, casync, restic } from './tools.ts';

const GROUPS: Readonly<Record<string, (context: Context) => Promise<Row[]>>> = {
  start: startRows,
  steps: stepRows,
  disk: diskRows,
  kubo: kuboRows,
  sources: sourceRows,
  dedupe: dedupeRows,
  memory: memoryRows,
};

const [BEGIN, END] = ['<!-- written by bench/run.ts -->', '<!-- until here -->'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bytes: { type: 'string', default: '1000000000' },
    rounds: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
    write: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(GROUPS);
const unknown = names.find((name) => !(name in GROUPS));
if (unknown !== undefined) throw new Error(`${unknown} is no row: ${Object.keys(GROUPS).join(' ')}`);

const folder = await mkdtemp(join(values.folder, 'ballast-bench-'));
const [bytes, rounds] = [Number(values.bytes), Number(values.rounds)];
const machine = machineFacts(folder);
const rows: Row[] = [];
try {
  for (const name of names) {
    const start = performance.now();
    for (const row of await GROUPS[name]!({ folder, bytes, rounds })) {
      rows.push(row);
      console.log(renderRow(row));
    }
    console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const tools = [ballast, restic, borg, casync].map((make) => {
  const { name, version, note } = make(folder);
  return [name, version, note] as const;
});
const date = new Date().toISOString().slice(0, 10);
const report: Report = { date, bytes, rounds, machine, tools, rows };
if (values.write) await write(report);

/** The table takes the place of the last one; what a person wrote around it stays. */
async function write(report: Report): Promise<void> {
  const file = join(import.meta.dirname, 'RESULTS.md');
  const text = await readFile(file, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  await writeFile(file, `${before}${BEGIN}\n\n${renderReport(report)}\n\n${after}`);
}
