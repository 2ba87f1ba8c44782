import { archiveKind, extractedFolder } from '../../archive/names.ts';
import { UsageError } from '../../errors.ts';
import { parseSelection } from '../../verbs/fetching/selection.ts';
import type { RetrieveOptions } from '../options.ts';

/**
 * What options and the destination's name say of a retrieve, before anything is opened.
 * @returns also `made`: every path that it makes
 * @throws UsageError `ARGUMENT_INVALID`
 */
export function retrieveJob(destination: string, options: RetrieveOptions) {
  const { extract = false, force, checkFileDigests, base, include, exclude } = options;
  const select = parseSelection(include, exclude);
  if (extract && archiveKind(destination) === null) throw notAnArchive(destination);
  const made = extract ? [destination, extractedFolder(destination)] : [destination];
  return { select, extract, made, delivery: { destination, force, checkFileDigests, base } };
}

function notAnArchive(destination: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'only an archive can be extracted: its name must end .tar, .tar.gz or .tgz',
    was: `the destination is ${JSON.stringify(destination)}, a folder`,
    next: 'leave --extract out: a folder is what you get',
  });
}
