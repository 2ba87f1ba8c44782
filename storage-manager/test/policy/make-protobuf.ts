/** Files that are protobuf messages, as small as they can be. */
import { varint } from '../../src/format/varint.ts';

const number = (field: number, value: number) => Uint8Array.from([...varint(field * 8), ...varint(value)]);

export const bytesField = (field: number, bytes: Uint8Array) =>
  Buffer.concat([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.byteLength)]), bytes]);

export const textField = (field: number, text: string) => bytesField(field, Buffer.from(text));

/** A tensor that says where its bytes lie. */
function tensor(path: string): Uint8Array {
  const pair = Buffer.concat([textField(1, 'location'), textField(2, path)]);
  return Buffer.concat([number(1, 4), number(2, 1), bytesField(13, pair)]);
}

/** A graph with such a tensor. */
export function tensorAt(path: string): Uint8Array {
  return bytesField(7, bytesField(5, tensor(path)));
}

/** The same, as a constant in the branch of a node. */
export function tensorInBranch(path: string): Uint8Array {
  const constant = bytesField(
    1,
    bytesField(5, Buffer.concat([textField(1, 'value'), bytesField(5, tensor(path))])),
  );
  const branch = Buffer.concat([textField(1, 'then_branch'), bytesField(6, constant), number(20, 5)]);
  return bytesField(7, bytesField(1, Buffer.concat([textField(4, 'If'), bytesField(5, branch)])));
}

/** So many graphs in each other. */
export function deepGraph(depth: number): Uint8Array {
  let graph: Uint8Array = textField(2, 'g');
  for (let left = depth; left > 0; left -= 1) graph = bytesField(1, bytesField(5, bytesField(6, graph)));
  return bytesField(7, graph);
}

/** @param more fields of the model; a graph among them takes the place of its own */
export function makeOnnx(more?: Uint8Array): Uint8Array {
  const graph = bytesField(7, Buffer.concat([bytesField(1, textField(4, 'Relu')), textField(2, 'g')]));
  const own = more?.[0] === 7 * 8 + 2 ? [] : [graph];
  return Buffer.concat([
    number(1, 8),
    textField(2, 'test'),
    ...own,
    ...(more ? [more] : []),
    bytesField(8, number(2, 17)),
  ]);
}

export function makeSentencePiece(): Uint8Array {
  const piece = Buffer.concat([textField(1, '▁the'), Uint8Array.of(0x15, 0, 0, 0x80, 0xbf), number(3, 1)]);
  return Buffer.concat([bytesField(1, piece), bytesField(1, piece), bytesField(2, number(4, 2))]);
}

export function makeSavedModel(): Uint8Array {
  return Buffer.concat([number(1, 1), bytesField(2, textField(1, 'x'))]);
}
