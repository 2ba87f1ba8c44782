import { readTensors } from '../../chunkers/tensor.ts';
import { MAX_SHAPE, type Tensor } from '../../chunkers/tensor-header.ts';
import type { ManifestFile } from '../../format/manifest/encode.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { RandomAccess } from '../../interfaces.ts';
import { MiB } from '../../limits.ts';
import { type ChunkReader, TravelSpent } from './chunk-reader.ts';
import { StoredFile } from './stored-file.ts';
import type { StoredTensor } from './tensor-bytes.ts';

/** Of one file: a header is held in memory a few times while it is read. A GGUF with a large vocabulary has some 12 MiB. */
const MAX_COMPARED_HEADER_BYTES = 16 * MiB;

/** Of one release: some 40,000 tensors, which with their pairs and rows take ten times as much in a comparison. */
const MAX_LISTED_BYTES = 12 * MiB;

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
  let bytes = 0;
  for (const entry of content.manifest.files.filter(holdsTensors)) {
    const file = new StoredFile(entry, content, reader);
    const found = await readHeader(file, MAX_LISTED_BYTES - bytes);
    if (typeof found === 'string') {
      skipped.push({ path: entry.path, reason: found });
      continue;
    }
    bytes += listedBytes(found);
    for (const tensor of found) tensors.push({ ...tensor, file });
  }
  return { tensors, skipped };
}

function holdsTensors({ path, chunker }: ManifestFile): boolean {
  return chunker === 'tensor-1m' || path.endsWith('.safetensors') || path.endsWith('.gguf');
}

/** @param most bytes of memory that the tensors may take @returns why not, where there are none to list */
async function readHeader(file: StoredFile, most: number): Promise<readonly Tensor[] | string> {
  try {
    const tensors = await readTensors(bounded(file));
    if (tensors === null) return 'its header is malformed';
    if (tensors.some(({ shape }) => shape.length > MAX_SHAPE))
      return `a tensor has more than ${MAX_SHAPE} dimensions`;
    return listedBytes(tensors) <= most ? tensors : 'the release has too many tensors, or too long names';
  } catch (error) {
    if (error instanceof HeaderTooLong) return 'its header is too long';
    if (error instanceof TravelSpent) return 'too much was read already';
    throw error;
  }
}

class HeaderTooLong extends Error {}

/** The file, as far as a header may be long. */
function bounded(file: StoredFile): RandomAccess {
  let remaining = MAX_COMPARED_HEADER_BYTES;
  return {
    path: file.path,
    size: file.size,
    async read(offset, length) {
      remaining -= length;
      if (remaining < 0) throw new HeaderTooLong('no more of it is read');
      return file.read(offset, length);
    },
  };
}

/** About: an object each, and two bytes a character. */
function listedBytes(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { name, dtype }) => sum + 200 + 2 * (name.length + dtype.length), 0);
}
