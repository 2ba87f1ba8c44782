import { readlinkSync } from 'node:fs';

/** How Linux names what lies in a folder that is held open (held-folder.ts). */
const HELD = /\/proc\/self\/fd\/\d+/g;

/** The same text for people: with the names of held folders as they are now. */
export function shownPath(text: string): string {
  return text.replace(HELD, (held) => {
    try {
      return readlinkSync(held);
    } catch {
      return held;
    }
  });
}
