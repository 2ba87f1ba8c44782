import { readTensors } from '../../chunkers/tensor.ts';
import type { Tensor } from '../../chunkers/tensor-header.ts';
import type { ManifestFile } from '../../format/manifest.ts';
import type { ReleaseContent } from '../../format/release.ts';
import { type ChunkReader, TravelSpent } from './chunk-reader.ts';
import { StoredFile } from './stored-file.ts';
import type { StoredTensor } from './tensor-bytes.ts';

/** Tensors of one release that are held in memory at once. */
const MAX_LISTED_TENSORS = 1_048_576;

export interface TensorList {
  readonly tensors: readonly StoredTensor[];
  /** Files that hold tensors by their name or chunker, of which none is listed. */
  readonly skipped: readonly SkippedFile[];
}

export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** The tensors of every safetensors and GGUF file of a release, in order of file and offset. */
export async function listTensors(content: ReleaseContent, reader: ChunkReader): Promise<TensorList> {
  const tensors: StoredTensor[] = [];
  const skipped: SkippedFile[] = [];
  for (const entry of content.manifest.files.filter(holdsTensors)) {
    const file = new StoredFile(entry, content, reader);
    const found = await readHeader(file);
    if (typeof found === 'string') skipped.push({ path: entry.path, reason: found });
    else if (tensors.length + found.length > MAX_LISTED_TENSORS)
      skipped.push({ path: entry.path, reason: `the release has more than ${MAX_LISTED_TENSORS} tensors` });
    else for (const tensor of found) tensors.push({ ...tensor, file });
  }
  return { tensors, skipped };
}

function holdsTensors({ path, chunker }: ManifestFile): boolean {
  return chunker === 'tensor-1m' || path.endsWith('.safetensors') || path.endsWith('.gguf');
}

/** @returns why not, where there are none to read */
async function readHeader(file: StoredFile): Promise<readonly Tensor[] | string> {
  try {
    return (await readTensors(file)) ?? 'its header is malformed';
  } catch (error) {
    if (error instanceof TravelSpent) return 'too much was read already';
    throw error;
  }
}
