import type { Brought } from '../../verbs/fetching/bring.ts';

/** What a retrieve has brought, in the form that was asked for. */
export interface Delivered extends Brought {
  /** Absolute path of what was asked for: the folder, the archive made of it, or the one file. */
  readonly path: string;
  /** Absolute path of the folder beside an archive; null where none was asked for. */
  readonly extracted: string | null;
}
