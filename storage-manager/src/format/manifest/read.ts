import { PolicyError, ResourceError } from '../../errors.ts';
import { DAG_CBOR, DAG_PB } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import { parseModelName, parseVersion } from '../../ids/reference.ts';
import { MAX_CHUNKS, MAX_FILES } from '../../limits.ts';
import { indexBlockCount } from '../index-blocks.ts';
import type { StrictValue } from '../strict-value.ts';
import { MANIFEST_FORMAT, type Manifest, type ManifestFile } from './fields.ts';
import { MAX_FILE_BLOCKS, readFileEntry } from './file-list.ts';

/** Asks for a linked file block and opens it. */
export type OpenBlock = (digest: Digest) => Promise<StrictValue>;

/**
 * The manifest's fields, each of its one type; whether they agree with each other is `checkManifest`'s to say.
 * @throws CorruptError `MANIFEST_CORRUPT`; PolicyError `PATH_UNSAFE`, `LIMIT_EXCEEDED`;
 *   ResourceError `FORMAT_UNKNOWN`
 */
export async function readManifest(block: StrictValue, openLinked: OpenBlock) {
  checkFormat(block.field('format').text());
  const manifest = block.fields(
    'format',
    'model',
    'version',
    'files',
    'chunks',
    'bytes',
    'codecs',
    'content',
    'base',
    'meta',
  );
  const { files, linked } = await readFiles(manifest.files, openLinked);
  const parsed: Manifest = {
    ...readLabel(manifest),
    files,
    chunks: readChunks(manifest.chunks),
    bytes: manifest.bytes.integer(),
    codecs: manifest.codecs.items().map((codec) => codec.text()),
    content: manifest.content.orNull((value) => value.link(DAG_PB)),
    base: manifest.base.orNull(readBase),
    meta: readMeta(manifest.meta),
  };
  return { manifest: parsed, linked };
}

function checkFormat(format: string): void {
  if (format === MANIFEST_FORMAT) return;
  throw new ResourceError('FORMAT_UNKNOWN', {
    should: `a manifest must have the format ${MANIFEST_FORMAT}`,
    was: `it has ${JSON.stringify(format.slice(0, 40))}`,
    next: 'use a newer version of ballast',
  });
}

/** Files in place, or links to blocks of them; never more than the limits allow are asked for. */
async function readFiles(list: StrictValue, openLinked: OpenBlock) {
  const items = list.items();
  const linked = items[0]?.isMap ? [] : items.map((item) => item.link(DAG_CBOR));
  checkCount('linked file blocks', linked.length, MAX_FILE_BLOCKS);
  const files: ManifestFile[] = linked.length > 0 ? [] : items.map(readFileEntry);
  for (const digest of linked) {
    const entries = (await openLinked(digest)).items();
    checkCount('files', files.length + entries.length, MAX_FILES);
    for (const entry of entries) files.push(readFileEntry(entry));
  }
  return { files, linked };
}

function readChunks(value: StrictValue): Manifest['chunks'] {
  const { count, storedBytes, root, index } = value.fields('count', 'storedBytes', 'root', 'index');
  const links = index.items();
  checkCount('index blocks', links.length, indexBlockCount(MAX_CHUNKS));
  return {
    count: count.integer(),
    storedBytes: storedBytes.integer(),
    root: root.digest(),
    index: links.map((link) => link.link(DAG_CBOR)),
  };
}

function readBase(value: StrictValue): Manifest['base'] {
  const base = value.fields('model', 'version', 'manifest');
  return { ...readLabel(base), manifest: base.manifest.digest() };
}

function readLabel({ model, version }: { readonly model: StrictValue; readonly version: StrictValue }) {
  return {
    model: model.parsed('namespace/name', (text) => parseModelName(text)),
    version: version.parsed('a version', parseVersion),
  };
}

function readMeta(value: StrictValue): Manifest['meta'] {
  const { name, description, license, tags } = value.fields('name', 'description', 'license', 'tags');
  return {
    name: name.text(),
    description: description.text(),
    license: license.orNull((text) => text.text()),
    tags: tags.items().map((tag) => tag.text()),
  };
}

function checkCount(what: string, was: number, most: number): void {
  if (was <= most) return;
  throw new PolicyError('LIMIT_EXCEEDED', {
    should: `a manifest must name at most ${most} ${what}`,
    was: `it names ${was}`,
    next: 'do not use the release; tell its publisher',
  });
}
