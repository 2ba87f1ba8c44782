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

/** One document on stdout. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** What JSON would pass on raw and a terminal would obey is escaped; the value is the same. */
export function jsonText(value: unknown): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, at) =>
      character === '\n' ? '\n' : `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('');
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped);
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
  for (const line of tableLines(columns, rows)) writeLine(line);
}

/** The lines of such a table; `rows` are walked twice and never held. */
export function* tableLines<T>(columns: readonly Column<T>[], rows: Iterable<T>): Generator<string> {
  const widths = columns.map(({ title }) => title.length);
  for (const row of rows)
    for (const [at, { text }] of columns.entries())
      widths[at] = Math.max(widths[at]!, printable(text(row)).length);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (columns[at]?.right ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  yield paint('dim', line(columns.map(({ title }) => title)));
  for (const row of rows) yield line(columns.map(({ text }) => printable(text(row))));
}

const PIECE = 64 * 1024;

/** Writes lines no faster than they are read, however many there are; ends early where nobody reads any more. */
export async function writeLines(lines: Iterable<string>): Promise<void> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    if (!(await taken(piece))) return;
    piece = '';
  }
  await taken(piece);
}

/** Whether stdout took it; why it did not is told where its errors are heard. */
function taken(text: string): Promise<boolean> {
  return new Promise((resolve) => process.stdout.write(text, (error) => resolve(!error)));
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
