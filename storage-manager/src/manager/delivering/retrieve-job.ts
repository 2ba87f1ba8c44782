import { archiveKind, extractedFolder } from '../../archive/names.ts';
import { refuseState } from '../../config/off-limits.ts';
import { UsageError } from '../../errors.ts';
import { parseSelection } from '../../verbs/fetching/selection.ts';
import type { RetrieveOptions } from '../options.ts';

/**
 * What options and the destination's name say of a retrieve, before anything is opened.
 * @param home folder of all state, in which nothing is put
 * @throws UsageError `ARGUMENT_INVALID`; what `refuseState` throws
 */
export async function retrieveJob(destination: string, options: RetrieveOptions, home: string) {
  const { extract = false, force, checkFileDigests, base, include, exclude } = options;
  const select = parseSelection(include, exclude);
  if (extract && archiveKind(destination) === null) throw notAnArchive(destination);
  await refuseState(destination, home);
  if (extract) await refuseState(extractedFolder(destination), home);
  return { select, extract, delivery: { destination, force, checkFileDigests, base } };
}

function notAnArchive(destination: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'only an archive can be extracted: its name must end .tar, .tar.gz or .tgz',
    was: `the destination is ${JSON.stringify(destination)}, a folder`,
    next: 'leave --extract out: a folder is what you get',
  });
}
