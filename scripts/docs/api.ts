import { join } from 'node:path';
import { API, type Project, SymbolFlags } from 'typescript/unstable/sync';
import { declarationText, KINDS, type Kind } from './declaration.ts';
import { docstring } from './docstring.ts';
import { type Entry, entriesOf } from './entries.ts';

export interface ApiPage {
  /** From the root of the project. */
  readonly file: string;
  readonly text: string;
  /** Exported names without a docstring. */
  readonly unexplained: readonly string[];
}

interface Explained {
  readonly name: string;
  readonly kind: Kind;
  readonly declaration: string;
  readonly docs: string;
}

/** A page for each entry of each package, made by the compiler that checks the types: nothing is parsed twice. */
export function apiPages(root: string): readonly ApiPage[] {
  const api = new API({ cwd: root });
  try {
    const config = join(root, 'tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`the compiler must open ${config}`);
    return entriesOf(root).map((entry) => pageOf(entry, exportsOf(join(root, entry.source), project)));
  } finally {
    api.close();
  }
}

function exportsOf(file: string, { program, checker, ...rest }: Project): readonly Explained[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} must be a module of ${rest.configFileName}`);
  const all = checker.getExportsOfModule(module);
  const known = new Set(all.map(({ name }) => name));
  return all.map((exported) => {
    const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const node = symbol.declarations[0]?.resolve();
    if (node === undefined) throw new Error(`${exported.name} of ${file} must be declared somewhere`);
    const { kind, text } = declarationText(symbol, node, checker, known);
    return { name: exported.name, kind, declaration: text, docs: docstring(symbol, checker) };
  });
}

function pageOf({ name, source }: Entry, all: readonly Explained[]): ApiPage {
  const sorted = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = KINDS.flatMap((kind) => {
    const ofKind = sorted.filter((each) => each.kind === kind);
    return ofKind.length === 0 ? [] : [`## ${kind}`, ...ofKind.map(sectionOf)];
  });
  const names = sorted.map((each) => `[${each.name}](#${each.name.toLowerCase()})`);
  return {
    file: `docs/api/${name.replace(/^@[^/]+\//, '').replaceAll('/', '-')}.md`,
    text: [
      `# ${name}`,
      `What \`${source}\` exports. This page is made from its docstrings; a test compares the two.`,
      wrapped(names),
      ...sections,
    ]
      .join('\n\n')
      .concat('\n'),
    unexplained: sorted.filter(({ docs }) => docs === '').map((each) => each.name),
  };
}

function sectionOf({ name, declaration, docs }: Explained): string {
  const code = `\`\`\`ts\n${declaration}\n\`\`\``;
  return [`### ${name}`, docs, code].filter((part) => part !== '').join('\n\n');
}

/** Words with commas between, in lines of at most 120 characters. */
function wrapped(words: readonly string[]): string {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1)!;
    if (line.length + word.length + 3 <= 120)
      lines[lines.length - 1] = line === '' ? word : `${line}, ${word}`;
    else lines.push(word);
  }
  return lines.join(',\n');
}
