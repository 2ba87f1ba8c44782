/** Text → what is said in its place, in every error and log of this run. */
const replacements = new Map<string, string>();

/**
 * The last guard of a secret, behind those who know better.
 * @param secret shorter ones would blank out ordinary words
 */
export function keepSecret(secret: string): void {
  if (secret.length >= 8) sayInstead(secret.replace(/^0x/, ''), '[secret]');
}

/** Of a URL: user, password, path and query, in which providers put keys; never scheme, host and port. */
export function keepUrlSecrets(url: string): void {
  const { host, username, password, pathname, search } = new URL(url);
  const user = password === '' ? username : `${username}:${password}`;
  const path = pathname.replace(/\/+$/, '');
  if (user !== '') sayInstead(`${user}@`, '[secret]@');
  for (const rest of [path + search, pathname + search, path])
    if (rest.length > 1) sayInstead(host + rest, `${host}/[secret]`);
  for (const part of [username, password, ...path.split('/'), ...search.slice(1).split(/[&=]/)])
    if (!host.includes(part)) keepSecret(part);
}

export function sayInstead(text: string, replacement: string): void {
  replacements.set(text, replacement);
}

export function redact(text: string): string {
  let clean = text;
  for (const [secret, replacement] of replacements) clean = clean.replaceAll(secret, replacement);
  return clean;
}
