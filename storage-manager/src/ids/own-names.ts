/** Ballast's own files in folders that belong to the user. No model holds a file of such a name. */

/** In a folder that stood before a fetch: which release its files were last replaced by. */
export const RELEASE_MARKER = '.ballast-release';

const PARTIAL_ENDING = '.ballast-partial';

/** What is being made and will be renamed to `name`, a last part of a path: beside it, hidden, the same for each try. */
export function partialName(name: string): string {
  return `.${name}${PARTIAL_ENDING}`;
}

export function isPartialName(name: string): boolean {
  return name.endsWith(PARTIAL_ENDING);
}
