import { CommanderError } from 'commander';
import { programName } from './invocation.ts';
import { paint, printable, type Style, writeJson } from './output.ts';
import { redact } from './redact.ts';

/** What `--json` prints of an error. */
export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly exit: number;
    readonly message: string;
    readonly next: string;
  };
}

/** The engine's errors, told by their fields: `--help` and its mistakes must not load the engine. */
interface Explained {
  readonly code: string;
  readonly exit: number;
  readonly message: string;
  readonly next: string;
}

export function exitCodeOf(error: unknown): number {
  return describe(error)?.exit ?? 0;
}

/**
 * Says what went wrong: with `--json` a document on stdout, else lines on stderr. Asking for help is no error.
 * @param command the words that name the command which ran: `release`, `yank`
 */
export function reportError(error: unknown, command: readonly string[]): void {
  const told = describe(error, command);
  if (told === null) return;
  if (process.argv.includes('--json')) writeJson({ error: told } satisfies ErrorDocument);
  // Whoever names no command has been shown them all.
  else if (!isHelp(error)) process.stderr.write(errorLines(told));
  if (process.env.DEBUG) process.stderr.write(`${printable(redact(stackOf(error)), '\n')}\n`);
}

let lost = false;

/** What was to be told could not be written. The work goes on; whatever comes of it, the exit code says so. */
export function outputLost(name: 'stdout' | 'stderr', error: NodeJS.ErrnoException): void {
  // A reader that has seen enough (`ballast list | head`) closes the pipe: no reason to complain.
  if (error.code === 'EPIPE' || lost) return;
  lost = true;
  const told = {
    code: error.code === 'ENOSPC' ? 'DISK_FULL' : 'FILE_SYSTEM',
    exit: 8,
    message: `${name} must take what is written to it, but ${error.message}`,
    next: 'free space there or send it elsewhere, then run the same command again',
  };
  process.on('exit', () => {
    process.exitCode = told.exit;
  });
  if (name === 'stdout') process.stderr.write(errorLines(told));
}

/** What comes of this machine's surroundings, which `ballast doctor` looks at. */
const SURROUNDINGS = new Set([
  'CHAIN_MISMATCH',
  'CHAIN_UNREACHABLE',
  'CONTRACT_MISMATCH',
  'FILE_SYSTEM',
  'SOURCES_EXHAUSTED',
  'STORE_UNREACHABLE',
]);

function errorLines({ code, exit, message, next }: Explained): string {
  const more = SURROUNDINGS.has(code) ? `; \`${programName()} doctor\` looks at everything` : '';
  const line = (style: Style, word: string, text: string) =>
    `${paint(style, word, process.stderr)} ${printable(text)}\n`;
  return (
    line('red', 'error:', message) +
    line('cyan', ' next:', next + more) +
    line('dim', ' code:', `${code} (exit ${exit})`)
  );
}

function describe(error: unknown, command: readonly string[] = []): Explained | null {
  if (error instanceof CommanderError) return describeUsage(error, command);
  if (isExplained(error)) {
    const { code, exit, message, next } = error;
    return {
      code,
      exit,
      message: redact(message),
      next: redact(next).replaceAll('`ballast ', `\`${programName()} `),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'UNEXPECTED',
    exit: 1,
    message: `this must not happen, but it did: ${redact(message)}`,
    next: 'run it again with DEBUG=1 and report what it prints as a defect of Ballast',
  };
}

function describeUsage(error: CommanderError, command: readonly string[]): Explained | null {
  if (error.exitCode === 0) return null;
  const [said = '', guess] = error.message.replace(/^error: /, '').split('\n');
  const help = [programName(), ...command, '--help'].join(' ');
  const meant = /Did you mean (?:one of )?(.+)\?/.exec(guess ?? '')?.[1];
  return {
    code: 'ARGUMENT_INVALID',
    exit: 2,
    message: isHelp(error) ? 'a command must be named, but none was' : said,
    next: `${meant === undefined ? '' : `did you mean ${meant}? `}see: ${help}`,
  };
}

function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help';
}

function isExplained(error: unknown): error is Error & Explained {
  return error instanceof Error && 'code' in error && 'exit' in error && 'next' in error;
}

/** The stack with everything that led to the error. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const attempts = 'attempts' in error && Array.isArray(error.attempts) ? error.attempts : [];
  const causes = [...(error.cause === undefined ? [] : [error.cause]), ...attempts];
  return [error.stack ?? error.message, ...causes.map((cause) => `caused by ${stackOf(cause)}`)].join('\n');
}
