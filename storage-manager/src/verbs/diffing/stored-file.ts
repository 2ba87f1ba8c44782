import type { ManifestFile } from '../../format/manifest/encode.ts';
import type { ReleaseContent } from '../../format/release.ts';
import type { RandomAccess } from '../../interfaces.ts';
import { chunksOf, type FileChunk } from '../reading/file-chunks.ts';
import type { ChunkReader } from './chunk-reader.ts';

/** A file of a release, of which only the chunks that are read travel. */
export class StoredFile implements RandomAccess {
  readonly #file: ManifestFile;
  readonly #content: ReleaseContent;
  readonly #reader: ChunkReader;
  /** Where each chunk begins. */
  readonly #offsets: Float64Array;

  constructor(file: ManifestFile, content: ReleaseContent, reader: ChunkReader) {
    this.#file = file;
    this.#content = content;
    this.#reader = reader;
    this.#offsets = Float64Array.from(chunksOf(file, content), ({ offset }) => offset);
  }

  get path(): string {
    return this.#file.path;
  }

  get size(): number {
    return this.#file.size;
  }

  /** The chunk that holds the byte at `offset`, which lies inside the file. */
  chunkAt(offset: number): FileChunk {
    let [low, high] = [0, this.#offsets.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! <= offset) low = middle;
      else high = middle;
    }
    const index = this.#file.first + low;
    const { chunks } = this.#content;
    return {
      index,
      digest: chunks.digestAt(index),
      file: this.#file,
      offset: this.#offsets[low]!,
      length: chunks.sizeAt(index),
    };
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { model, version } = this.#content.manifest;
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const chunk = this.chunkAt(offset + done);
      const from = offset + done - chunk.offset;
      const part = (await this.#reader.read(`${model}@${version}`, chunk)).subarray(
        from,
        from + length - done,
      );
      bytes.set(part, done);
      done += part.byteLength;
    }
    return bytes;
  }
}
