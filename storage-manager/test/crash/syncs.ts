/** Writes in each of the ways of fs/, and says which failed: `node syncs.ts <folder>`. */
import { join } from 'node:path';
import { appendAt } from '../../src/fs/append.ts';
import { commitFile, writeWhole } from '../../src/fs/commit.ts';
import { writeNew } from '../../src/fs/new-file.ts';
import { OpenFile } from '../../src/fs/open-file.ts';

const [folder = ''] = process.argv.slice(2);
const at = (name: string) => join(folder, name);

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  created: async () => {
    const file = await OpenFile.create(at('created'), 4);
    await file.write(Buffer.from('new!'), 0);
    await file.done();
  },
  committed: async () => {
    await writeNew(at('temporary'), 'new!');
    await commitFile(at('temporary'), at('committed'));
  },
  whole: () => writeWhole(at('whole'), 'new!'),
  appended: async () => {
    await appendAt(at('appended'), 4, Buffer.from('new!'));
  },
};

for (const [name, way] of Object.entries(WAYS))
  await way().catch((error: { code?: string }) => console.log(`${name} ${error.code}`));
