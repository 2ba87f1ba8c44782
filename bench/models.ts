import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A tensor's bytes are a stream that its seed names: the same seed, the same bytes, whatever file they stand in. */
export interface Tensor {
  readonly name: string;
  readonly bytes: number;
  readonly seed: string;
  /** Bytes at the end that another seed makes: rows that were appended. */
  readonly tail?: { readonly bytes: number; readonly seed: string };
}

type Metadata = Readonly<Record<string, string>>;

/** A file of safetensors. */
export interface TensorFile {
  readonly tensors: readonly Tensor[];
  /** `__metadata__` of its header. */
  readonly metadata: Metadata;
}

/** Files by path. */
export type Model = Readonly<Record<string, TensorFile>>;

const KEY = randomBytes(16);
const PIECE_BYTES = 4 << 20;

/** Writes the model; random bytes, which no tool can compress. @returns bytes written */
export async function writeModel(folder: string, model: Model): Promise<number> {
  let written = 0;
  for (const [path, content] of Object.entries(model)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const file = await open(join(folder, path), 'w');
    try {
      for (const piece of bytesOf(content)) written += (await file.write(piece)).bytesWritten;
      await file.datasync();
    } finally {
      await file.close();
    }
  }
  return written;
}

/** What PyTorch's own writer says. */
const METADATA: Metadata = { format: 'pt' };

/** Bytes of the header of a safetensors file. */
function headerOf({ tensors, metadata }: TensorFile): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const tensor of tensors) {
    const length = tensor.bytes + (tensor.tail?.bytes ?? 0);
    header[tensor.name] = { dtype: 'BF16', shape: [length / 2], data_offsets: [offset, offset + length] };
    offset += length;
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.byteLength));
  return Buffer.concat([length, padded]);
}

function* bytesOf(file: TensorFile): Iterable<Buffer> {
  yield headerOf(file);
  for (const { bytes, seed, tail } of file.tensors) {
    yield* stream(seed, bytes);
    if (tail) yield* stream(tail.seed, tail.bytes);
  }
}

/** AES-CTR of zeros: 5 GB/s, and every piece differs. */
function* stream(seed: string, bytes: number): Iterable<Buffer> {
  const zeros = Buffer.alloc(PIECE_BYTES);
  const cipher = createCipheriv('aes-128-ctr', KEY, Buffer.from(seed.padEnd(16).slice(0, 16)));
  for (let left = bytes; left > 0; left -= PIECE_BYTES)
    yield cipher.update(zeros.subarray(0, Math.min(left, PIECE_BYTES)));
}

/** One file of about `bytes`, in the shapes of a transformer. */
export function plainModel(bytes: number): Model {
  return one(tensorsOf(bytes));
}

/** The same with a twentieth of its tensors' bytes new. */
export function changedBy5Percent(bytes: number): Model {
  const tensors = tensorsOf(bytes);
  let left = bytes / 20;
  return one(
    tensors.map((tensor) => {
      if (left < tensor.bytes) return tensor;
      left -= tensor.bytes;
      return { ...tensor, seed: `+${tensor.seed}` };
    }),
  );
}

function one(tensors: readonly Tensor[], metadata = METADATA): Model {
  return { 'model.safetensors': { tensors, metadata } };
}

const LAYER = { q_proj: 8, k_proj: 2, v_proj: 2, o_proj: 8, gate_proj: 22, up_proj: 22, down_proj: 22 };
const HIDDEN = 1_024;

function tensorsOf(bytes: number): Tensor[] {
  // A vocabulary of an eighth, and eight layers that share the rest as in a real one; norms are small.
  const embedding = Math.floor(bytes / 8 / (HIDDEN * 2)) * HIDDEN * 2;
  const unit = Math.floor((bytes - embedding) / 8 / 86 / 2) * 2;
  const tensors: Tensor[] = [{ name: 'model.embed_tokens.weight', bytes: embedding, seed: 'embed' }];
  for (let layer = 0; layer < 8; layer += 1) {
    const of = (name: string, length: number): Tensor => ({
      name: `model.layers.${layer}.${name}.weight`,
      bytes: length,
      seed: `${layer}.${name}`,
    });
    tensors.push(
      of('norm', HIDDEN * 2),
      ...Object.entries(LAYER).map(([name, share]) => of(name, share * unit)),
    );
  }
  return tensors;
}

export interface Variant {
  readonly name: string;
  readonly model: Model;
}

/** What becomes of a model in its life: each of these is nearly the base. */
export function variants(bytes: number): readonly Variant[] {
  const base = tensorsOf(bytes);
  const half = Math.floor(base.length / 2);
  const tuned = base.map((tensor) =>
    /layers\.[67]\./.test(tensor.name) ? { ...tensor, seed: `t${tensor.seed}` } : tensor,
  );
  const rows = { bytes: 64 * HIDDEN * 2, seed: 'rows' };
  const lora = base
    .slice(1, 30)
    .map(({ name }, at) => ({ name: `${name}.lora`, bytes: 64 * HIDDEN, seed: `l${at}` }));
  return [
    { name: 'base', model: one(base) },
    { name: 'fine-tune of the last quarter', model: one(tuned) },
    {
      name: 'resharded',
      model: {
        'model-1.safetensors': { tensors: base.slice(0, half), metadata: METADATA },
        'model-2.safetensors': { tensors: base.slice(half), metadata: METADATA },
      },
    },
    {
      name: 'renamed tensor',
      model: one(
        base.map((tensor, at) => (at === 3 ? { ...tensor, name: `${tensor.name}.renamed` } : tensor)),
      ),
    },
    {
      name: 'changed header',
      model: one(base, {
        ...METADATA,
        license: 'apache-2.0',
        description: 'The same tensors, told of at length.',
      }),
    },
    {
      name: 'vocabulary +64 rows',
      model: one(base.map((tensor, at) => (at === 0 ? { ...tensor, tail: rows } : tensor))),
    },
    { name: 'LoRA tensors added', model: one([...base, ...lora]) },
  ];
}

/** The fewest bytes that hold all variants: every tensor's bytes, appended rows and header once. */
export function floorBytes(all: readonly Variant[]): number {
  const parts = new Map<string, number>();
  for (const { model } of all)
    for (const file of Object.values(model)) {
      const header = headerOf(file);
      parts.set(header.toString('latin1'), header.byteLength);
      for (const { seed, bytes, tail } of file.tensors) {
        parts.set(`tensor ${seed}`, bytes);
        if (tail) parts.set(`tensor ${tail.seed}`, tail.bytes);
      }
    }
  return [...parts.values()].reduce((sum, length) => sum + length, 0);
}

/** Bytes that pieces of a fixed size take, each distinct one once. @param digestOf of a piece */
export async function fixedPieces(
  files: readonly string[],
  size: number,
  digestOf: (piece: Uint8Array) => string,
): Promise<number> {
  const pieces = new Map<string, number>();
  for (const file of files) {
    const bytes = await readFile(file);
    for (let at = 0; at < bytes.byteLength; at += size) {
      const piece = bytes.subarray(at, at + size);
      pieces.set(digestOf(piece), piece.byteLength);
    }
  }
  return [...pieces.values()].reduce((sum, length) => sum + length, 0);
}
