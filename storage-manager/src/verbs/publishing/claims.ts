import { CorruptError } from '../../errors.ts';
import type { ManifestFile } from '../../format/manifest/encode.ts';
import type { Digest } from '../../ids/digest.ts';
import type { SafePath } from '../../ids/path.ts';

/** Each file must hash to what its origin says of it. @throws CorruptError `FILE_DIGEST_MISMATCH` */
export function checkClaims(files: readonly ManifestFile[], claims: ReadonlyMap<SafePath, Digest>): void {
  for (const { path, sha256 } of files) {
    const claimed = claims.get(path);
    if (claimed === undefined || sha256 === null || sha256 === claimed) continue;
    throw new CorruptError('FILE_DIGEST_MISMATCH', {
      should: `${path} must have the SHA-256 ${claimed}, as its origin says`,
      was: `it has ${sha256}`,
      next: 'delete the damaged file and download it again; nothing was published',
    });
  }
}
