import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How this program is called from the present folder, so that commands that are printed can be pasted. */
export function programName(): string {
  const source = fileURLToPath(import.meta.url);
  if (!source.endsWith('.ts')) return 'ballast';
  const checkout = resolve(source, '../../..');
  const inside = !relative(checkout, process.cwd()).startsWith('..');
  return inside ? 'npx --no-install ballast' : `node ${quote(resolve(checkout, 'cli/bin/ballast.js'))}`;
}

/** The command that runs now, as a person would write it. */
export function thisCommand(): string {
  return [programName(), ...process.argv.slice(2).map(quote)].join(' ');
}

/** For a POSIX shell. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
