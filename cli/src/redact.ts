/** Secrets of this run. Errors and logs are written without them; the last guard, behind those that know better. */
const secrets = new Set<string>();

/** @param secret a key, or a URL that may hold one; shorter ones would blank out ordinary words */
export function keepSecret(secret: string): void {
  if (secret.length >= 8) secrets.add(secret.replace(/^0x/, ''));
}

export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
  return clean;
}
