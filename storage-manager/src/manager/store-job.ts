import { UsageError } from '../errors.ts';
import { LATEST, parseChannel, type Reference, splitModel } from '../ids/reference.ts';
import type { PublishJob } from '../verbs/publishing/job.ts';
import type { StoreOptions } from './options.ts';
import { releaseTexts } from './release-texts.ts';

/**
 * What `store PATH REF` means: without a version the next whole number, which `latest` always follows, and the channel that
 * was asked for besides; with one that version, and only the channel that was asked for moves.
 * @param text the reference as it was written
 * @throws UsageError `ARGUMENT_INVALID` where it names what is published already; `REFERENCE_INVALID`
 */
export function storeJob(
  reference: Reference,
  text: string,
  options: StoreOptions,
): Omit<PublishJob, 'origin'> {
  const { model, selector } = reference;
  const { channel, chunker, record, readBack, fileDigests, dryRun, allowMissingShards } = options;
  const implied = text.includes('@') ? [] : [LATEST];
  if (implied.length === 0 && selector.kind !== 'version') throw namesOldRelease(text);
  return {
    model,
    version: selector.kind === 'version' ? selector.version : null,
    channels: [...new Set(channel === undefined ? implied : [...implied, parseChannel(channel)])],
    meta: releaseTexts(splitModel(model).name, options),
    chunker,
    record,
    readBack,
    fileDigests,
    dryRun,
    allowMissingShards,
  };
}

function namesOldRelease(text: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'what is stored must be named model or model@version',
    was: `${JSON.stringify(text)} names what is published already`,
    next: 'leave the @ part out to take the next version; --channel NAME moves a channel to it',
  });
}
