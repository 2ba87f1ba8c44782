/** `node registry-contract/scripts/generate.ts`: writes src/generated from contracts/. */
import { writeFile } from 'node:fs/promises';
import { compile, generatedFile, render } from './artifact.ts';

await writeFile(generatedFile, render(await compile()));
