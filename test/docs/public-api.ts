import { relative } from "node:path";
import ts from "typescript";

/** What the package gives to its users under one name: an export, or a member of one, and what its comment says. */
export interface PublicName {
  /** `Q`, `Q.and` or, out of another entry than `dorm`, `dorm/test transactionalDb`. */
  readonly name: string;
  readonly entry: string;
  /** The file and line of the declaration, as an editor links them. */
  readonly place: string;
  readonly kind: "value" | "type" | "error" | "member";
  readonly comment: string | null;
  readonly examples: readonly string[];
}

/** Reads the comments of everything that the entries export, with the members of classes, interfaces and object constants. */
export function readPublicApi(root: string, entries: Readonly<Record<string, string>>): PublicName[] {
  const program = ts.createProgram(Object.values(entries), { ...compilerOptions(root), noEmit: true });
  const reader = new ApiReader(root, program.getTypeChecker());
  for (const [entry, file] of Object.entries(entries)) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`package.json exports ${entry}, but there is no ${file}`);
    reader.readModule(entry, source);
  }
  return reader.names;
}

function compilerOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root).options;
}

class ApiReader {
  readonly names: PublicName[] = [];
  readonly #seen = new Set<ts.Node>();
  readonly #root: string;
  readonly #checker: ts.TypeChecker;

  constructor(root: string, checker: ts.TypeChecker) {
    this.#root = root;
    this.#checker = checker;
  }

  readModule(entry: string, source: ts.SourceFile): void {
    const module = this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${source.fileName} exports nothing`);
    for (const exported of this.#checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
      const declarations = this.#own(symbol.declarations ?? []).filter((node) => !isPhantom(node));
      const prefix = entry === "dorm" ? "" : `${entry} `;
      this.#add(`${prefix}${exported.name}`, entry, this.#kindOf(exported, symbol), declarations);
      for (const declaration of declarations) this.#readMembers(`${prefix}${exported.name}`, entry, declaration);
    }
  }

  /** The declarations in the sources that no other name has shown. */
  #own(declarations: readonly ts.Declaration[]): ts.Declaration[] {
    const own = declarations.filter((node) => node.getSourceFile().fileName.startsWith(`${this.#root}/src/`) && !this.#seen.has(node));
    for (const node of own) this.#seen.add(node);
    return own;
  }

  #kindOf(exported: ts.Symbol, symbol: ts.Symbol): PublicName["kind"] {
    if (exported.declarations?.some((node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly)))
      return "type";
    const file = symbol.declarations?.[0]?.getSourceFile().fileName;
    if ((symbol.flags & ts.SymbolFlags.Value) === 0 || file?.startsWith(`${this.#root}/src/types/`)) return "type";
    return file === `${this.#root}/src/errors.ts` ? "error" : "value";
  }

  #add(name: string, entry: string, kind: PublicName["kind"], declarations: readonly ts.Declaration[]): void {
    const [first] = declarations;
    if (first === undefined) return;
    const comments = declarations.map(commentOf).filter((comment) => comment !== null);
    const source = first.getSourceFile();
    const line = source.getLineAndCharacterOfPosition(first.getStart()).line + 1;
    this.names.push({
      name,
      entry,
      kind,
      place: `${relative(this.#root, source.fileName)}:${line}`,
      comment: comments.length === 0 ? this.#inherited(first) : comments.join("\n"),
      examples: comments.flatMap(examplesOf),
    });
  }

  /** What an editor shows of a member without a comment: that of the class or the interface that it comes from. */
  #inherited(node: ts.Declaration): string | null {
    const name = ts.getNameOfDeclaration(node);
    const symbol = name && this.#checker.getSymbolAtLocation(name);
    return ts.displayPartsToString(symbol?.getDocumentationComment(this.#checker)) || null;
  }

  #readMembers(owner: string, entry: string, node: ts.Declaration): void {
    if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
      this.#readMemberList(owner, entry, node.members);
      for (const clause of node.heritageClauses ?? []) for (const base of clause.types) this.#readBase(owner, entry, base.expression);
    } else if (ts.isTypeAliasDeclaration(node)) {
      this.#readTypeMembers(owner, entry, node.type);
    } else if (ts.isVariableDeclaration(node) && node.initializer !== undefined && node.type === undefined) {
      const value = unwrapped(node.initializer);
      if (ts.isObjectLiteralExpression(value)) this.#readMemberList(owner, entry, value.properties);
    }
  }

  #readTypeMembers(owner: string, entry: string, type: ts.TypeNode): void {
    if (ts.isTypeLiteralNode(type)) this.#readMemberList(owner, entry, type.members);
    else if (ts.isIntersectionTypeNode(type)) for (const part of type.types) this.#readTypeMembers(owner, entry, part);
  }

  #readBase(owner: string, entry: string, expression: ts.Expression): void {
    const found = this.#checker.getSymbolAtLocation(expression);
    if (found === undefined) return;
    const symbol = found.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(found) : found;
    for (const declaration of this.#own(symbol.declarations ?? [])) this.#readMembers(owner, entry, declaration);
  }

  #readMemberList(owner: string, entry: string, members: Iterable<ts.ClassElement | ts.TypeElement | ts.ObjectLiteralElementLike>): void {
    const byName = new Map<string, ts.Declaration[]>();
    for (const member of members) {
      const name = member.name;
      if (name === undefined || isHidden(member) || isPlainValue(member) || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) continue;
      byName.set(name.text, [...(byName.get(name.text) ?? []), member]);
    }
    for (const [name, declarations] of byName) this.#add(`${owner}.${name}`, entry, "member", this.#own(declarations));
  }
}

/** Whether a member is not for users: private, protected, overriding one that has the comment, or marked with `~`. */
function isHidden(node: ts.Node & { readonly name?: ts.PropertyName }): boolean {
  const flags = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  const kinds = new Set(flags?.map((modifier) => modifier.kind));
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.OverrideKeyword] as const;
  return hidden.some((kind) => kinds.has(kind)) || (node.name?.getText().replace(/^"/, "").startsWith("~") ?? false);
}

/** Whether a constant is only there for the compiler, as the name of a slot. */
function isPhantom(node: ts.Declaration): boolean {
  return ts.isVariableDeclaration(node) && node.type !== undefined && ts.isTypeOperatorNode(node.type);
}

/** Whether a member of a constant is a value that says itself what it is. */
function isPlainValue(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node) && ts.isStringLiteral(node.initializer);
}

function unwrapped(node: ts.Expression): ts.Expression {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return unwrapped(node.expression);
  const [argument] = ts.isCallExpression(node) && node.expression.getText() === "Object.freeze" ? node.arguments : [];
  return argument === undefined ? node : unwrapped(argument);
}

/** The text of the comment before a declaration, without its stars. */
function commentOf(node: ts.Declaration): string | null {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const comment = ts.getJSDocCommentsAndTags(holder).findLast(ts.isJSDoc);
  if (comment === undefined) return null;
  const lines = comment.getText().slice(3, -2).split("\n");
  return lines
    .map((line, index) => (index === 0 ? line.trim() : line.replace(/^\s*\* ?/, "")).trimEnd())
    .join("\n")
    .trim();
}

const EXAMPLE = /^@example\b[ \t]*(.*?)(?=\n@\w|$(?!\n))/gms;

function examplesOf(comment: string): string[] {
  return [...comment.matchAll(EXAMPLE)].map((match) => (match[1] ?? "").trim());
}
