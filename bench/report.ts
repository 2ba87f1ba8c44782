import { type Row, within } from './results.ts';

export interface Report {
  readonly date: string;
  readonly bytes: number;
  readonly rounds: number;
  readonly machine: readonly string[];
  /** Name, version and choices of each tool. */
  readonly tools: readonly (readonly [name: string, version: string | null, note: string])[];
  readonly rows: readonly Row[];
}

const HEAD = '| row | ours | peer | ratio (least–most) | target | within? |\n|---|---|---|---|---|---|';

/** The part of RESULTS.md that a run writes; prose around it is a person's. */
export function renderReport({ date, bytes, rounds, machine, tools, rows }: Report): string {
  return [
    `Run of ${date}: ${(bytes / 1e9).toFixed(2)} GB, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in turns, medians.`,
    '',
    ...machine.map((fact) => `- ${fact}`),
    ...tools.map(([name, version, note]) => `- ${name}: ${version ?? 'not installed'}; ${note}`),
    '',
    HEAD,
    ...rows.map(renderRow),
  ].join('\n');
}

export function renderRow(row: Row): string {
  const { name, ours, peer, ratio, spread, target, atLeast } = row;
  const cells = [
    name,
    ours,
    peer,
    ratio === null ? '–' : `${short(ratio)}${spread ? ` (${short(spread[0])}–${short(spread[1])})` : ''}`,
    target === null ? '–' : `${atLeast ? '≥' : '≤'} ${target}`,
    verdict(row),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function verdict(row: Row): string {
  const met = within(row);
  if (met === null) return row.ratio === null ? 'void' : '–';
  if (met) return 'yes';
  return within(row, 1.5) ? 'within 1.5 ×' : 'no';
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
