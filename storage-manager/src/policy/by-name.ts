import type { Verdict } from './formats.ts';

/** Texts that are run by their name: what they say can't be told from other texts. */
const RUN_BY_NAME: readonly (readonly [ending: RegExp, verdict: Verdict])[] = [
  [/\.(py[iwx]?|ipynb)$/i, { format: 'python', what: 'Python by its name' }],
  [
    /\.(sh|bash|zsh|fish|csh|ps1|bat|cmd|vbs|[cm]?js|[cm]?ts|rb|pl|lua|php|r|jl|tcl|groovy)$/i,
    { format: 'script', what: 'a script by its name' },
  ],
];

/** A name makes no file better: this is asked only of what would be taken by its content. */
export function byName(path: string): Verdict | null {
  return RUN_BY_NAME.find(([ending]) => ending.test(path))?.[1] ?? null;
}
