import {
  type ClassDeclaration,
  type FunctionDeclaration,
  type HeritageClause,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
} from 'typescript/unstable/ast/is';
import { type Checker, SignatureKind, type Symbol as TsSymbol, type Type } from 'typescript/unstable/sync';
import { membersText, typeText } from './type-text.ts';

/** The headings of a page, in their order. */
export const KINDS = ['Classes', 'Functions', 'Types', 'Constants'] as const;
export type Kind = (typeof KINDS)[number];

/** A longer one is data, not something to read. */
const MAX_TYPE_CHARACTERS = 2_000;

/** What a caller needs to see of one declaration: no bodies, nothing private. @param known names on the same page */
export function declarationText(
  symbol: TsSymbol,
  node: Node,
  checker: Checker,
  known: ReadonlySet<string>,
): { kind: Kind; text: string } {
  if (isClassDeclaration(node)) return { kind: 'Classes', text: classText(node, symbol, checker) };
  if (isFunctionDeclaration(node)) return { kind: 'Functions', text: signatureText(node, checker) };
  if (isInterfaceDeclaration(node)) return { kind: 'Types', text: bare(node.getText()) };
  if (isTypeAliasDeclaration(node)) {
    const text = bare(node.getText());
    // What is computed from code says nothing to who does not see the code.
    const computed = node.typeParameters === undefined && /\b(typeof|infer)\b/.test(text);
    return { kind: 'Types', text: computed ? aliasText(symbol, checker, known) : text };
  }
  const type = checker.getTypeOfSymbol(symbol);
  const text = type === undefined ? 'unknown' : typeText(type, checker);
  const shown = text.length <= MAX_TYPE_CHARACTERS ? `: ${text}` : '';
  return { kind: 'Constants', text: `const ${symbol.name}${shown};` };
}

function aliasText(symbol: TsSymbol, checker: Checker, known: ReadonlySet<string>): string {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const text = type.isObjectType() ? membersText(type, checker, known) : typeText(type, checker);
  return `type ${symbol.name} = ${text};`;
}

function bare(text: string): string {
  return text.replace(/^export (default )?/, '').replace(/^(async|abstract) /, '');
}

/** Up to the body, with the type of the result even where the source leaves it to the compiler. */
function signatureText(node: FunctionDeclaration, checker: Checker): string {
  return bare(headOf(node, node.body, checker));
}

interface Signed extends Node {
  readonly type?: Node | undefined;
}

function headOf(node: Signed, body: Node | undefined, checker: Checker): string {
  const file = node.getSourceFile();
  const head = file.text.slice(node.getStart(file), body?.getStart(file) ?? node.end).trim();
  if (node.type !== undefined || node.kind === SyntaxKind.Constructor) return ended(head);
  const type = checker.getTypeAtLocation(node);
  const signature = type && checker.getSignaturesOfType(type, SignatureKind.Call)[0];
  const result = signature && checker.getReturnTypeOfSignature(signature);
  return ended(result === undefined ? head : `${head}: ${typeText(result, checker)}`);
}

function ended(head: string): string {
  return head.endsWith(';') ? head : `${head};`;
}

function classText(node: ClassDeclaration, symbol: TsSymbol, checker: Checker): string {
  const file = node.getSourceFile();
  const parts: string[] = [];
  const overloaded = new Set<string>();
  for (const member of node.members) {
    const named = 'name' in member ? (member.name as Node | undefined) : undefined;
    const name = named?.getText() ?? 'constructor';
    const modifiers = 'modifiers' in member ? (member.modifiers as readonly Node[] | undefined) : undefined;
    const hidden = modifiers?.some(({ kind }) => kind === SyntaxKind.PrivateKeyword) ?? false;
    if (name.startsWith('#') || hidden) continue;
    const body = 'body' in member ? (member.body as Node | undefined) : undefined;
    if (body === undefined) overloaded.add(name);
    else if (overloaded.has(name)) continue;
    const docs = file.text.slice(member.getStart(file, true), member.getStart(file));
    if (docs.includes('@internal')) continue;
    parts.push(`  ${docs}${headOf(member, body, checker).replace(/^async /, '')}`);
  }
  const heritage =
    node.heritageClauses?.map((clause) => ` ${heritageText(clause, symbol, checker)}`).join('') ?? '';
  const members = parts.length === 0 ? '{}' : `{\n${parts.join('\n\n')}\n}`;
  return `class ${node.name?.text}${heritage} ${members}`;
}

/** A base class that a function made is of no use to a reader: its own base is named instead. */
function heritageText(clause: HeritageClause, symbol: TsSymbol, checker: Checker): string {
  const text = clause.getText();
  const [base] = text.includes('(') ? basesOf(checker.getDeclaredTypeOfSymbol(symbol)) : [];
  const [named] = base === undefined ? [] : basesOf(base);
  return named === undefined ? text : `extends ${typeText(named, checker)}`;
}

function basesOf(type: Type): readonly Type[] {
  return (type.isTypeReference() ? type.getTarget() : type).getBaseTypes() ?? [];
}
