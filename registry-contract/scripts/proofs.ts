/**
 * `node registry-contract/scripts/proofs.ts [word …]`: a proof that can't fail proves nothing. Plants the mistakes of
 * scripts/planted.ts (with words, those whose text has one of them) one at a time in a copy of this package, and asks halmos
 * for the proof that each must break. Exit code 1 when one holds nevertheless, or ends without a counterexample.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prove } from './halmos.ts';
import { planted } from './planted.ts';
import { chosenOf, copyPackage, withPlanted } from './planting.ts';

/** What halmos says of a proof with a counterexample; others mean that it could not follow the code. */
const COUNTEREXAMPLE = 1;

const chosen = chosenOf(planted);
let unnoticed = 0;
const copy = await mkdtemp(join(tmpdir(), 'ballast-proofs-'));
try {
  await copyPackage(copy, ['test/symbolic']);
  for (const mistake of chosen) {
    const [name, original, , proof] = mistake;
    const { output, contracts } = await withPlanted(copy, mistake, () =>
      prove(['--early-exit', '--function', proof], copy),
    );
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
