import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A secret that stands nowhere else: 24 letters and digits, so that no escaping changes it. */
export function canary(): string {
  return `canary${randomBytes(9).toString('hex')}`;
}

/** Which of the secrets stand in a text: as they are, in either case of hex, or within base64 of anything. */
export function secretsIn(text: string | Uint8Array, secrets: Readonly<Record<string, string>>): string[] {
  const searched = Buffer.from(text).toString('latin1');
  const found = Object.entries(secrets).filter(([, secret]) =>
    formsOf(secret).some((form) => searched.includes(form)),
  );
  return found.map(([name]) => name);
}

/** The same of every file below a folder. @param allowed files that are there to hold them */
export async function secretsBelow(
  folder: string,
  secrets: Readonly<Record<string, string>>,
  allowed: readonly string[] = [],
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || allowed.includes(path)) continue;
    for (const name of secretsIn(await readFile(path), secrets)) found.push(`${name} stands in ${path}`);
  }
  return found;
}

function formsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex');
  return [secret, hex, hex.toUpperCase(), ...[0, 1, 2].map((before) => withinBase64(secret, before))];
}

/** The letters of base64 that depend on the secret alone, where `before` bytes (modulo 3) stand in front of it. */
function withinBase64(secret: string, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
  const first = Math.ceil((before * 4) / 3);
  const last = Math.floor(((before + secret.length) * 4) / 3);
  return text.slice(first, last);
}
