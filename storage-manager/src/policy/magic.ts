import type { FileFormat, Verdict } from './formats.ts';

/** The first bytes of programs and containers, as Latin-1; none of them can also begin a format of data that is taken. */
const MAGIC: readonly (readonly [bytes: string, format: FileFormat, what: string])[] = [
  ['\x7fELF', 'program', 'an ELF program or library'],
  ['MZ', 'program', 'a program or library of Windows'],
  ['\xfe\xed\xfa\xce', 'program', 'a Mach-O program or library'],
  ['\xfe\xed\xfa\xcf', 'program', 'a Mach-O program or library'],
  ['\xce\xfa\xed\xfe', 'program', 'a Mach-O program or library'],
  ['\xcf\xfa\xed\xfe', 'program', 'a Mach-O program or library'],
  ['\xca\xfe\xba\xbe', 'program', 'a Java class or a Mach-O program for several processors'],
  ['\0asm', 'program', 'a WebAssembly module'],
  ['BC\xc0\xde', 'program', 'LLVM bitcode'],
  ['dex\n', 'program', 'a program of Android'],
  ['\x1bLua', 'program', 'a compiled Lua program'],
  ['#!', 'script', 'a script: it names its interpreter'],
  ['\x1f\x8b', 'archive', 'compressed by gzip'],
  ['x\x01', 'archive', 'compressed by zlib'],
  // All of it may be letters.
  ['x^', 'archive', 'compressed by zlib'],
  ['x\x9c', 'archive', 'compressed by zlib'],
  ['x\xda', 'archive', 'compressed by zlib'],
  ['BZh', 'archive', 'compressed by bzip2'],
  ['\xfd7zXZ\0', 'archive', 'compressed by xz'],
  ['\x28\xb5\x2f\xfd', 'archive', 'compressed by zstd'],
  ['\x04\x22\x4d\x18', 'archive', 'compressed by lz4'],
  ['7z\xbc\xaf\x27\x1c', 'archive', 'a 7z archive'],
  ['Rar!\x1a\x07', 'archive', 'a RAR archive'],
  ['PK\x03\x04', 'archive', 'a zip archive'],
  ['!<arch>\n', 'archive', 'an ar archive, such as a static library'],
  ['070701', 'archive', 'a cpio archive'],
];

/** What joblib reads as a pickle compressed by zlib since its first versions: a length in hex takes 19 bytes. All may be letters. */
const ZFILE = /^ZF[\s\da-fx_+]{19}/i;

/** @param head the first bytes of the file */
export function byMagic(head: Uint8Array): Verdict | null {
  const found = MAGIC.find(([bytes]) => startsWith(head, bytes));
  if (found !== undefined) return { format: found[1], what: found[2] };
  if (ZFILE.test(String.fromCharCode(...head.subarray(0, 21))))
    return { format: 'archive', what: 'compressed by joblib' };
  // A number that rises with each version of Python, and CR LF.
  const compiled = head[1]! >= 0x0c && head[1]! <= 0x0f && head[2] === 0x0d && head[3] === 0x0a;
  return compiled ? { format: 'program', what: 'compiled Python' } : null;
}

/** @param bytes as Latin-1 */
export function startsWith(head: Uint8Array, bytes: string, at = 0): boolean {
  for (let i = 0; i < bytes.length; i += 1) if (head[at + i] !== bytes.charCodeAt(i)) return false;
  return true;
}
