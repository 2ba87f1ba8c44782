import type { JobOptions } from '../events.ts';
import type { Reference } from '../ids/reference.ts';
import { ChunkReader } from './diffing/chunk-reader.ts';
import { type ChunkDifference, compareChunks } from './diffing/chunks.ts';
import { compareFiles, type FileDifference } from './diffing/files.ts';
import { compareTensors, type TensorDifferences } from './diffing/tensors.ts';
import { inspect } from './inspect.ts';
import type { Ports } from './job/ports.ts';
import type { KnownRelease } from './reading/release.ts';

export interface DiffJob {
  readonly left: Reference;
  readonly right: Reference;
}

export interface Diff {
  readonly left: KnownRelease;
  readonly right: KnownRelease;
  readonly files: readonly FileDifference[];
  readonly tensors: TensorDifferences;
  readonly chunks: ChunkDifference;
}

/**
 * What differs between two releases, of one model or of two, of any status. Manifests, indexes and the headers of tensor
 * files travel, and of tensors only those pieces on which the chunk lists leave a doubt: at most 256 MiB in all.
 * @throws what `inspect` and `readVerified` throw
 */
export async function diff(ports: Ports, job: DiffJob, options: JobOptions = {}): Promise<Diff> {
  const left = await inspect(ports, job.left, options);
  const right = await inspect(ports, job.right, options);
  return {
    left,
    right,
    files: compareFiles(left.content, right.content),
    tensors: await compareTensors(left.content, right.content, new ChunkReader(ports, options)),
    chunks: compareChunks(left.content.chunks, right.content.chunks),
  };
}
