import { type JobOptions, Meter } from '../../events.ts';
import { OpenFile } from '../../fs/open-file.ts';
import { runningSha256 } from '../../ids/hash.ts';
import { MAX_CHUNK_BYTES } from '../../limits.ts';
import { claimBroken } from '../reading/file-digest.ts';
import type { Destination } from './destination.ts';
import type { TreeContent } from './tree-content.ts';

/**
 * Proves the publisher's claim of each file's own SHA-256; files without a claim are passed over.
 * @throws CorruptError `FILE_DIGEST_MISMATCH`
 */
export async function checkFileDigests(
  { name, files, bytes: total }: TreeContent,
  destination: Destination,
  options: JobOptions,
): Promise<void> {
  const meter = new Meter('verify', total, options);
  const bytes = new Uint8Array(MAX_CHUNK_BYTES);
  for (const file of files) {
    if (file.sha256 === null) continue;
    const open = await OpenFile.open(destination.partialPath(file.path));
    const hash = runningSha256();
    try {
      for (let offset = 0; offset < file.size; ) {
        options.signal?.throwIfAborted();
        const length = await open.read(bytes, offset);
        if (length === 0) break;
        hash.update(bytes.subarray(0, length));
        meter.add(length);
        offset += length;
      }
    } finally {
      await open.done();
    }
    const actual = hash.digest();
    if (actual !== file.sha256) throw claimBroken(name, file.path, file.sha256, actual);
  }
}
