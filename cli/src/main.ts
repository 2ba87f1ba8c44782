import { listenForSignals } from './signals.ts';

listenForSignals();

// Everything else is loaded after that: a signal may come at any time.
const { runProgram } = await import('./run.ts');
await runProgram();
