/** Text → what is said in its place, in every error and log of this run. */
const replacements = new Map<string, string>();

/**
 * The last guard of a secret, behind those who know better.
 * @param secret a key, or a URL that may hold one; shorter ones would blank out ordinary words
 */
export function keepSecret(secret: string): void {
  if (secret.length >= 8) sayInstead(secret.replace(/^0x/, ''), '[secret]');
}

export function sayInstead(text: string, replacement: string): void {
  replacements.set(text, replacement);
}

export function redact(text: string): string {
  let clean = text;
  for (const [secret, replacement] of replacements) clean = clean.replaceAll(secret, replacement);
  return clean;
}
