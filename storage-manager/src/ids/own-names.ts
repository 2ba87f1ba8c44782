/** Ballast's own files in folders that belong to the user. No model holds a file of such a name. */

/** In a folder that stood before a fetch: which release its files were last replaced by. */
export const RELEASE_MARKER = '.ballast-release';

const PARTIAL_ENDING = '.ballast-partial';

/**
 * What is being made and will be renamed to `name`, a last part of a path: beside it, hidden, the same for each try.
 * @param maker those who take turns by common locks; others make their own, so that nobody writes into another's work
 */
export function partialName(name: string, maker: string): string {
  return `.${name}.${maker}${PARTIAL_ENDING}`;
}

export function isPartialName(name: string): boolean {
  return name.endsWith(PARTIAL_ENDING);
}
