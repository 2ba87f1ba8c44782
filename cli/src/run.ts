import { exitCodeOf, reportError } from './errors.ts';
import { buildProgram } from './program.ts';

/** Runs the command line that the process was started with, and sets its exit code. */
export async function runProgram(): Promise<void> {
  // A reader that has seen enough (`ballast list | head`) closes the pipe: no reason to complain, nor to stop the work.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}
