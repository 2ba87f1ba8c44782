import { PolicyError } from '../errors.ts';
import type { RandomAccess } from '../interfaces.ts';
import { classify } from './classify.ts';
import { isRefused, type RefusedFormat } from './formats.ts';

/** What a tree may hold. */
export interface FormatPolicy {
  /** `any`: every format, with a warning of those that run code; `inference`: data, and what is allowed. */
  readonly use: 'any' | 'inference';
  /** Formats that inference takes of this model beside data. */
  readonly allowed: readonly RefusedFormat[];
}

/** A file that is not data alone. None that is missing here is proven to be safe. */
export interface NotableFile {
  readonly path: string;
  readonly format: RefusedFormat;
  /** As a noun, for people. */
  readonly what: string;
}

/** Of the files that are refused, this many are named. */
const NAMED = 5;

/** Those of the files that are not of a data format, in their order. */
export async function notableFiles(files: AsyncIterable<RandomAccess>): Promise<NotableFile[]> {
  const notable: NotableFile[] = [];
  for await (const file of files) {
    const { format, what } = await classify(file);
    if (isRefused(format)) notable.push({ path: file.path, format, what });
  }
  return notable;
}

/** @param name of the tree, for people @throws PolicyError `FORMAT_REFUSED` where inference may not have one of them */
export function requireAllowed(
  name: string,
  notable: readonly NotableFile[],
  { use, allowed }: FormatPolicy,
): void {
  const refused = use === 'any' ? [] : notable.filter(({ format }) => !allowed.includes(format));
  if (refused.length === 0) return;
  const formats = [...new Set(refused.map(({ format }) => format))];
  throw new PolicyError('FORMAT_REFUSED', {
    should: `every file of ${name} must be of a data format, as inference takes them`,
    was: listed(refused),
    next: `ask the publisher for safetensors or GGUF, or leave these files out (--exclude); if you trust the publisher as you trust a program, allow ${formats.join(', ')} for the model in the configuration (policy.allow)`,
  });
}

/** `a.bin is a pickle that calls os.system, b.py is source code of Python, and 3 more`. */
export function listed(files: readonly NotableFile[]): string {
  const named = files.slice(0, NAMED).map(({ path, what }) => `${path} is ${what}`);
  const more = files.length - named.length;
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
