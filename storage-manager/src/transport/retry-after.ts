/** For longer than this nobody may ask to be left alone. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** So many seconds; nothing else that a server may write for a number is one. */
const SECONDS = /^\d{1,10}$/;

/** IMF-fixdate (RFC 9110 §5.6.7); the two old forms are read by nobody who sends them. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a server that is too busy wants to be left alone (RFC 9110 §10.2.3), at most 60 s. Whoever waits adds some by
 * chance, so that all who were sent away together don't come back together.
 * @param value of the field, which may hold anything @param now milliseconds since 1970
 * @returns milliseconds; null where the field is absent, makes no sense, or names a time that is over
 */
export function retryAfterMs(value: string | undefined, now: number = Date.now()): number | null {
  const text = value ?? '';
  const wish = SECONDS.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - now : 0;
  // A date that none is gives NaN, which is greater than nothing.
  if (!(wish > 0)) return null;
  return Math.min(MAX_RETRY_AFTER_MS, wish);
}
