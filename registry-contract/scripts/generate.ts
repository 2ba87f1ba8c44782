/** `node registry-contract/scripts/generate.ts`: writes src/generated from the contracts. */
import { writeFile } from 'node:fs/promises';
import { generate, generatedFile, SHIPPED } from './artifact.ts';

for (const contract of SHIPPED) {
  await writeFile(generatedFile(contract), await generate(contract));
}
