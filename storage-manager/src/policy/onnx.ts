import { HeaderCursor } from '../chunkers/header-cursor.ts';
import { parseSafePath } from '../ids/path.ts';
import type { RandomAccess } from '../interfaces.ts';
import { MAX_ONNX_DEPTH, MAX_PATH_BYTES } from '../limits.ts';
import { shown, type Verdict } from './formats.ts';
import {
  BYTES,
  FIXED32,
  FIXED64,
  type Field,
  ProtobufWalk,
  type Schema,
  schema,
  VARINT,
} from './protobuf.ts';

/**
 * Messages of ONNX, IR version 13 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): the keys that each may have
 * (numbers stand packed or one by one), and in which of its fields which others lie. What leads to no tensor is passed over.
 */
type Name = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'training' | 'sparse' | 'tensor' | 'pair';
const MESSAGES: Readonly<
  Record<Name, { readonly keys: Schema; readonly inside: Readonly<Record<number, Name>> }>
> = {
  model: {
    keys: schema([VARINT, 1, 5], [BYTES, 2, 3, 4, 6, 7, 8, 14, 20, 25, 26]),
    inside: { 7: 'graph', 20: 'training', 25: 'function' },
  },
  graph: {
    keys: schema([BYTES, 1, 2, 5, 10, 11, 12, 13, 14, 15, 16]),
    inside: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  },
  node: { keys: schema([BYTES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), inside: { 5: 'attribute' } },
  attribute: {
    keys: schema(
      [VARINT, 3, 8, 20],
      [FIXED32, 2, 7],
      [BYTES, 1, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 21, 22, 23],
    ),
    inside: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  },
  function: {
    keys: schema([VARINT, 2, 3], [BYTES, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
    inside: { 7: 'node', 11: 'attribute' },
  },
  training: { keys: schema([BYTES, 1, 2, 3, 4]), inside: { 1: 'graph', 2: 'graph' } },
  sparse: { keys: schema([VARINT, 3], [BYTES, 1, 2, 3]), inside: { 1: 'tensor', 2: 'tensor' } },
  tensor: {
    keys: schema(
      [VARINT, 1, 2, 5, 7, 11, 14],
      [FIXED32, 4],
      [FIXED64, 10],
      [BYTES, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16],
    ),
    inside: { 13: 'pair' },
  },
  pair: { keys: schema([BYTES, 1, 2]), inside: {} },
};
const [IR_VERSION, GRAPH, OPSET] = [1, 7, 8];

/** A whole model: null where it is none. @throws SyntaxError likewise */
export async function onnxModel(file: RandomAccess): Promise<Verdict | null> {
  const walk = new Walk(new HeaderCursor(file, file.size));
  const seen = new Map<number, number>();
  await walk.message('model', file.size, 0, ({ number }) => seen.set(number, (seen.get(number) ?? 0) + 1));
  if (seen.get(IR_VERSION) !== 1 || seen.get(GRAPH) !== 1 || !seen.has(OPSET)) return null;
  const { outside } = walk;
  if (outside !== null) return { format: 'unknown', what: `an ONNX model that reads ${shown(outside)}` };
  return { format: 'onnx', what: 'an ONNX model' };
}

class Walk {
  /** The first path outside of the model's folder at which a tensor says that its bytes lie. */
  outside: string | null = null;
  readonly #walk: ProtobufWalk;

  constructor(cursor: HeaderCursor) {
    this.#walk = new ProtobufWalk(cursor);
  }

  async message(name: Name, end: number, depth: number, onField?: (field: Field) => void): Promise<void> {
    if (depth > MAX_ONNX_DEPTH) throw new SyntaxError('graphs are nested too deeply');
    const { keys, inside } = MESSAGES[name];
    for await (const field of this.#walk.message(end, keys)) {
      onField?.(field);
      const next = inside[field.number];
      if (next === 'pair') await this.#location(field.end);
      else if (next !== undefined) await this.message(next, field.end, depth + 1);
    }
  }

  /** One thing that a tensor says of its bytes elsewhere: `location`, `offset` … */
  async #location(end: number): Promise<void> {
    const texts = new Map<number, string>();
    for await (const { number, end: textEnd } of this.#walk.message(end, MESSAGES.pair.keys))
      texts.set(number, await this.#text(textEnd));
    const path = texts.get(2) ?? '';
    if (texts.get(1) === 'location' && !isInside(path)) this.outside ??= path;
  }

  async #text(end: number): Promise<string> {
    const { cursor } = this.#walk;
    const length = end - cursor.position;
    if (length > MAX_PATH_BYTES) throw new SyntaxError('a text is too long');
    await cursor.load(length);
    return cursor.text(length);
  }
}

function isInside(path: string): boolean {
  try {
    parseSafePath(path.replace(/^(\.\/)+/, ''));
    return true;
  } catch {
    return false;
  }
}
