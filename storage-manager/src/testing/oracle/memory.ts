import type { Check } from './check.ts';

const EVERY_MS = 10;

/** Resident memory of this process, looked at every 10 ms: never so much more than at the beginning. */
export function memoryWithin(bytes: number): Check {
  const baseline = process.memoryUsage.rss();
  let peak = baseline;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, EVERY_MS).unref();
  return async () => {
    clearInterval(sampling);
    peak = Math.max(peak, process.memoryUsage.rss());
    const grown = peak - baseline;
    return grown > bytes ? [`resident memory grew by ${grown} bytes, more than ${bytes}`] : [];
  };
}
