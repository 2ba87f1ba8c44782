/** Whoever a signal should stop, as soon as it exists; the program listens before it loads anything that takes time. */
const asked = new AbortController();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `EXIT_CODES.interrupted`: the engine that says so may not be loaded yet. */
const INTERRUPTED = 75;

/** The first signal is kept for the command to stop at; the second ends the process at once. */
export function listenForSignals(): void {
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (asked.signal.aborted) process.exit(INTERRUPTED);
      asked.abort(signal);
    });
}

/** A signal of its own for a command. @param reasonOf what it is aborted with, of the signal's name */
export function stopSignal(reasonOf: (signal: string) => Error): AbortSignal {
  const stop = new AbortController();
  const onAsked = () => stop.abort(reasonOf(asked.signal.reason));
  if (asked.signal.aborted) onAsked();
  asked.signal.addEventListener('abort', onAsked, { once: true });
  return stop.signal;
}
