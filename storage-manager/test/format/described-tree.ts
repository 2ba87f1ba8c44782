import { stream } from '../chunkers/stream.ts';

/** Path → what the file holds: a text, so many zeros, or so many bytes of a stream. */
export type DescribedTree = Readonly<
  Record<
    string,
    | { readonly text: string }
    | { readonly zeros: number }
    | { readonly stream: string; readonly length: number }
  >
>;

/** Path → the file's bytes, or how many zeros it holds. */
export type ContentTree = Readonly<Record<string, Uint8Array | number>>;

/** The tree that the vectors describe. */
export function contentTree(described: DescribedTree): ContentTree {
  return Object.fromEntries(
    Object.entries(described).map(([path, file]) => {
      if ('text' in file) return [path, new TextEncoder().encode(file.text)];
      return [path, 'zeros' in file ? file.zeros : stream(file.stream, file.length)];
    }),
  );
}
