import { HeaderCursor } from '../chunkers/header-cursor.ts';
import { orNull } from '../chunkers/tensor-header.ts';
import { parseSafePath } from '../ids/path.ts';
import type { RandomAccess } from '../interfaces.ts';
import { MAX_PATH_BYTES } from '../limits.ts';
import { shown, type Verdict } from './formats.ts';
import { BYTES, FIXED32, FIXED64, ProtobufWalk, schema, VARINT } from './protobuf.ts';

/** `ModelProto` of ONNX, IR version 13 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), and what it leads to. */
const MODEL = schema([VARINT, 1, 5], [BYTES, 2, 3, 4, 6, 7, 8, 14, 20, 25, 26]);
const GRAPH = schema([BYTES, 1, 2, 5, 10, 11, 12, 13, 14, 15, 16]);
/** Numbers stand packed or one by one. */
const TENSOR = schema([VARINT, 1, 2, 5, 7, 11, 14], [FIXED32, 4], [FIXED64, 10]).union(
  schema([BYTES, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16]),
);
const PAIR = schema([BYTES, 1, 2]);
const [IR_VERSION, OPSET, MODEL_GRAPH, INITIALIZER, EXTERNAL] = [1, 8, 7, 5, 13];

/** `ModelProto` of SentencePiece, and a piece. */
const SENTENCEPIECE = schema([BYTES, 1, 2, 3, 4, 5]);
const PIECE = schema([BYTES, 1], [FIXED32, 2], [VARINT, 3]);
const [PIECES, TRAINER] = [1, 2];

/** `SavedModel` of TensorFlow. */
const SAVED_MODEL = schema([VARINT, 1], [BYTES, 2]);
const META_GRAPH = 2;

/** What is made of one protobuf message and has no magic: every field on the way must be one that the format knows. */
export async function protobufFile(file: RandomAccess, head: Uint8Array): Promise<Verdict | null> {
  if (head[0] === 0x0a && (await orNull(isSentencePiece(file))))
    return { format: 'sentencepiece', what: 'a SentencePiece vocabulary' };
  return (await orNull(onnx(file))) ?? orNull(savedModel(file));
}

async function onnx(file: RandomAccess): Promise<Verdict | null> {
  const walk = new ProtobufWalk(new HeaderCursor(file, file.size));
  const seen = new Map<number, number>();
  let outside: string | null = null;
  for await (const { number, end } of walk.message(file.size, MODEL)) {
    seen.set(number, (seen.get(number) ?? 0) + 1);
    if (number !== MODEL_GRAPH) continue;
    for await (const field of walk.message(end, GRAPH))
      if (field.number === INITIALIZER) outside ??= await externalPath(walk, field.end);
  }
  const whole = seen.get(IR_VERSION) === 1 && seen.get(MODEL_GRAPH) === 1 && seen.has(OPSET);
  if (!whole) return null;
  if (outside !== null) return { format: 'unknown', what: `an ONNX model that reads ${shown(outside)}` };
  return { format: 'onnx', what: 'an ONNX model' };
}

/** The first path outside of the model's folder at which a tensor says that its bytes lie; null: none does. */
async function externalPath(walk: ProtobufWalk, end: number): Promise<string | null> {
  let outside: string | null = null;
  for await (const { number, end: pairEnd } of walk.message(end, TENSOR)) {
    if (number !== EXTERNAL) continue;
    const texts: string[] = [];
    for await (const { end: textEnd } of walk.message(pairEnd, PAIR)) texts.push(await textTo(walk, textEnd));
    const [key, value = ''] = texts;
    if (key === 'location' && !isInside(value)) outside ??= value;
  }
  return outside;
}

async function textTo({ cursor }: ProtobufWalk, end: number): Promise<string> {
  const length = end - cursor.position;
  if (length > MAX_PATH_BYTES) throw new SyntaxError('a text is too long');
  await cursor.load(length);
  return cursor.text(length);
}

function isInside(path: string): boolean {
  try {
    parseSafePath(path.replace(/^(\.\/)+/, ''));
    return true;
  } catch {
    return false;
  }
}

async function isSentencePiece(file: RandomAccess): Promise<boolean> {
  const walk = new ProtobufWalk(new HeaderCursor(file, file.size));
  const seen = new Set<number>();
  for await (const { number, end } of walk.message(file.size, SENTENCEPIECE)) {
    seen.add(number);
    if (number === PIECES) for await (const _ of walk.message(end, PIECE));
  }
  return seen.has(PIECES) && seen.has(TRAINER);
}

async function savedModel(file: RandomAccess): Promise<Verdict | null> {
  const walk = new ProtobufWalk(new HeaderCursor(file, file.size));
  let graphs = 0;
  for await (const { number } of walk.message(file.size, SAVED_MODEL)) if (number === META_GRAPH) graphs += 1;
  if (graphs === 0) return null;
  return { format: 'tensorflow', what: 'a SavedModel of TensorFlow, whose graph may read and write files' };
}
