import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on stderr for a line that is not shown; Ctrl-D is an empty one. */
export async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  process.stderr.write(`${question} `);
  try {
    return await terminal.question('', { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!isAbort(error)) throw error;
    return '';
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

/** Asks on stderr; anything but y or yes is a no, and so is the end of the input. */
export async function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Readline takes Ctrl-C for itself; it means the same here as everywhere.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    if (!isAbort(error)) throw error;
    // Ctrl-D; the line of the question stands yet.
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}

/** Of a question that is not answered: the signal aborts it, and so does Ctrl-D. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
