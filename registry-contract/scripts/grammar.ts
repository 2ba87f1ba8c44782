/** The grammar of names as regular expressions, written apart from the contract to hold it to them. */
export const GRAMMAR: Readonly<Record<string, (text: string) => boolean>> = {
  namespace: (text) =>
    (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 31) ||
    (/^0x[0-9a-f]{40}$/.test(text) && text !== `0x${'0'.repeat(40)}`),
  name: (text) =>
    /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(text) && text.length <= 64 && !/\.(git|ipynb)$/.test(text),
  version: (text) => /^[0-9][0-9A-Za-z]*([.-][0-9A-Za-z]+)*$/.test(text) && text.length <= 32,
  channel: (text) => /^[a-z][a-z0-9-]{0,30}$/.test(text),
};

const ADDRESS = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';

const REAL = [
  ...['acme', 'meta-llama', 'local', 'default', 'hf-internal-testing', '0x', '0xabc', '42'],
  ...[
    'llama-3-8b-instruct',
    'qwen2.5_vl',
    'a.b-c_d',
    'whisper.large.v3',
    'model.git',
    'model.ipynb',
    'git',
    'x.gitx',
  ],
  ...['.git', 'a.git', 'a.ipynb', 'a-git', 'a_ipynb', 'Llama-3'],
  ...[
    '1',
    '0',
    '1.0.0',
    '2024-06',
    '1.0.0-RC1',
    '1.0.0-rc.1',
    '1.0.0+build',
    '1..0',
    '1.',
    '1-',
    '1.-0',
    'v1',
    '00',
  ],
  ...[
    'latest',
    'stable',
    'release-1',
    'a-',
    'a--b',
    'a-b-',
    '-a',
    'a-b',
    'a--',
    'main',
    'Latest',
    'la_test',
    'la.test',
  ],
  ...[
    '',
    ' ',
    ' a',
    'a ',
    'a/b',
    '../a',
    '..',
    '.',
    '-',
    '_',
    'a__b',
    'a..b',
    'a.-b',
    'a\u0000',
    '\u0000',
    '1\u0000',
  ],
  ...['ａcme', 'café', 'аcme', 'a\u200bb', '１', '٣', '1\n', 'latest\n', 'acme\n'],
  ...[
    ADDRESS,
    ADDRESS.toUpperCase(),
    `0x${ADDRESS.slice(2).toUpperCase()}`,
    ADDRESS.slice(0, -1),
    `${ADDRESS}0`,
  ],
  ...[ADDRESS.slice(2), `0X${ADDRESS.slice(2)}`, `1x${ADDRESS.slice(2)}`, `0y${ADDRESS.slice(2)}`],
  ...[`${ADDRESS.slice(0, -1)}g`, `0x${'0'.repeat(40)}`, `0x${'0'.repeat(39)}1`, `0x${'f'.repeat(40)}`],
];

/** Lengths around each limit. */
const LENGTHS = [30, 31, 32, 33, 42, 63, 64, 65].flatMap((length) => [
  'a'.repeat(length),
  '1'.repeat(length),
  `${'a'.repeat(length - 4)}.git`,
  `${'a'.repeat(length - 2)}-b`,
]);

/** Each ASCII character first, in the middle, last and alone. */
const CHARACTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).flatMap((char) => [
  char,
  `${char}a`,
  `a${char}`,
  `a${char}b`,
  `1${char}`,
  `1${char}b`,
]);

/** Texts that are tried as each kind of name. */
export function candidates(): string[] {
  return [...new Set([...REAL, ...LENGTHS, ...CHARACTERS])];
}
