/** Unsigned LEB128, as in multiformats and protobuf. @param value a whole number from 0 to 2^53 - 1 */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
