import { generate, SHIPPED } from './artifact.ts';
import { codeSizes, storageLines } from './snapshots.ts';
import { compileStandard, standardInput } from './standard-input.ts';

/** What is made from contracts/, by its path in this package. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const contract of SHIPPED) {
    files.set(`src/generated/${contract.module}.ts`, await generate(contract));
  }
  const input = standardInput();
  const contracts = compileStandard(input);
  const names = SHIPPED.flatMap(({ name, reader }) => (reader === undefined ? [name] : [name, reader]));
  files.set('standard-input.json', json(input));
  files.set('snapshots/code-size.json', json(codeSizes(contracts, names)));
  files.set(
    'snapshots/storage-layout.json',
    json(storageLines(contracts.ChunkedModelRegistry!.storageLayout)),
  );
  return files;
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
