import { createCipheriv } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** 40 tensors of 1.6 MiB: 64 MiB, of which a fine-tune changes 2. */
export const TENSORS = 40;
const CHANGED = [11, 28];
const SHAPE = [1024, 820];
const TENSOR_BYTES = 1024 * 820 * 2;

/** Writes a model as a trainer would leave it; the same bytes on every machine. @param tuned changes 5 % of the tensors */
export async function writeModel(folder: string, tuned: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'config.json'),
    `${JSON.stringify({ model_type: 'demo', layers: TENSORS }, null, 2)}\n`,
  );
  const file = await open(join(folder, 'model.safetensors'), 'w');
  try {
    await file.writeFile(header());
    for (let tensor = 0; tensor < TENSORS; tensor += 1) {
      await file.writeFile(weights(tensor, tuned && CHANGED.includes(tensor) ? 1 : 0));
    }
  } finally {
    await file.close();
  }
}

/** https://github.com/huggingface/safetensors#format: 8 bytes of length, then JSON, padded to 8 bytes. */
function header(): Buffer {
  const entries = Array.from({ length: TENSORS }, (_, tensor) => {
    const place = {
      dtype: 'BF16',
      shape: SHAPE,
      data_offsets: [tensor * TENSOR_BYTES, (tensor + 1) * TENSOR_BYTES],
    };
    return [`layers.${tensor}.weight`, place];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text]);
}

/** A key stream: as incompressible as real weights, and quickly made. */
function weights(tensor: number, variant: number): Buffer {
  const start = Buffer.alloc(16);
  start.writeUInt32BE(tensor, 0);
  start.writeUInt32BE(variant, 4);
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 'ballast'), start).update(Buffer.alloc(TENSOR_BYTES));
}
