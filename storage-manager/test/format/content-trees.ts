import { stream } from '../chunkers/stream.ts';

const MiB = 1024 * 1024;
const text = (value: string) => new TextEncoder().encode(value);

/** Path → the file's bytes, or how many zeros it holds. */
export type ContentTree = Readonly<Record<string, Uint8Array | number>>;

/** Trees whose `content` stands in the vectors. */
export const CONTENT_TREES: Readonly<Record<string, () => ContentTree>> = {
  'one small file': () => ({ 'hello.txt': text('hello') }),
  'an empty file beside one byte': () => ({ empty: text(''), one: text('1') }),
  'a chunk exactly full, and a byte more': () => ({
    full: stream('full', MiB),
    more: stream('more', MiB + 1),
  }),
  'nested folders, whose order by name is not that of their paths': () => ({
    'a-b': text('1'),
    'a.b/x': text('2'),
    'a/deep/er/file': text('3'),
    'a/deep/file': stream('deep', 2.5 * MiB),
    a0: text('4'),
    'é/模型.bin': text('5'),
    '😀': text('6'),
    '\uff5e': text('7'),
  }),
  'the same file twice': () => ({ 'x/a': stream('twice', 3 * MiB), 'y/b': stream('twice', 3 * MiB) }),
  '1,024 chunks of zeros': () => ({ zeros: 1_024 * MiB }),
  '1,025 chunks of zeros': () => ({ zeros: 1_025 * MiB }),
  'a folder of 3,000 files': () =>
    Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`many/${i}`, text(`${i}`)])),
};
