import { exitCodeOf, outputLost, reportError } from './errors.ts';
import { buildProgram } from './program.ts';

/** Runs the command line that the process was started with, and sets its exit code. */
export async function runProgram(): Promise<void> {
  process.stdout.on('error', (error) => outputLost('stdout', error));
  process.stderr.on('error', (error) => outputLost('stderr', error));
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}
