import { styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Coloured where the stream is a terminal and neither NO_COLOR nor the like forbids it. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** Control, format and line-separating characters: what could move a cursor, hide text or turn its direction. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text from models, stores and chains as it may reach a terminal. @param except characters that may pass */
export function printable(text: string, except = ''): string {
  return text.replace(UNPRINTABLE, (character) =>
    except.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** One document on stdout. What JSON would pass on raw and a terminal would obey is escaped; the value is the same. */
export function writeJson(value: unknown): void {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, at) =>
      character === '\n' ? '\n' : `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('');
  process.stdout.write(`${JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped)}\n`);
}

export function writeLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A hint: on stderr, so that stdout holds data alone. */
export function writeHint(text: string): void {
  process.stderr.write(`${paint('dim', text, process.stderr)}\n`);
}

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  readonly right?: boolean;
}

/** Rows under their titles, columns aligned. */
export function writeTable<T>(columns: readonly Column<T>[], rows: readonly T[]): void {
  const cells = rows.map((row) => columns.map(({ text }) => printable(text(row))));
  const widths = columns.map(({ title }, at) =>
    cells.reduce((width, row) => Math.max(width, row[at]!.length), title.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (columns[at]?.right ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  writeLine(paint('dim', line(columns.map(({ title }) => title))));
  for (const row of cells) writeLine(line(row));
}

/** Names and values, a line each. */
export function writeFields(fields: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) writeLine(`  ${paint('dim', name.padEnd(width))}  ${printable(value)}`);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.5 GiB` */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1,234` */
export function countText(count: number | bigint): string {
  return count.toLocaleString('en-US');
}

/** `3 files`, `1 file` */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-21 05:30 UTC` of an ISO time. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
