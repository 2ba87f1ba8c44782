import type { ManifestFile } from '../../format/manifest/encode.ts';
import type { ReleaseContent } from '../../format/release.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';

/**
 * `same`, `moved`: the chunks are equal, so the bytes are. `recut`: other chunks, but the publishers claim one SHA-256
 * for both, as where the chunkers differ.
 */
export type FileStatus = 'same' | 'moved' | 'recut' | 'changed' | 'added' | 'removed';

export interface FileDifference {
  readonly status: FileStatus;
  readonly left: ManifestFile | null;
  readonly right: ManifestFile | null;
}

/** Files of both releases: those of the right one in order of path, then what only the left one has. */
export function compareFiles(left: ReleaseContent, right: ReleaseContent): readonly FileDifference[] {
  const rightPaths = new Set(right.manifest.files.map(({ path }) => path));
  const leftByPath = new Map(left.manifest.files.map((file) => [file.path, file]));
  const gone = Map.groupBy(
    left.manifest.files.filter(({ path }) => !rightPaths.has(path)),
    (file) => fingerprint(file, left),
  );
  const rows = right.manifest.files.map((file): FileDifference => {
    const before = leftByPath.get(file.path);
    if (before !== undefined)
      return { status: statusOf(before, left, file, right), left: before, right: file };
    // An empty file is like any other empty one: it has not come from there.
    const from = file.size > 0 ? gone.get(fingerprint(file, right))?.shift() : undefined;
    return from === undefined
      ? { status: 'added', left: null, right: file }
      : { status: 'moved', left: from, right: file };
  });
  const removed = [...gone.values()].flat();
  return [
    ...rows,
    ...removed.map((file): FileDifference => ({ status: 'removed', left: file, right: null })),
  ];
}

/** Equal for files of equal chunks. */
function fingerprint({ first, count }: ManifestFile, { chunks }: ReleaseContent): Digest {
  return digestOf(chunks.digests.packed(first, count));
}

function statusOf(
  before: ManifestFile,
  left: ReleaseContent,
  after: ManifestFile,
  right: ReleaseContent,
): FileStatus {
  if (fingerprint(before, left) === fingerprint(after, right)) return 'same';
  const claimed = before.size === after.size && before.sha256 !== null && before.sha256 === after.sha256;
  return claimed ? 'recut' : 'changed';
}
