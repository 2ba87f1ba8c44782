import type { RandomAccess } from '../interfaces.ts';
import { KiB } from '../limits.ts';
import type { Verdict } from './formats.ts';
import { startsWith } from './magic.ts';

/** Of an array of numbers the header takes some hundred bytes. */
const MAX_HEADER_BYTES = 64 * KiB;

/** As `numpy.save` writes it: type, order, shape. */
const HEADER =
  /^\{'descr': '[<>|=]?([biufcSUV?])(\d+)', 'fortran_order': (?:True|False), 'shape': \(([\d, ]*)\), *\} *\n$/;
/** Type and order of a structure, or of anything with objects in it. */
const OBJECTS = /'descr': .*[|'"]O/;

/**
 * A `.npy` whose header says how many bytes follow, and so many follow.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function numpyFile(file: RandomAccess, head: Uint8Array): Promise<Verdict | null> {
  if (!startsWith(head, '\x93NUMPY') || head.byteLength < 12) return null;
  const wide = head[6]! > 1;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > MAX_HEADER_BYTES || start + length > file.size) return unknown('a header that makes no sense');
  const header = new TextDecoder('latin1').decode(await file.read(start, length));
  if (OBJECTS.test(header)) return { format: 'pickle', what: 'an array of NumPy with pickled objects' };
  const [, kind = '', width = '', shape = ''] = HEADER.exec(header) ?? [];
  if (kind === '') return unknown('a header that is not of plain numbers');
  const numbers = shape.split(',').filter((part) => part.trim() !== '');
  const bytes = numbers.reduce(
    (product, part) => product * Number(part),
    Number(width) * (kind === 'U' ? 4 : 1),
  );
  if (start + length + bytes !== file.size) return unknown('another number of bytes than its header says');
  return { format: 'numpy', what: 'an array of NumPy' };
}

function unknown(what: string): Verdict {
  return { format: 'unknown', what: `an array of NumPy with ${what}` };
}
