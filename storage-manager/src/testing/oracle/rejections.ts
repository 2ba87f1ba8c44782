import { setImmediate } from 'node:timers/promises';
import type { Check } from './check.ts';

/** No promise of this process is rejected without anybody who listens. */
export function noStrayRejections(): Check {
  const stray: string[] = [];
  const remember = (reason: unknown): void =>
    void stray.push(`nobody listened to the rejection ${String(reason)}`);
  process.on('unhandledRejection', remember);
  return async () => {
    await setImmediate();
    process.off('unhandledRejection', remember);
    return stray;
  };
}
