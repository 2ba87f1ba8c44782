import { KiB } from '../limits.ts';

/** A statement with which a program begins, and a text for people does not. */
const STATEMENT =
  /^(import [\w., ]+|from [\w.]+ import [\w*(].*|(async )?def \w+\(.*|class \w+[(:].*|exec\(.*|eval\(.*|__\w+__.*|(if|for|while|with|try)\b.*:)\s*([#;].*)?$/;

/** Comments and blank lines; decorators, which a text for people may begin with, too. */
const BEFORE = /^(\s|#.*|@\w[\w.]*(\(.*\))?\s*$)+/m;

/** More than any licence and docstring before the first statement; and of that so much. */
const [MOST, MOST_OF_LINE] = [64 * KiB, 400];

/** Whether the first line that is no comment and no docstring is a statement of Python. */
export function looksLikePython(text: string): boolean {
  const code = text
    .slice(0, MOST)
    .replace(/^\ufeff/, '')
    .replace(BEFORE, '');
  const docstring = /^[rRuU]?("""|''')[\s\S]*?\1/.exec(code)?.[0] ?? '';
  const [line = ''] = code.slice(docstring.length).replace(BEFORE, '').split(/\r?\n/, 1);
  return STATEMENT.test(line.slice(0, MOST_OF_LINE));
}
