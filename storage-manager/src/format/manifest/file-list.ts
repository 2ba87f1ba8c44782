import { encode } from '@ipld/dag-cbor';
import { PolicyError } from '../../errors.ts';
import { digestToBytes } from '../../ids/digest.ts';
import { parseSafePath } from '../../ids/path.ts';
import type { Block, ChunkerName } from '../../interfaces.ts';
import { MAX_FILE_LIST_BYTES, MAX_MANIFEST_BYTES } from '../../limits.ts';
import { metadataBlock } from '../metadata-block.ts';
import type { StrictValue } from '../strict-value.ts';
import type { ManifestFile } from './fields.ts';

const CHUNKER_NAMES: readonly ChunkerName[] = ['tensor-1m', 'cdc-1m', 'fixed-1m'];

/** Every block but the last is full to within one entry, so no list has more blocks. */
export const MAX_FILE_BLOCKS = MAX_FILE_LIST_BYTES / MAX_MANIFEST_BYTES + 1;

/** Head of a CBOR list of 256 to 65,535 items; a full block has that many, for an entry takes 45 to 1,160 bytes. */
const LIST_HEAD_BYTES = 3;

/** A file as it stands in the manifest or in a linked block. */
export function fileEntry({ path, size, chunker, first, count, sha256 }: ManifestFile) {
  return { path, size, chunker, chunks: [first, count], sha256: sha256 && digestToBytes(sha256) };
}

/**
 * The linked file blocks: each holds the longest prefix of the remaining files that encodes to at most 1 MiB.
 * @throws PolicyError `LIMIT_EXCEEDED` above 16 MiB in all
 */
export function linkFiles(files: readonly ManifestFile[]): Block[] {
  const blocks: Block[] = [];
  let total = 0;
  for (let first = 0; first < files.length; ) {
    const count = prefixLength(files, first);
    const block = metadataBlock(files.slice(first, first + count).map(fileEntry));
    total += block.bytes.byteLength;
    if (total > MAX_FILE_LIST_BYTES) throw listTooLong(`${first + count} of ${files.length} take ${total}`);
    blocks.push(block);
    first += count;
  }
  return blocks;
}

/** Files from `first` on that fit one block. */
function prefixLength(files: readonly ManifestFile[], first: number): number {
  let bytes = LIST_HEAD_BYTES;
  for (let at = first; at < files.length; at += 1) {
    bytes += encode(fileEntry(files[at]!)).byteLength;
    if (bytes > MAX_MANIFEST_BYTES) return at - first;
  }
  return files.length - first;
}

/** One file of a manifest or of a linked block. @throws CorruptError `MANIFEST_CORRUPT`; PolicyError `PATH_UNSAFE` */
export function readFileEntry(entry: StrictValue): ManifestFile {
  const { path, size, chunker, chunks, sha256 } = entry.fields('path', 'size', 'chunker', 'chunks', 'sha256');
  const [first, count] = chunks.items(2) as [StrictValue, StrictValue];
  return {
    path: parseSafePath(path.text()),
    size: size.integer(),
    chunker: chunker.oneOf(CHUNKER_NAMES),
    first: first.integer(),
    count: count.integer(),
    sha256: sha256.orNull((value) => value.digest()),
  };
}

function listTooLong(was: string): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `the file list of a release must be at most ${MAX_FILE_LIST_BYTES} bytes`,
    was,
    next: 'store fewer files, or pack the small ones into one',
  });
}
