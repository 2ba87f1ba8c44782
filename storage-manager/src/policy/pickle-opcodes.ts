/** What stands behind an opcode: so many bytes, a line or two, or a count of so many bytes and then as many bytes. */
export type Argument = number | 'line' | 'two lines' | 'counted 1' | 'counted 4' | 'counted 8';

export interface Opcode {
  readonly argument: Argument;
  /** What it needs on the stack; `mark`: all down to the last mark, and one below where `below` says so. */
  readonly takes: number | 'mark';
  readonly below: number;
  readonly gives: number;
  readonly does?: 'import' | 'call' | 'both' | undefined;
}

/**
 * All opcodes of protocols 0 to 5, as `pickletools` of Python 3.14 lists them:
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
const ROWS: readonly (readonly [
  codes: string,
  argument: Argument,
  takes: number | 'mark',
  gives: number,
  more?: Partial<Opcode>,
])[] = [
  // Numbers, texts, bytes, nothing, empty containers.
  ['ILSVF', 'line', 0, 1],
  ['J', 4, 0, 1],
  ['K', 1, 0, 1],
  ['M', 2, 0, 1],
  ['G', 8, 0, 1],
  ['N\x88\x89])}\x8f\x97', 0, 0, 1],
  ['UC\x8c\x8a', 'counted 1', 0, 1],
  ['TBX\x8b', 'counted 4', 0, 1],
  ['\x8e\x96\x8d', 'counted 8', 0, 1],
  // Containers that grow, by methods of their own if they were imported, or close.
  ['a', 0, 2, 1, { does: 'call' }],
  ['s', 0, 3, 1, { does: 'call' }],
  ['eu\x90', 0, 'mark', 1, { below: 1, does: 'call' }],
  ['ltd\x91', 0, 'mark', 1],
  ['\x85\x98', 0, 1, 1],
  ['\x86', 0, 2, 1],
  ['\x87', 0, 3, 1],
  // The stack and the memo.
  ['0', 0, 1, 0],
  ['2', 0, 1, 2],
  ['1', 0, 'mark', 0],
  ['g', 'line', 0, 1],
  ['h', 1, 0, 1],
  ['j', 4, 0, 1],
  ['p', 'line', 1, 1],
  ['q', 1, 1, 1],
  ['r', 4, 1, 1],
  ['\x94', 0, 1, 1],
  // Frames and versions.
  ['\x80', 1, 0, 0],
  ['\x95', 8, 0, 0],
  // Names of things in Python, and what is done with them.
  ['c', 'two lines', 0, 1, { does: 'import' }],
  ['\x93', 0, 2, 1, { does: 'import' }],
  ['\x82', 1, 0, 1, { does: 'import' }],
  ['\x83', 2, 0, 1, { does: 'import' }],
  ['\x84', 4, 0, 1, { does: 'import' }],
  ['i', 'two lines', 'mark', 1, { does: 'both' }],
  ['o', 0, 'mark', 1, { does: 'call' }],
  ['R\x81', 0, 2, 1, { does: 'call' }],
  ['b', 0, 2, 1, { does: 'call' }],
  ['\x92', 0, 3, 1, { does: 'call' }],
  // Left to whoever reads the pickle; torch has its tensors there.
  ['P', 'line', 0, 1],
  ['Q', 0, 1, 1],
];

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  ROWS.flatMap(([codes, argument, takes, gives, more]) =>
    Array.from(codes, (code) => [code.charCodeAt(0), { argument, takes, below: 0, gives, ...more }] as const),
  ),
);

export const MARK = 0x28;
export const STOP = 0x2e;
export const PROTO = 0x80;
/** An id that the loader must resolve: torch's does, and none does before anything else. */
export const PERSID = 0x50;
