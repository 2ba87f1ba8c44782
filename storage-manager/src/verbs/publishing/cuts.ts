import { chooseChunker } from '../../chunkers/choose.ts';
import type { Engine } from '../../engine/engine.ts';
import { sourceChanged } from '../../fs/errors.ts';
import type { OpenFile } from '../../fs/open-file.ts';
import type { CallOptions, ChunkerName, Span } from '../../interfaces.ts';
import { MAX_CHUNK_BYTES } from '../../limits.ts';

export interface Cut {
  readonly offset: number;
  readonly length: number;
}

/** What is cut. */
export interface CutFile {
  /** Its name tells its kind. */
  readonly path: string;
  readonly size: number;
}

/** Bytes that a chunker sees before it decides; every magic number is shorter. */
const HEAD_BYTES = 16;

export interface CutPlan {
  readonly chunker: ChunkerName;
  readonly spans: readonly Span[];
  /** Why another chunker than the natural one was taken. */
  readonly warning: string | null;
}

/** Which chunker cuts the file, and into which spans. */
export async function planCuts(file: CutFile, open: OpenFile, wanted?: ChunkerName): Promise<CutPlan> {
  const read = async (offset: number, length: number) => {
    const bytes = new Uint8Array(length);
    if ((await open.read(bytes, offset)) < length) throw sourceChanged(file.path, 'stored');
    return bytes;
  };
  const head = await read(0, Math.min(HEAD_BYTES, file.size));
  const chunker = chooseChunker(file.path, file.size, head, wanted);
  const access = { path: file.path, size: file.size, read };
  const spans = await chunker.spans(access);
  if (spans !== null) return { chunker: chunker.name, spans, warning: null };
  const fallback = chooseChunker(file.path, file.size, head, 'cdc-1m');
  return {
    chunker: fallback.name,
    spans: (await fallback.spans(access)) ?? [],
    warning: `${file.path}: ${chunker.name} could not read its tensors, so ${fallback.name} cuts it; it dedupes less well`,
  };
}

/**
 * The cuts of one span in order. A Gear cut depends on the one before it, so the piece is read once here to find its
 * end and once more, from the page cache, by whoever stores it; hashing and storing go on in parallel meanwhile.
 */
export async function* cutsOf(
  span: Span,
  file: CutFile,
  open: OpenFile,
  engine: Engine,
  options: CallOptions,
): AsyncIterable<Cut> {
  const end = span.offset + span.length;
  for (let offset = span.offset; offset < end; ) {
    const most = Math.min(MAX_CHUNK_BYTES, end - offset);
    const length = span.rule === 'fixed' ? most : await gearLength(offset, most, file, open, engine, options);
    yield { offset, length };
    offset += length;
  }
}

async function gearLength(
  offset: number,
  most: number,
  file: CutFile,
  open: OpenFile,
  engine: Engine,
  options: CallOptions,
): Promise<number> {
  const slot = await engine.slots.acquire(options);
  try {
    if ((await open.read(slot.bytes.subarray(0, most), offset)) < most)
      throw sourceChanged(file.path, 'stored');
    return await engine.pool.cut(slot, most);
  } finally {
    engine.slots.release(slot);
  }
}
