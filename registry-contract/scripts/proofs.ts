/**
 * `node registry-contract/scripts/proofs.ts [word …]`: a proof that can't fail proves nothing. Plants the mistakes of
 * scripts/planted.ts (with words, those whose text has one of them) one at a time in a copy of this package, and asks halmos
 * for the proof that each must break. Exit code 1 when one holds nevertheless, or ends without a counterexample.
 */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './foundry.ts';
import { prove } from './halmos.ts';
import { planted } from './planted.ts';

/** What halmos says of a proof with a counterexample; others mean that it could not follow the code. */
const COUNTEREXAMPLE = 1;

const words = process.argv.slice(2);
const chosen = planted.filter(
  (mistake) => words.length === 0 || words.some((word) => mistake.join(' ').includes(word)),
);
let unnoticed = 0;
const copy = await mkdtemp(join(tmpdir(), 'ballast-proofs-'));
try {
  for (const part of ['contracts', 'test/symbolic', 'foundry.toml']) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, 'tools'), join(copy, 'tools'));
  await mkdir(join(copy, 'lib'));
  await symlink(join(root, '../node_modules/@openzeppelin'), join(copy, 'lib/@openzeppelin'));
  for (const [name, original, replacement, proof] of chosen) {
    const file = join(copy, 'contracts', name);
    const source = await readFile(file, 'utf8');
    if (source.split(original).length !== 2) throw new Error(`${name} must have this once: ${original}`);
    await writeFile(
      file,
      source.replace(original, () => replacement),
    );
    const { output, contracts } = await prove(['--early-exit', '--function', proof], copy);
    await writeFile(file, source);
    const codes = contracts.flatMap(([, proofs]) => proofs.map(({ exitcode }) => exitcode));
    const noticed = codes.includes(COUNTEREXAMPLE);
    if (!noticed) unnoticed++;
    console.log(`${noticed ? 'noticed' : 'NOT NOTICED'} by ${proof}: ${name}: ${original}`);
    if (!noticed) console.log(output);
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} planted mistakes noticed`);
process.exitCode = unnoticed === 0 ? 0 : 1;
