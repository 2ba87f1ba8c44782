import { jsonText } from './output.ts';

/** The text of `jsonText`, item by item of its lists: as one text a long document is held in memory several times. */
export function* jsonLines(document: object): Generator<string> {
  const members = Object.entries(document);
  yield '{';
  for (const [at, [name, member]] of members.entries()) {
    const comma = at < members.length - 1 ? ',' : '';
    if (!Array.isArray(member) || member.length === 0) {
      yield `  ${jsonText(name)}: ${indented(member, 2)}${comma}`;
      continue;
    }
    yield `  ${jsonText(name)}: [`;
    for (const [place, item] of member.entries())
      yield `    ${indented(item, 4)}${place < member.length - 1 ? ',' : ''}`;
    yield `  ]${comma}`;
  }
  yield '}';
}

/** No text in JSON holds a line break as such. */
function indented(value: unknown, spaces: number): string {
  return jsonText(value).replaceAll('\n', `\n${' '.repeat(spaces)}`);
}
