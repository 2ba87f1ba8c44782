/**
 * Ballast's own files in folders that belong to the user. No model holds a file of such a name, nor of one that a disk
 * which is blind to case takes for it.
 */
import { foldPath } from './fold-path.ts';

/** In a folder that stood before a fetch: which release its files were last replaced by. */
export const RELEASE_MARKER = '.ballast-release';

const PARTIAL_ENDING = '.ballast-partial';

const MARKER_KEY = foldPath(RELEASE_MARKER);
const PARTIAL_KEY = foldPath(PARTIAL_ENDING);

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

/** Whether a file of this path could lie where the marker does, or in a folder that does. */
export function collidesWithMarker(path: string): boolean {
  return foldPath(path).split('/', 1)[0] === MARKER_KEY;
}

/** Whether a part of a path could be the name of unfinished work. */
export function collidesWithPartial(part: string): boolean {
  return foldPath(part).endsWith(PARTIAL_KEY);
}
