import { UsageError } from '../errors.ts';

/** Where requests go. Credentials of the URL live in `headers` alone, so that no message can hold them. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The URL's own path without a slash at its end; request paths are appended. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For messages: the origin, and whether there is a path; that may be a key. */
  readonly label: string;
}

/**
 * @param text `http://host:port/path` or https, with `user:password@` where the server asks for Basic credentials
 * @param setting name of the setting it came from, for the message
 * @param example one as it should be, for the message
 * @throws UsageError `CONFIG_INVALID`; never with the text itself, which may hold a password
 */
export function parseEndpoint(text: string, setting: string, example = 'http://127.0.0.1:5001'): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new UsageError('CONFIG_INVALID', {
      should: `${setting} must be an http or https URL without query and fragment`,
      was: url === null ? 'it is no URL' : `it is a ${url.protocol} URL, or has a query or a fragment`,
      next: `write it like ${example}`,
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  return {
    origin: url.origin,
    path,
    headers: credentials(url, setting),
    label: url.origin + (path === '' ? '' : '/…'),
  };
}

/** Those of the URL. */
function credentials(url: URL, setting: string): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const [user, password] = [url.username, url.password].map((part) => decoded(part, setting));
  return { authorization: basic(user!, password!) };
}

/** The value of an `authorization` header (RFC 7617). */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function decoded(part: string, setting: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UsageError('CONFIG_INVALID', {
      should: `user and password in ${setting} must be percent-encoded UTF-8`,
      was: 'a % in them begins no such code',
      next: 'write % as %25',
    });
  }
}
