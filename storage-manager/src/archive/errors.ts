import { PolicyError } from '../errors.ts';

/** @param was what is wrong with it */
export function invalidArchive(was: string, cause?: unknown): PolicyError {
  return new PolicyError('ARCHIVE_INVALID', {
    should: 'the archive must be a whole tar of plain files',
    was,
    next: 'unpack it with a program you trust, look at what comes out, and store that folder',
    cause,
  });
}

/**
 * An entry that no model can hold.
 * @param name as it stands in the archive
 * @param code `ARCHIVE_INVALID` for what is harmless, and no file all the same
 */
export function refusedEntry(
  name: string,
  was: string,
  code: 'PATH_UNSAFE' | 'ARCHIVE_INVALID' = 'PATH_UNSAFE',
): PolicyError {
  return new PolicyError(code, {
    should: `entry ${JSON.stringify(name.slice(0, 200))} of the archive must be a plain file or folder`,
    was: `it is ${was}`,
    next: 'unpack it with a program you trust, look at what comes out, and store that folder',
  });
}
