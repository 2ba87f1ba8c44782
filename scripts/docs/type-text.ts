import { type Checker, NodeBuilderFlags, SymbolFlags, type Type } from 'typescript/unstable/sync';

const FLAGS =
  NodeBuilderFlags.NoTruncation |
  NodeBuilderFlags.InTypeAlias |
  NodeBuilderFlags.MultilineObjectLiterals |
  NodeBuilderFlags.UseSingleQuotesForStringLiteralType;

/** A text that only one parser makes (`Digest`, `SafePath`): to a reader it is a text. */
const BRANDED = /string & \{\s*readonly \[\w+Brand\]: true;?\s*\}/g;

/** A type as the compiler writes it; names of our own without the file that they come from. */
export function typeText(type: Type, checker: Checker): string {
  return checker
    .typeToString(type, undefined, FLAGS)
    .replace(BRANDED, 'string')
    .replace(/\bimport\('[^']*'\)\./g, '')
    .replace(/^( {4})+/gm, (indent) => indent.slice(indent.length / 2));
}

/**
 * An object type member by member, each with its docstring, which the compiler leaves out. Types that no name of
 * `known` leads to are written out in place.
 */
export function membersText(type: Type, checker: Checker, known: ReadonlySet<string>, indent = ''): string {
  const inner = `${indent}  `;
  const lines = checker.getPropertiesOfType(type).flatMap((property) => {
    const said = property.getDocumentationComment(checker).replace(/\s+/g, ' ').trim();
    const member = checker.getTypeOfSymbol(property);
    if (member === undefined) return [];
    const mark = property.flags & SymbolFlags.Optional ? '?' : '';
    return [
      ...(said === '' ? [] : [`${inner}/** ${said} */`]),
      `${inner}${property.name}${mark}: ${memberText(member, checker, known, inner)};`,
    ];
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function memberText(type: Type, checker: Checker, known: ReadonlySet<string>, indent: string): string {
  const written = typeText(type, checker).replaceAll('\n', `\n${indent}`);
  if (isOpaque(type, known)) return membersText(type, checker, known, indent);
  const [item] = checker.isArrayType(type) && type.isTypeReference() ? checker.getTypeArguments(type) : [];
  if (item === undefined || !isOpaque(item, known)) return written;
  const items = `${membersText(item, checker, known, indent)}[]`;
  return written.startsWith('readonly ') ? `readonly ${items}` : items;
}

/** An object of ours whose type a reader can't look up. */
function isOpaque(type: Type, known: ReadonlySet<string>): boolean {
  if (type.isIntersectionType() && type.getAliasSymbol() === undefined)
    return type.getTypes()?.every((part) => part.isObjectType()) ?? false;
  const symbol = type.getSymbol();
  if (!type.isObjectType() || symbol === undefined || type.getAliasSymbol() !== undefined) return false;
  const ours = symbol.declarations.every(
    ({ path }) => !path.includes('/node_modules/') && !path.includes('lib.'),
  );
  const isData =
    (symbol.flags & (SymbolFlags.TypeLiteral | SymbolFlags.ObjectLiteral | SymbolFlags.Interface)) !== 0;
  return ours && isData && !known.has(symbol.name);
}
