import type { Checker, Symbol as TsSymbol } from 'typescript/unstable/sync';

/** A docstring as Markdown: the text, then a line a tag, then the examples. Empty where there is none. */
export function docstring(symbol: TsSymbol, checker: Checker): string {
  const lines: string[] = [];
  const examples: string[] = [];
  for (const { name, text = '' } of symbol.getJsDocTags(checker)) {
    const said = oneLine(text);
    if (name === 'example') examples.push(`\`\`\`ts\n${text.trim()}\n\`\`\``);
    else if (name === 'param') lines.push(`- ${said.replace(/^(\S+)\s+(?:-\s+)?/, '`$1`: ')}`);
    else if (name === 'throws') lines.push(`- Throws ${said}`);
    else if (name === 'returns') lines.push(`- Returns ${said}`);
    else lines.push(`- ${name}: ${said}`);
  }
  const text = symbol.getDocumentationComment(checker).trim();
  return [text, lines.join('\n'), ...examples].filter((part) => part !== '').join('\n\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
