// Reads the docstrings of what the package exports: of each function, class, type and constant, and of the members of classes.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: Record<string, string> };
/** The entry points, as package.json names them: "./dist/sqlite/index.js" is built from src/sqlite/index.ts. */
const entries = Object.values(manifest.exports)
  .filter((target) => target.endsWith(".js"))
  .map((target) => target.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts"));

export interface Docstring {
  /** `where` of Query is "Query.where". */
  readonly name: string;
  readonly kind: "function" | "class" | "value" | "type";
  /** Where it is declared, as "src/core/repo/repo.ts". */
  readonly file: string;
  readonly text: string;
  readonly examples: readonly Example[];
  /** What the tags say, by tag. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** The parameters of a function, of all its signatures. */
  readonly params: readonly string[];
}
export interface Example {
  readonly code: string;
  /** The line of its start in the file. */
  readonly line: number;
}

/** Interfaces whose members are methods that users call, as those of classes. */
const AS_CLASSES = ["Query", "Multi", "NewTableCommands", "TableCommands"];

/** The docstrings of everything that is public. */
export function docstrings(): Docstring[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const files = entries.map((entry) => join(root, "src", entry));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const exported = files.flatMap((file) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol;
    return checker.getExportsOfModule(module).flatMap((one) => {
      const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
      if (seen.has(symbol) || !isOurs(symbol)) return [];
      seen.add(symbol);
      return [{ name: one.name, symbol }];
    });
  });
  const classes = new Set(exported.flatMap(({ symbol }) => symbol.declarations ?? []));
  return exported.flatMap(({ name, symbol }) => [
    docstringOf(name, symbol, checker),
    // What a class inherits from another that is exported stands there.
    ...membersOf(name, symbol, checker).filter(({ parent }) => !classes.has(parent) || symbol.declarations?.includes(parent)),
  ]);
}

function membersOf(owner: string, symbol: ts.Symbol, checker: ts.TypeChecker): (Docstring & { parent: ts.Declaration })[] {
  const members = new Set<ts.Symbol>();
  if (symbol.flags & ts.SymbolFlags.Class || AS_CLASSES.includes(owner))
    for (const one of checker.getDeclaredTypeOfSymbol(symbol).getProperties()) members.add(one);
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Variable))
    for (const one of checker.getTypeOfSymbol(symbol).getProperties()) members.add(one);
  return [...members]
    .filter((one) => /^[a-z]\w*$/i.test(one.name) && one.name !== "prototype" && isOurs(one) && !isInternal(one))
    .map((one) => ({ ...docstringOf(`${owner}.${one.name}`, one, checker), parent: parentOf(one) }));
}

function docstringOf(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): Docstring {
  const declarations = symbol.declarations as ts.Declaration[];
  const file = (declarations[0] as ts.Declaration).getSourceFile();
  const tags: Record<string, string[]> = {};
  const examples: Example[] = [];
  for (const tag of declarations.flatMap((one) => [...ts.getJSDocTags(one)])) {
    const text = textOf(tag);
    const list = tags[tag.tagName.text] ?? [];
    tags[tag.tagName.text] = [...list, text];
    if (tag.tagName.text === "example") examples.push({ code: text, line: lineOf(tag) });
  }
  const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const callable = signatures.length > 0 && !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Interface));
  return {
    name,
    kind: callable ? "function" : symbol.flags & ts.SymbolFlags.Class ? "class" : isType(symbol) ? "type" : "value",
    file: relative(root, file.fileName),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    examples,
    tags,
    params: [
      ...signatures.flatMap((one) => one.parameters.map((parameter) => parameter.name)),
      ...declarations.flatMap((one) => (ts.isFunctionLike(one) ? one.parameters.map((parameter) => parameter.name.getText()) : [])),
    ],
  };
}

/** What stands behind a tag, without the stars; the compiler would take names and indents apart. */
function textOf(tag: ts.JSDocTag): string {
  const comment = tag.getText();
  return comment
    .slice(comment.indexOf(tag.tagName.text) + tag.tagName.text.length)
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line, at) => (at === 0 ? line.trim() : line.replace(/^\s*\* ?/, "")))
    .join("\n")
    .trimEnd();
}

function lineOf(tag: ts.JSDocTag): number {
  return tag.getSourceFile().getLineAndCharacterOfPosition(tag.tagName.getStart()).line + 1;
}

function isOurs(symbol: ts.Symbol): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  return file?.startsWith(join(root, "src/")) ?? false;
}

function parentOf(symbol: ts.Symbol): ts.Declaration {
  return symbol.declarations?.[0]?.parent as ts.Declaration;
}

function isType(symbol: ts.Symbol): boolean {
  return !(symbol.flags & (ts.SymbolFlags.Value & ~ts.SymbolFlags.Class));
}

function isInternal(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (one) =>
      ts.getJSDocTags(one).some((tag) => tag.tagName.text === "internal") ||
      (ts.canHaveModifiers(one) && ts.getModifiers(one)?.some((modifier) => modifier.kind === ts.SyntaxKind.PrivateKeyword)),
  );
}
