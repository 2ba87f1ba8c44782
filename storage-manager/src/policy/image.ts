import { HeaderCursor } from '../chunkers/header-cursor.ts';
import { orNull } from '../chunkers/tensor-header.ts';
import type { RandomAccess } from '../interfaces.ts';
import { MAX_IMAGE_PARTS } from '../limits.ts';
import type { Verdict } from './formats.ts';
import { startsWith } from './magic.ts';

type IsWhole = (file: RandomAccess) => Promise<boolean>;

const KINDS: readonly (readonly [magic: string, name: string, isWhole: IsWhole])[] = [
  ['\x89PNG\r\n\x1a\n', 'PNG', isPng],
  ['\xff\xd8\xff', 'JPEG', (file) => endsWith(file, '\xff\xd9')],
  ['GIF87a', 'GIF', (file) => endsWith(file, ';')],
  ['GIF89a', 'GIF', (file) => endsWith(file, ';')],
  ['RIFF', 'WebP', isWebp],
];

/** Pictures of a model's page: they begin and end as they should. What is in between is not looked at. */
export async function imageFile(file: RandomAccess, head: Uint8Array): Promise<Verdict | null> {
  for (const [magic, name, isWhole] of KINDS)
    if (startsWith(head, magic) && (await orNull(isWhole(file))))
      return { format: 'image', what: `a ${name} image` };
  return null;
}

async function endsWith(file: RandomAccess, end: string): Promise<boolean> {
  return startsWith(await file.read(file.size - end.length, end.length), end);
}

/** `RIFF`, the size of what follows, `WEBP`. */
async function isWebp(file: RandomAccess): Promise<boolean> {
  if (file.size < 12) return false;
  const head = await file.read(0, 12);
  const size = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  return startsWith(head, 'WEBP', 8) && size + 8 === file.size;
}

/** Parts follow each other (length, name, content, sum), and the last, `IEND`, ends the file. */
async function isPng(file: RandomAccess): Promise<boolean> {
  const cursor = new HeaderCursor(file, file.size, 8);
  for (let parts = 0; parts < MAX_IMAGE_PARTS; parts += 1) {
    await cursor.load(8);
    const length = swapped(cursor.uint32());
    const name = cursor.text(4);
    cursor.skip(length + 4);
    if (name === 'IEND') return cursor.position === file.size;
  }
  return false;
}

function swapped(number: number): number {
  return (
    (number & 0xff) * 2 ** 24 +
    ((number >> 8) & 0xff) * 2 ** 16 +
    ((number >> 16) & 0xff) * 256 +
    (number >>> 24)
  );
}
