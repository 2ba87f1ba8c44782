import { basename } from 'node:path';

/** A tar, as it is or compressed. */
export type ArchiveKind = 'tar' | 'tar.gz';

const ENDINGS: readonly (readonly [ending: string, kind: ArchiveKind])[] = [
  ['.tar', 'tar'],
  ['.tar.gz', 'tar.gz'],
  ['.tgz', 'tar.gz'],
];

/** Which archive the name of a destination asks for; null: a folder. */
export function archiveKind(destination: string): ArchiveKind | null {
  return endingOf(destination)?.[1] ?? null;
}

/** The folder that `--extract` makes beside an archive: its name without the ending. */
export function extractedFolder(archive: string): string {
  return archive.slice(0, archive.length - (endingOf(archive)?.[0].length ?? 0));
}

/** A name that is nothing but an ending names a hidden folder, not an archive. */
function endingOf(path: string): (typeof ENDINGS)[number] | undefined {
  const name = basename(path);
  return ENDINGS.find(([ending]) => name.endsWith(ending) && name.length > ending.length);
}
