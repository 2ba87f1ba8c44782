import type { JobOptions } from './ports.ts';

/** One line a step of the flow, for who asks for them (`DEBUG=1`). Digests and counts, never a path's contents or a secret. */
export function debug(options: JobOptions, text: string): void {
  options.onEvent?.({ type: 'note', level: 'debug', text });
}
