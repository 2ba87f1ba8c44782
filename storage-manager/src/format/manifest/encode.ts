import { PolicyError } from '../../errors.ts';
import { cidOf, DAG_CBOR, DAG_PB } from '../../ids/cid.ts';
import { type Digest, digestToBytes } from '../../ids/digest.ts';
import type { Block } from '../../interfaces.ts';
import { MAX_MANIFEST_BYTES } from '../../limits.ts';
import { metadataBlock } from '../metadata-block.ts';
import { checkManifest } from './check.ts';
import { MANIFEST_FORMAT, type Manifest } from './fields.ts';
import { fileEntry, linkFiles } from './file-list.ts';

export type { Manifest, ManifestFile } from './fields.ts';

/**
 * The blocks of a manifest: linked file blocks, if any, then the manifest itself, whose digest is returned too.
 * Files are linked as soon as the manifest would pass 1 MiB with them.
 * @throws what `checkManifest` throws: nothing is written that could not be read; PolicyError `LIMIT_EXCEEDED`
 */
export function encodeManifest(manifest: Manifest): { digest: Digest; blocks: readonly Block[] } {
  checkManifest(manifest);
  const inline = metadataBlock(manifestValue(manifest, manifest.files.map(fileEntry)));
  if (inline.bytes.byteLength <= MAX_MANIFEST_BYTES) return { digest: inline.digest, blocks: [inline] };
  const linked = linkFiles(manifest.files);
  const links = linked.map(({ digest }) => cidOf(digest, DAG_CBOR));
  const block = metadataBlock(manifestValue(manifest, links));
  if (block.bytes.byteLength > MAX_MANIFEST_BYTES) {
    throw new PolicyError('LIMIT_EXCEEDED', {
      should: `the manifest of ${manifest.model}@${manifest.version} must be at most ${MAX_MANIFEST_BYTES} bytes`,
      was: `it has ${block.bytes.byteLength}, even with its files in other blocks`,
      next: 'put long texts into a file of the tree',
    });
  }
  return { digest: block.digest, blocks: [...linked, block] };
}

function manifestValue(manifest: Manifest, files: readonly unknown[]) {
  const { model, version, chunks, bytes, codecs, content, base, meta } = manifest;
  return {
    format: MANIFEST_FORMAT,
    model,
    version,
    files,
    chunks: {
      count: chunks.count,
      storedBytes: chunks.storedBytes,
      root: digestToBytes(chunks.root),
      index: chunks.index.map((digest) => cidOf(digest, DAG_CBOR)),
    },
    bytes,
    codecs,
    content: content && cidOf(content, DAG_PB),
    base: base && { model: base.model, version: base.version, manifest: digestToBytes(base.manifest) },
    meta: { name: meta.name, description: meta.description, license: meta.license, tags: meta.tags },
  };
}
