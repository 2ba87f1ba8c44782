import { invalidArchive } from './errors.ts';
import { utf8Text } from './tar-header.ts';

/** What an extended header changes for the entry after it. */
export interface PaxChanges {
  readonly path?: string;
  readonly size?: number;
  /** It is a sparse file: the name that GNU gives it apart from its path, or nothing. */
  readonly sparse?: string;
}

const SPARSE_NAME = 'GNU.sparse.name';
const READ: readonly string[] = ['path', 'size', 'hdrcharset', SPARSE_NAME];

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Reads `<length> <key>=<value>\n` records (POSIX.1-2017, "pax Extended Header"). Times, owners and attributes are left
 * out; what would change the content in a way that is not read here is refused.
 * @param global of a header for all entries after it, which must change none of their paths and sizes
 * @throws PolicyError `ARCHIVE_INVALID`
 */
export function parsePax(body: Uint8Array, global: boolean): PaxChanges {
  let path: string | undefined;
  let size: number | undefined;
  let sparse: string | undefined;
  for (const [key, value] of records(body)) {
    if (key.startsWith('GNU.sparse.') || key.startsWith('SUN.holes'))
      sparse = key === SPARSE_NAME ? value : (sparse ?? '');
    if (key === 'hdrcharset' && value !== 'ISO-IR 10646 2000 UTF-8')
      throw invalidArchive(`its names are in ${JSON.stringify(value)}, not UTF-8`);
    if (key !== 'path' && key !== 'size') continue;
    if (global) throw invalidArchive(`a global header sets the ${key} of every entry`);
    if (key === 'path') path = value;
    else size = wholeNumber(value);
  }
  return {
    ...(path !== undefined && { path }),
    ...(size !== undefined && { size }),
    ...(sparse !== undefined && { sparse }),
  };
}

function* records(body: Uint8Array): Generator<readonly [key: string, value: string]> {
  for (let start = 0; start < body.length; ) {
    const space = body.indexOf(SPACE, start);
    const digits = space < 0 ? '' : utf8Text(body.subarray(start, Math.min(space, start + 8)));
    const end = start + Number(digits);
    if (!/^[1-9]\d*$/.test(digits) || end > body.length || end <= space + 1 || body[end - 1] !== NEWLINE)
      throw invalidArchive('an extended header is malformed');
    const bytes = body.subarray(space + 1, end - 1);
    const equals = bytes.indexOf(0x3d);
    if (equals < 1) throw invalidArchive('an extended header is malformed');
    const key = utf8Text(bytes.subarray(0, equals));
    // Extended attributes may be any bytes: they are not read.
    yield [key, READ.includes(key) ? utf8Text(bytes.subarray(equals + 1)) : ''];
    start = end;
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw invalidArchive(`an extended header claims a size of ${JSON.stringify(text.slice(0, 40))}`);
}
