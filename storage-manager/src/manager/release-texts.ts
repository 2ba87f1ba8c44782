import { UsageError } from '../errors.ts';
import type { Manifest } from '../format/manifest/fields.ts';
import { MAX_TAG_BYTES } from '../limits.ts';
import type { StoreOptions } from './options.ts';

/** What an SPDX expression is made of; which licenses there are is not judged: new ones come. */
const SPDX = /^[A-Za-z0-9.+():\- ]+$/;

/**
 * What a publisher says of a release to people. Tags that are empty or there already are left out.
 * @param name what it is called where nothing was said
 * @throws UsageError `ARGUMENT_INVALID` for what a list could not show in a line, and for what is no license.
 *   A reader judges none of it
 */
export function releaseTexts(
  name: string,
  options: Pick<StoreOptions, 'name' | 'description' | 'license' | 'tags'>,
): Manifest['meta'] {
  const { license, tags = [] } = options;
  return {
    name: oneLine('name', options.name ?? name),
    description: oneLine('description', options.description ?? ''),
    license: license == null ? null : spdx(license),
    tags: [...new Set(tags.map(tag))].filter((text) => text !== ''),
  };
}

/** What a manifest can hold: Unicode, without the byte order marks that editors put before a text. */
function oneLine(what: string, given: string): string {
  const text = given.toWellFormed().replace(/^\ufeff+/, '');
  if (!/\p{Cc}/u.test(text)) return text;
  throw wrong(`a ${what} must be one line without control characters`, text, 'leave them out');
}

function spdx(given: string): string {
  const text = oneLine('license', given);
  if (SPDX.test(text)) return text;
  const next = "write for instance Apache-2.0, 'MIT OR Apache-2.0' or LicenseRef-my-license";
  throw wrong('a license must be an SPDX expression', text, next);
}

function tag(given: string): string {
  const text = oneLine('tag', given);
  if (Buffer.byteLength(text) <= MAX_TAG_BYTES) return text;
  const next = 'shorten it; --description takes longer texts';
  throw wrong(`a tag must be at most ${MAX_TAG_BYTES} bytes`, text, next);
}

function wrong(should: string, text: string, next: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should,
    was: `it is ${JSON.stringify(text.slice(0, 80))}`,
    next,
  });
}
