import { HeaderCursor } from '../chunkers/header-cursor.ts';
import { orNull } from '../chunkers/tensor-header.ts';
import type { RandomAccess } from '../interfaces.ts';
import type { Verdict } from './formats.ts';
import { onnxModel } from './onnx.ts';
import { BYTES, FIXED32, ProtobufWalk, schema, VARINT } from './protobuf.ts';

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
  return (await orNull(onnxModel(file))) ?? orNull(savedModel(file));
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
