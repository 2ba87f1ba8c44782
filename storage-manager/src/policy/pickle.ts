import { HeaderCursor } from '../chunkers/header-cursor.ts';
import type { RandomAccess } from '../interfaces.ts';
import { MAX_PICKLE_OPCODES } from '../limits.ts';
import { shown, type Verdict } from './formats.ts';
import { type Argument, MARK, OPCODES, type Opcode, PERSID, PROTO, STOP } from './pickle-opcodes.ts';

/**
 * Whether Python would run something if it loaded the file as a pickle, whatever else the file is: a text, a safetensors
 * or a GGUF file can be made so that it is both. The opcodes are followed from the first byte, as the loader follows
 * them, which runs each before it looks at the next; their arguments are passed over.
 * @returns null where the loader would stop before it calls anything, and the file is no whole pickle either
 */
export async function pickleAtStart(file: RandomAccess): Promise<Verdict | null> {
  const machine = new Machine(new HeaderCursor(file, file.size));
  try {
    while (machine.calls === null) await machine.step();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const { calls, end, protocol } = machine;
  if (calls !== null) return { format: 'pickle', what: `a pickle that calls ${shown(calls)}` };
  // Two letters of a text can be a pickle of nothing: without a protocol it must end where the file does.
  const whole = end !== null && (protocol || file.size - end <= 1);
  return whole ? { format: 'pickle', what: 'a pickle' } : null;
}

/** The stack of Python's pickle machine, by its depth alone. Where in doubt it goes on. */
class Machine {
  /** What it has called first, as far as that is known. */
  calls: string | null = null;
  /** Behind the last whole pickle: `torch.load` reads several, one after the other. */
  end: number | null = null;
  /** It begins with a protocol, as all pickles do since Python 2.3. */
  protocol = false;
  readonly #cursor: HeaderCursor;
  #marks: number[] = [];
  #depth = 0;
  #steps = 0;
  #imported: string | null = null;
  /** The last two short texts: since protocol 4 the names of a module and of something in it. */
  #texts: string[] = [];

  constructor(cursor: HeaderCursor) {
    this.#cursor = cursor;
  }

  /** @throws SyntaxError where Python would stop */
  async step(): Promise<void> {
    if (this.#cursor.lacks(1)) await this.#cursor.load(1);
    const code = this.#cursor.uint8();
    if (this.#steps === 0) this.protocol = code === PROTO;
    this.#steps += 1;
    // Nothing that people write goes on for so long by chance.
    if (this.#steps > MAX_PICKLE_OPCODES) this.calls = 'what lies too deep in it to be looked at';
    else if (code === STOP) this.#stop();
    else if (code === MARK) this.#marks.push(this.#depth);
    else if (code === PERSID && this.#steps === 1) throw new SyntaxError('no loader knows an id so early');
    else await this.#run(code, OPCODES.get(code));
  }

  #stop(): void {
    if (this.#depth === 0) throw new SyntaxError('an empty stack');
    this.end = this.#cursor.position;
    this.#depth = 0;
    this.#marks = [];
  }

  async #run(code: number, opcode: Opcode | undefined): Promise<void> {
    if (opcode === undefined) throw new SyntaxError(`${code} is no opcode`);
    // Before its argument, which may be a line as long as the file.
    this.#take(opcode);
    const lines = await this.#pass(code, opcode.argument);
    // Behind a first pickle `torch.load` takes the storages of any module, whatever its name.
    if (this.end === null) checkLines(code, lines);
    this.#depth += opcode.gives;
    const { does } = opcode;
    if (does === 'import' || does === 'both')
      this.#imported = (lines.length > 0 ? lines : this.#texts).join('.') || 'something';
    if (does === 'call' || does === 'both') this.calls = this.#imported;
  }

  #take({ takes, below }: Opcode): void {
    if (takes === 'mark') {
      const mark = this.#marks.pop();
      if (mark === undefined || mark < below) throw new SyntaxError('no mark');
      this.#depth = mark - below;
      return;
    }
    // One opcode, POP, also takes a mark away.
    if (this.#marks.at(-1) === this.#depth && takes === 1) {
      this.#marks.pop();
      this.#depth += 1;
    }
    if (this.#depth < takes) throw new SyntaxError('an empty stack');
    this.#depth -= takes;
  }

  /** @returns the lines, where the argument is made of them */
  async #pass(code: number, argument: Argument): Promise<string[]> {
    if (argument === 'line') return [await this.#cursor.line(MAX_NAME)];
    if (argument === 'two lines')
      return [await this.#cursor.line(MAX_NAME), await this.#cursor.line(MAX_NAME)];
    const length = typeof argument === 'number' ? argument : await this.#count(argument);
    if (code === SHORT_TEXT) {
      await this.#cursor.load(length);
      this.#texts = [...this.#texts.slice(-1), this.#cursor.latin1(length)];
    } else this.#cursor.skip(length);
    return [];
  }

  async #count(argument: 'counted 1' | 'counted 4' | 'counted 8'): Promise<number> {
    const bytes = Number(argument.slice(-1));
    await this.#cursor.load(bytes);
    if (bytes === 8) return this.#cursor.uint64();
    return bytes === 4 ? this.#cursor.uint32() : this.#cursor.uint8();
  }
}

/** Of a line so much is kept: to show it, and to see whether it is what Python asks for. */
const MAX_NAME = 200;

/** `SHORT_BINUNICODE`. */
const SHORT_TEXT = 0x8c;

/**
 * What it asks for, at least; this keeps texts from being taken for pickles. Nothing is asked of a line that is cut, or
 * that has a zero, where a number ends in C.
 */
const LINES: Readonly<Record<string, RegExp>> = {
  I: /^\s*[-+]?\w+\s*$/,
  L: /^\s*[-+]?\w+\s*L?\s*$/,
  F: /^\s*[-+.\w]+\s*$/,
  S: /^\s*["']/,
  g: /^\s*[-+]?\w+\s*$/,
  p: /^\s*[-+]?\w+\s*$/,
  c: /^[!-\xff]+$/,
  i: /^[!-\xff]+$/,
};

function checkLines(code: number, lines: readonly string[]): void {
  const rule = LINES[String.fromCharCode(code)];
  const may = (line: string) => line.length === MAX_NAME || line.includes('\0') || rule?.test(line);
  if (rule !== undefined && !lines.every(may)) throw new SyntaxError('another line');
}
