import { type JobOptions, note } from '../../events.ts';
import { sourceChanged } from '../../fs/errors.ts';
import { OpenFile, type OpenOptions } from '../../fs/open-file.ts';
import type { RandomAccess } from '../../interfaces.ts';
import { KiB } from '../../limits.ts';
import { runsCode } from '../../policy/formats.ts';
import {
  type FormatPolicy,
  listed,
  type NotableFile,
  notableFiles,
  requireAllowed,
} from '../../policy/tree.ts';

/** A file of a tree, and where it lies on this disk. */
export interface LyingFile {
  readonly path: string;
  readonly absolute: string;
  readonly size: number;
}

/** A file up to this size is read once: of many small ones the calls, not the bytes, take the time. */
const SMALL_BYTES = 64 * KiB;

/** Every format is taken, with a warning. */
export const ANY_FORMAT: FormatPolicy = { use: 'any', allowed: [] };

/**
 * Judges the files of a tree, before anybody may load them.
 * @param name of the tree, for people
 * @returns those that are not of a data format
 * @throws PolicyError `FORMAT_REFUSED`; BusyError `SOURCE_CHANGED`; ResourceError `FILE_SYSTEM`
 */
export async function judgeFormats(
  name: string,
  files: readonly LyingFile[],
  policy: FormatPolicy,
  options: JobOptions & OpenOptions,
): Promise<readonly NotableFile[]> {
  const notable = await notableFiles(opened(files, options));
  requireAllowed(name, notable, policy);
  const code = notable.filter(({ format }) => runsCode(format));
  if (code.length > 0) note(options, 'warning', `${name} is not proven safe to load: ${listed(code)}`);
  return notable;
}

async function* opened(
  files: readonly LyingFile[],
  { signal, follow }: JobOptions & OpenOptions,
): AsyncGenerator<RandomAccess> {
  for (const { path, absolute, size } of files) {
    const open = await OpenFile.open(absolute, { follow });
    const read = async (offset: number, length: number) => {
      signal?.throwIfAborted();
      const bytes = new Uint8Array(length);
      if ((await open.read(bytes, offset)) < length) throw sourceChanged(absolute, 'judged');
      return bytes;
    };
    try {
      const whole = size <= SMALL_BYTES ? await read(0, size) : null;
      yield { path, size, read: async (at, length) => whole?.subarray(at, at + length) ?? read(at, length) };
    } finally {
      await open.done();
    }
  }
}
