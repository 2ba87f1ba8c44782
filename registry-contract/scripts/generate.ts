/** `node registry-contract/scripts/generate.ts`: writes src/generated from the contracts. */
import { writeFile } from 'node:fs/promises';
import { compile, generatedFile, render, SHIPPED } from './artifact.ts';

for (const contract of SHIPPED) {
  await writeFile(generatedFile(contract), render(contract, await compile(contract.name)));
}
