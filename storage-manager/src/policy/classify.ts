import type { RandomAccess } from '../interfaces.ts';
import { KiB } from '../limits.ts';
import { byName } from './by-name.ts';
import { hdf5Anywhere, tarAtStart, zipInTail } from './containers.ts';
import { isRefused, type Verdict } from './formats.ts';
import { imageFile } from './image.ts';
import { byMagic } from './magic.ts';
import { numpyFile } from './numpy.ts';
import { pickleAtStart } from './pickle.ts';
import { protobufFile } from './protobuf-files.ts';
import { tensorFile } from './tensor-files.ts';
import { textFile } from './text.ts';

const HEAD_BYTES = KiB;

type Judge = (file: RandomAccess, head: Uint8Array) => Promise<Verdict | null> | Verdict | null;

/** What would be run, or holds other files: asked first, since a file may be data to one loader and code to another. */
const SUSPECT: readonly Judge[] = [
  (file) => zipInTail(file),
  (_, head) => byMagic(head),
  (_, head) => tarAtStart(head),
  (file) => hdf5Anywhere(file),
  (file) => pickleAtStart(file),
];

/** Each says yes only to a whole file of its format. */
const DATA: readonly Judge[] = [tensorFile, numpyFile, imageFile, (file) => textFile(file), protobufFile];

/**
 * What a file is: by its content, of which a hostile publisher chooses every byte, and then by its name, which can only
 * make it worse. Reads heads, tails and headers; texts whole, and little of tensors.
 */
export async function classify(file: RandomAccess): Promise<Verdict> {
  const verdict = await byContent(file);
  return isRefused(verdict.format) ? verdict : (byName(file.path) ?? verdict);
}

async function byContent(file: RandomAccess): Promise<Verdict> {
  if (file.size === 0) return { format: 'text', what: 'empty' };
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size));
  for (const judge of [...SUSPECT, ...DATA]) {
    const verdict = await judge(file, head);
    if (verdict !== null) return verdict;
  }
  return { format: 'unknown', what: 'of no format that is known' };
}
