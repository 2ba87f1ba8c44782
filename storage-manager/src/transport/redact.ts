import type { Endpoint } from './endpoint.ts';

/** Shorter ones stand in innocent texts, too. */
const MIN_SECRET = 6;

/**
 * Takes out of a peer's text what we told it and nobody else may read: it may quote our credentials, or a key in the path.
 * @returns the text, with `[redacted]` for each
 */
export function redactor({ path, headers }: Pick<Endpoint, 'path' | 'headers'>): (text: string) => string {
  const credentials = (headers.authorization ?? '').replace(/^Basic /, '');
  const plain = Buffer.from(credentials, 'base64').toString();
  const colon = plain.indexOf(':');
  const secrets = [
    credentials,
    plain,
    plain.slice(0, colon),
    plain.slice(colon + 1),
    ...path.split('/'),
  ].flatMap((secret) => [secret, encodeURIComponent(secret), decoded(secret)]);
  return without(secrets);
}

/** Takes these out of a text, also where it has them in other case or as JSON escapes them. */
export function without(secrets: readonly string[]): (text: string) => string {
  const patterns = secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= MIN_SECRET)
    // The longest first: one may be a part of another.
    .sort((a, b) => b.length - a.length)
    .map((secret) => new RegExp(secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi'));
  return (text) => patterns.reduce((clean, pattern) => clean.replace(pattern, '[redacted]'), text);
}

/** Without percent signs; as it is where they are malformed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
