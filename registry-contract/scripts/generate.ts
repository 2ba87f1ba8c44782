/** `node registry-contract/scripts/generate.ts`: after a change of contracts/, writes all that is made from them. */
import { writeFile } from 'node:fs/promises';
import { generatedFiles } from './generated.ts';

for (const [path, text] of await generatedFiles())
  await writeFile(new URL(`../${path}`, import.meta.url), text);
