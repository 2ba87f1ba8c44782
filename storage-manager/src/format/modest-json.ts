/**
 * Values of one text, and lists and maps in each other: 10,000 logs of a chain have 160,000. Empty lists take sixty times their size in memory, so that 64 MiB of
 * them would take 1.7 GB and 20 s in which no signal is heard [measured].
 */
const MAX_VALUES = 500_000;
const MAX_DEPTH = 64;

/** `JSON.parse` for what others have written. @throws SyntaxError where it is no JSON, or one that would swell */
export function parseModestJson(text: string): unknown {
  if (!isModest(text)) throw new SyntaxError(`more than ${MAX_VALUES} values, or too many in each other`);
  return JSON.parse(text);
}

/** Looked at before it is parsed; what stands in strings counts too. */
function isModest(text: string): boolean {
  let [values, depth] = [1, 0];
  for (let at = 0; at < text.length && values <= MAX_VALUES && depth <= MAX_DEPTH; at += 1) {
    const char = text[at];
    if (char === ',' || char === '[' || char === '{') values += 1;
    if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
  }
  return values <= MAX_VALUES && depth <= MAX_DEPTH;
}
