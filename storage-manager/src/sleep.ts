import { setTimeout } from 'node:timers/promises';

/** Resolves after so many milliseconds. @throws the signal's reason, which is but the cause of what Node's own timer throws */
export async function sleep(
  ms: number,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
}
