import { exitCodeOf, outputLost, reportError } from './errors.ts';
import { buildProgram, namedCommand } from './program.ts';

/** Runs the command line that the process was started with, and sets its exit code. */
export async function runProgram(): Promise<void> {
  process.stdout.on('error', (error) => outputLost('stdout', error));
  process.stderr.on('error', (error) => outputLost('stderr', error));
  const program = buildProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    reportError(error, namedCommand(program, process.argv.slice(2)));
    process.exitCode = exitCodeOf(error);
  }
}
