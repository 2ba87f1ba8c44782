import { CorruptError, PolicyError, ResourceError } from '../../errors.ts';
import { checkTree, comparePaths } from '../../ids/path.ts';
import { LOCAL, splitModel } from '../../ids/reference.ts';
import { MAX_CHUNK_BYTES, MAX_CHUNKS, MAX_FILES } from '../../limits.ts';
import { indexBlockCount } from '../index-blocks.ts';
import type { Manifest, ManifestFile } from './fields.ts';

/**
 * Everything that a manifest alone can show to be wrong, before any index block is asked for.
 * @throws PolicyError `LIMIT_EXCEEDED`, `PATH_UNSAFE`; CorruptError `RELEASE_MISMATCH`, `MANIFEST_CORRUPT`;
 *   ResourceError `FORMAT_UNKNOWN` for a codec that this program does not know
 */
export function checkManifest(manifest: Manifest): void {
  const { model, version, files, chunks } = manifest;
  const name = `${model}@${version}`;
  checkLimit(`files of ${name}`, files.length, MAX_FILES);
  checkLimit(`chunks of ${name}`, chunks.count, MAX_CHUNKS);
  if (manifest.codecs.length > 0) throw unknownCodec(name, manifest.codecs);
  for (const release of manifest.base === null ? [manifest] : [manifest, manifest.base]) {
    if (splitModel(release.model).namespace === LOCAL)
      throw corrupt(`the namespace in ${name}`, 'one that the registry knows', LOCAL);
  }
  checkTexts(manifest.meta);
  checkPaths(files);
  const totals = checkFiles(files);
  checkEqual(`chunks.count of ${name}`, totals.chunks, chunks.count);
  checkEqual(`bytes of ${name}`, totals.bytes, manifest.bytes);
  checkEqual(`chunks.storedBytes of ${name}`, totals.bytes, chunks.storedBytes);
  checkEqual(`index blocks of ${name}`, indexBlockCount(chunks.count), chunks.index.length);
}

/** Of the texts that no grammar holds. Decoders drop a byte order mark, so it would not be read as it was written. */
function checkTexts({ name, description, license, tags }: Manifest['meta']): void {
  const marked = [name, description, license ?? '', ...tags].find((text) => text.startsWith('\ufeff'));
  if (marked !== undefined)
    throw corrupt('each text', 'without a byte order mark', JSON.stringify(marked.slice(0, 80)));
}

function checkPaths(files: readonly ManifestFile[]): void {
  const unordered = files.find((file, i) => i > 0 && comparePaths(files[i - 1]!.path, file.path) > 0);
  if (unordered !== undefined) throw corrupt('the files', 'in byte order of path', unordered.path);
  checkTree(files.map(({ path }) => path));
}

/** Files follow each other in the list of chunks without gap or overlap, each with a count that its size allows. */
function checkFiles(files: readonly ManifestFile[]): { readonly chunks: number; readonly bytes: number } {
  let chunks = 0;
  let bytes = 0;
  for (const { path, size, first, count } of files) {
    checkEqual(`first chunk of ${path}`, chunks, first);
    if (count > size || count * MAX_CHUNK_BYTES < size)
      throw corrupt(
        `the chunks of ${path}`,
        `1 to ${MAX_CHUNK_BYTES} bytes each`,
        `${count} for ${size} bytes`,
      );
    chunks += count;
    bytes += size;
  }
  checkLimit('bytes of all files', bytes, Number.MAX_SAFE_INTEGER);
  if (chunks === 0) throw corrupt('a release', 'of at least one chunk', 'none');
  return { chunks, bytes };
}

/** @throws CorruptError `RELEASE_MISMATCH` */
export function checkEqual(what: string, should: number | string, was: number | string): void {
  if (should === was) return;
  throw new CorruptError('RELEASE_MISMATCH', {
    should: `${what} must be ${should}, counted from its parts`,
    was: `the manifest says ${was}`,
    next: 'do not use the release; tell its publisher',
  });
}

function checkLimit(what: string, was: number, most: number): void {
  if (was <= most) return;
  throw new PolicyError('LIMIT_EXCEEDED', {
    should: `${what} must be at most ${most}`,
    was: `there are ${was}`,
    next: 'split the model',
  });
}

function corrupt(what: string, should: string, was: string): CorruptError {
  return new CorruptError('MANIFEST_CORRUPT', {
    should: `${what} must be ${should}`,
    was: `the manifest says ${was}`,
    next: 'do not use the release; tell its publisher',
  });
}

function unknownCodec(name: string, codecs: readonly string[]): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `the codecs of ${name} must be known to this program, which knows none but identity`,
    was: `the manifest names ${JSON.stringify(codecs).slice(0, 200)}`,
    next: 'use a newer version of ballast',
  });
}
