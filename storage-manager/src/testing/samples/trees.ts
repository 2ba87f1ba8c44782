import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../fs/make-folder.ts';

/** Path → SHA-256 of each file under a folder: equal records mean equal trees. */
export async function treeDigests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests: Record<string, string> = {};
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    digests[path.slice(folder.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return digests;
}

/** Writes files under `folder`, with the folders that they need. @returns `folder` */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  for (const [path, bytes] of Object.entries(files)) {
    await makeFolder(dirname(join(folder, path)), null, false);
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

/** What surrounds weights in real repositories, and what breaks naive tools. */
export function awkwardFiles(): Record<string, Uint8Array | string> {
  return {
    'config.json': JSON.stringify({ architectures: ['TinyForCausalLM'], hidden_size: 64 }),
    'tokenizer/tokenizer.json': JSON.stringify({ version: '1.0', added_tokens: [] }),
    'tokenizer/vocab.txt': Array.from({ length: 4000 }, (_, index) => `token${index}`).join('\n'),
    'empty.bin': '',
    'one.bin': 'x',
    'exactly-1-mib.bin': randomBytes(1 << 20),
    '1-mib-and-a-byte.bin': randomBytes((1 << 20) + 1),
    'unicode/模型 äöü 🙂.bin': randomBytes(10_000),
  };
}

/** A safetensors file of `count` float tensors of `bytes` each, random. */
export function safetensors(count: number, bytes: number): Uint8Array {
  const header: Record<string, unknown> = {};
  for (let index = 0; index < count; index += 1) {
    header[`layer.${index}.weight`] = {
      dtype: 'U8',
      shape: [bytes],
      data_offsets: [index * bytes, (index + 1) * bytes],
    };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, randomBytes(count * bytes)]);
}
