/** `node registry-contract/scripts/vectors.ts`: writes vectors/, the data that every implementation is held to. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { candidates, GRAMMAR } from './grammar.ts';
import { ids } from './ids.ts';
import { digests, hex, proofOf, rootOf } from './tree.ts';
import { typedData } from './typed-data.ts';

/** Trees of each size up to 65, and around a segment. */
const SIZES = [...Array.from({ length: 65 }, (_, i) => i + 1), 1_023, 1_024, 1_025];

const STATUSES = ['Active', 'Deprecated', 'Yanked', 'Revoked'] as const;

/** Proofs of the leaves where the shape changes: both ends, the middle, and the last of the largest full subtree. */
function merkle() {
  const trees = SIZES.map((count) => {
    const leaves = digests(count);
    const full = 2 ** Math.floor(Math.log2(count)) - 1;
    const indexes = [...new Set([0, Math.floor(count / 2), full, count - 1])].sort((a, b) => a - b);
    const proofs = indexes.map((index) => ({ index, proof: proofOf(leaves, index).map(hex) }));
    return { count, root: hex(rootOf(leaves)), proofs };
  });
  return { digests: 'digest i of a tree is SHA-256 of i as 8 bytes, big-endian', trees };
}

function names() {
  return Object.fromEntries(
    Object.entries(GRAMMAR).map(([kind, isLegal]) => {
      const all = candidates();
      return [kind, { valid: all.filter(isLegal), invalid: all.filter((text) => !isLegal(text)) }];
    }),
  );
}

/** Every ordered pair: the same again is refused, Revoked is the end, all else is allowed. */
function status() {
  const allowed: Record<(typeof STATUSES)[number], readonly string[]> = {
    Active: ['Deprecated', 'Yanked', 'Revoked'],
    Deprecated: ['Active', 'Yanked', 'Revoked'],
    Yanked: ['Active', 'Deprecated', 'Revoked'],
    Revoked: [],
  };
  const pairs = STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to })));
  return {
    statuses: STATUSES,
    transitions: pairs.map(({ from, to }) => ({ from, to, allowed: allowed[from].includes(to) })),
  };
}

export const vectors: Readonly<Record<string, unknown>> = {
  'merkle.json': merkle(),
  'names.json': names(),
  'status.json': status(),
  'ids.json': ids(),
  'typed-data.json': typedData(),
};

export const folder = new URL('../vectors/', import.meta.url);

export function render(name: string): string {
  return `${JSON.stringify(vectors[name], null, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of Object.keys(vectors)) await writeFile(new URL(name, folder), render(name));
}
