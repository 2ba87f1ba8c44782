import type { HeaderCursor } from './header-cursor.ts';

/** Part of what `tensor-1m` means, so it never changes; the format has no bound of its own. */
export const MAX_ARRAY_DEPTH = 8;

/** Before the items of an array: their type and count; before the bytes of a string: their count. */
const ARRAY_HEAD_BYTES = 12;
const STRING_HEAD_BYTES = 8;

/** Types of metadata values. */
export const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
/** Of the others, the scalars, how many bytes each takes; a bool takes one. */
const SCALAR_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  [UINT32]: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** Passes over one value of metadata, whatever it says. */
export async function passValue(cursor: HeaderCursor, type: number): Promise<void> {
  if (type === ARRAY) await passArray(cursor);
  else if (type === STRING) await passStrings(cursor, 1);
  else passScalars(cursor, type, 1);
}

/** Arrays hold arrays; each number of `open` counts those that are still to come at one depth. */
async function passArray(cursor: HeaderCursor): Promise<void> {
  const open = [1];
  while (open.length > 0) {
    const left = open.pop()!;
    if (left === 0) continue;
    open.push(left - 1);
    if (cursor.lacks(ARRAY_HEAD_BYTES)) await cursor.load(ARRAY_HEAD_BYTES);
    const type = cursor.uint32();
    const count = cursor.uint64();
    if (type === STRING) await passStrings(cursor, count);
    else if (type !== ARRAY) passScalars(cursor, type, count);
    else if (open.length === MAX_ARRAY_DEPTH) throw new SyntaxError('arrays are nested too deeply');
    else {
      cursor.expect(count * ARRAY_HEAD_BYTES);
      open.push(count);
    }
  }
}

async function passStrings(cursor: HeaderCursor, count: number): Promise<void> {
  cursor.expect(count * STRING_HEAD_BYTES);
  for (let i = 0; i < count; i += 1) {
    if (cursor.lacks(STRING_HEAD_BYTES)) await cursor.load(STRING_HEAD_BYTES);
    cursor.skip(cursor.uint64());
  }
}

function passScalars(cursor: HeaderCursor, type: number, count: number): void {
  const bytes = SCALAR_BYTES[type];
  if (bytes === undefined) throw new SyntaxError(`${type} is no type of value`);
  cursor.skip(bytes * count);
}
