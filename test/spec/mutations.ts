/** Numbers that look random and are the same in every run (a linear congruential generator, C's). */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** Bytes that mean something in one of the formats: lengths, types, punctuation. */
const TELLING = Buffer.from([0, 1, 4, 8, 9, 32, 127, 255, ...Buffer.from('",:[]{}09-.e\\')]);

/** `bytes` with one to three small damages: a byte changed, bytes gone, bytes doubled. */
export function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  let result = Buffer.from(bytes);
  for (let left = 1 + random(3); left > 0; left -= 1) {
    const at = random(result.length);
    const how = random(5);
    const [before, after] = [result.subarray(0, at), result.subarray(at)];
    if (how === 0) result[at] = TELLING[random(TELLING.length)]!;
    else if (how === 1) result[at] = random(256);
    else if (how === 2) result[at] = result[at]! ^ (1 << random(8));
    else if (how === 3) result = Buffer.concat([before, after.subarray(1 + random(8))]);
    else result = Buffer.concat([before, result.subarray(random(result.length)).subarray(0, 12), after]);
    if (result.length === 0) return bytes;
  }
  return result;
}
