// Turns the ```ts blocks of a page into modules: one that runs, and one for the compiler. What the blocks may say stands in run.ts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const preludeFile = join(root, "test/docs/prelude.ts");

/** The pages whose examples run. */
export function pages(): string[] {
  const folder = join(root, "docs");
  const docs = (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".md"),
  );
  return ["README.md", ...docs.map((entry) => `docs/${entry.name}`).sort()];
}

export const dialects = ["sqlite", "postgres"] as const;
export type Dialect = (typeof dialects)[number];

/** Whether a page has examples for a database. */
export function speaks(page: string, dialect: Dialect): boolean {
  return onlyCode(readFileSync(join(root, page), "utf8"), dialect).trim() !== "";
}

/** A page's examples as a module for the compiler. */
export interface Module {
  readonly name: string;
  readonly page: string;
  readonly types: string;
  /** Lines that the compiler must refuse. */
  readonly refused: readonly number[];
}

/** Everything on the pages that is TypeScript: the examples that run, and each block that is marked no-run by itself. */
export function modulesOf(names: readonly string[], preludeFrom = preludeFile): Module[] {
  return names.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const name = page.replace(/\W/g, "_");
    const run = dialects
      .filter((dialect) => speaks(page, dialect))
      .map((dialect) => ({ ...compilePage(page, text, dialect, preludeFrom), name: `${name}_${dialect}`, page }));
    const others = unrunBlocks(text).map(([line, block]) => ({ ...apartBlock(block, text, preludeFrom), name: `${name}_${line}`, page }));
    return [...run, ...others];
  });
}

/** The blocks that are marked no-run, each on the lines that it has on the page. A part of a class is none: it does not parse. */
function unrunBlocks(text: string): [line: number, block: string][] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    if (!/^```ts no-run\s*$/.test(line)) return [];
    const end = lines.indexOf("```", at);
    const block = "\n".repeat(at + 1) + lines.slice(at + 1, end).join("\n");
    const { diagnostics = [] } = ts.transpileModule(block, { reportDiagnostics: true });
    return diagnostics.length > 0 ? [] : [[at + 1, block] as [number, string]];
  });
}

/** A block by itself: what it imports from files of its own comes from the prelude, or may be anything; what other blocks import it has, too. */
function apartBlock(block: string, page: string, preludeFrom: string): { types: string; refused: readonly number[] } {
  const own = new Set<string>();
  const text = block.replace(/^import (.+) from "\..*";$/gm, (_, names: string) => {
    for (const name of names.match(/\w+/g) ?? []) own.add(name);
    return "";
  });
  const file = ts.createSourceFile("block.ts", text, ts.ScriptTarget.ESNext, true);
  const declared = new Set(file.statements.flatMap(namesOf));
  const known = new Set(namesOfPrelude());
  const used = (name: string) => !declared.has(name) && new RegExp(`\\b${name}\\b`).test(text);
  const imported = [...page.matchAll(/^import \{ (.+) \} from "(ectype\/\w+)";$/gm)].flatMap(([, names = "", from]) => {
    const wanted = names.split(", ").filter(used);
    for (const name of wanted) declared.add(name);
    return wanted.map((name) => `import { ${name} } from "${from}"; `);
  });
  const loose = [...own, "adapter"].filter((name) => !known.has(name) && used(name));
  const anything = loose.map((name) => `declare const ${name}: any; `).join("");
  return { types: imported.join("") + importsFor(declared, text, preludeFrom) + anything + text, refused: [] };
}

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}
interface Page {
  /** The page as a module whose lines are the page's lines. */
  readonly code: string;
  /** The same for the compiler: nothing but the examples and their imports. */
  readonly types: string;
  /** Lines that the compiler must refuse. */
  readonly refused: readonly number[];
}

/** Turns a page into a module of the same lines. @param preludeFrom where the module finds the prelude */
export function compilePage(page: string, text: string, dialect: Dialect = "sqlite", preludeFrom = preludeFile): Page {
  const code = onlyCode(text, dialect);
  const { edits, refused, declared } = editsOf(page, code);
  const imports = importsFor(declared, code, preludeFrom);
  return {
    code: `${imports}${apply(code, edits).replace(/database: "[^"]*"/g, "database: __docs.database")}`,
    types: imports + code,
    refused,
  };
}

/** What makes code check itself by its comments. @param where names the code in errors */
export function editsOf(where: string, code: string): { edits: Edit[]; refused: number[]; declared: Set<string> } {
  const file = ts.createSourceFile(where, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const lineOf = (at: number) => file.getLineAndCharacterOfPosition(at).line + 1;
  const edits: Edit[] = [];
  const refused: number[] = [];
  const pending: string[] = [];
  const declared = new Set<string>();
  for (const statement of file.statements) {
    for (const name of namesOf(statement)) declared.add(name);
    const from = statement.getStart(file);
    const comment = commentAfter(code, statement.end);
    if (comment?.startsWith("does not compile")) {
      refused.push(lineOf(from));
      edits.push(ts.isExpressionStatement(statement) ? { from, to: from, text: "async () => " } : { from, to: statement.end, text: "" });
      continue;
    }
    if (
      ts.isClassDeclaration(statement) &&
      statement.name &&
      ts.isCallExpression(statement.heritageClauses?.[0]?.types[0]?.expression ?? statement)
    ) {
      pending.push(statement.name.text);
      continue;
    }
    if (pending.length > 0 && awaits(statement))
      edits.push({ from, to: from, text: `await __docs.tables([${pending.splice(0).join(", ")}]); ` });
    if (comment && SQL_COMMENT.test(comment) && ts.isExpressionStatement(statement)) {
      const of = statement.expression;
      const bound = usesBinding(of) ? "m: __Movie" : "";
      edits.push({ from, to: from, text: `await __docs.sql(${lineOf(from)}, (${bound}) => (` });
      edits.push({ from: of.end, to: statement.end, text: `), ${JSON.stringify(comment)});` });
      continue;
    }
    if (!comment?.startsWith("=>")) continue;
    const expected = JSON.stringify(comment.slice(2).trim());
    const call = (expression: string) => `await __docs.check(${lineOf(from)}, async () => (${expression}), ${expected});`;
    if (ts.isExpressionStatement(statement)) {
      const shown = loggedValue(statement.expression) ?? statement.expression;
      edits.push({ from, to: shown.getStart(file), text: `await __docs.check(${lineOf(from)}, async () => (` });
      edits.push({ from: shown.end, to: statement.end, text: `), ${expected});` });
    } else if (ts.isVariableStatement(statement)) {
      const { name } = statement.declarationList.declarations[0] as ts.VariableDeclaration;
      edits.push({ from: statement.end, to: statement.end, text: ` ${call(name.getText(file))}` });
    } else throw new Error(`${where}:${lineOf(from)}: only an expression or a const may have a comment "// =>"`);
  }
  return { edits, refused, declared };
}

/** The page with everything but its code blanked out. */
function onlyCode(text: string, dialect: Dialect): string {
  const start = dialect === "sqlite" ? /^ts\s*$/ : /^ts postgres\s*$/;
  let inside = false;
  return text
    .split("\n")
    .map((line) => {
      const fence = /^\s*```(.*)$/.exec(line);
      if (fence) inside = !inside && start.test(fence[1] as string);
      else if (inside) return line;
      return "";
    })
    .join("\n");
}

/** `// SQL: …` where the databases say the same, else `// SQLite: …` and `// PostgreSQL: …`. */
const SQL_COMMENT = /^(SQL|SQLite|PostgreSQL): /;

function isExpectation(comment: string): boolean {
  return comment.startsWith("=>") || SQL_COMMENT.test(comment);
}

/** Whether code uses `m`, a binding of movies or the commands of a migration, without saying where it comes from. */
export function usesBinding(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "m" && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node);
  if (ts.isArrowFunction(node) && node.parameters.some((one) => bound(one.name).includes("m"))) return false;
  return ts.forEachChild(node, (child) => usesBinding(child) || undefined) ?? false;
}

/** The comment on the line where a statement ends, or a `// =>` on the next, with the comments on the lines below it. */
function commentAfter(code: string, end: number): string | null {
  const [line, ...below] = code.slice(end).split("\n") as [string, ...string[]];
  // A long statement has its comment on the next line.
  const own = /^\s*;?\s*$/.test(line) && isExpectation(/^\s*\/\/\s?(.*)$/.exec(below[0] ?? "")?.[1] ?? "");
  const [first, ...rest] = own ? (below as [string, ...string[]]) : [line, ...below];
  const match = /^\s*;?\s*\/\/\s?(.*)$/.exec(first);
  if (!match) return null;
  const lines = [match[1] as string];
  for (const next of rest) {
    const more = /^\s*\/\/(.*)$/.exec(next);
    if (!more || !isExpectation(lines[0] as string)) break;
    lines.push(more[1] as string);
  }
  return lines.join("\n");
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap((one) => bound(one.name));
  if (
    (ts.isClassDeclaration(statement) ||
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)) &&
    statement.name
  )
    return [statement.name.text];
  if (ts.isImportDeclaration(statement)) {
    const { namedBindings, name } = statement.importClause ?? {};
    const named = namedBindings
      ? ts.isNamedImports(namedBindings)
        ? namedBindings.elements.map((one) => one.name.text)
        : [namedBindings.name.text]
      : [];
    return name ? [name.text, ...named] : named;
  }
  return [];
}

function bound(name: ts.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((one) => (ts.isBindingElement(one) ? bound(one.name) : []));
}

function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}

/** What a console.log shows. */
function loggedValue(expression: ts.Expression): ts.Expression | null {
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "console.log") return null;
  return expression.arguments[0] ?? null;
}

/** Imports of what the page uses and does not declare, all on one line, which is the page's title. */
function importsFor(declared: ReadonlySet<string>, code: string, preludeFrom: string): string {
  const used = (name: string) => !declared.has(name) && new RegExp(`\\b${name}\\b`).test(code);
  return [
    importsOf(used, "index.ts", "ectype"),
    importsOfPrelude(used, preludeFile, preludeFrom),
    'import type { Repo as __Repo } from "ectype"; const { __docs } = globalThis as never as { __docs: { repo: __Repo; database: string; check(line: number, run: () => unknown, expected: string): Promise<void>; sql(line: number, run: (m: never) => unknown, expected: string): Promise<void>; tables(schemas: readonly unknown[]): Promise<void> } }; ',
    declared.has("repo") ? "" : "const { repo } = __docs; ",
    "export {}; ",
  ].join("");
}

/** An import of what is used of an entry of the package. @param entry its file in src */
export function importsOf(used: (name: string) => boolean, entry: string, from: string): string {
  const names = exportsOf(entry).filter(({ name }) => used(name));
  return names.length > 0 ? `import { ${names.map(({ name, type }) => (type ? `type ${name}` : name)).join(", ")} } from "${from}"; ` : "";
}

/** An import of what is used of a prelude. */
export function importsOfPrelude(used: (name: string) => boolean, file: string, from: string): string {
  const names = namesOfPrelude(file).filter(used);
  return names.length > 0 ? `import { ${names.join(", ")} } from ${JSON.stringify(from)}; ` : "";
}

function exportsOf(entry: string): { name: string; type: boolean }[] {
  const file = ts.createSourceFile(entry, readFileSync(join(root, "src", entry), "utf8"), ts.ScriptTarget.ESNext);
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      return statement.exportClause.elements.map((one) => ({ name: one.name.text, type: statement.isTypeOnly || one.isTypeOnly }));
    if (
      ts.isFunctionDeclaration(statement) &&
      statement.name &&
      statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)
    )
      return [{ name: statement.name.text, type: false }];
    return [];
  });
}

export function apply(code: string, edits: readonly Edit[]): string {
  let text = "";
  let at = 0;
  for (const edit of edits) {
    text += code.slice(at, edit.from) + edit.text;
    // Lines that an edit takes away are given back, so that errors name the page's lines.
    text += "\n".repeat(code.slice(edit.from, edit.to).split("\n").length - 1);
    at = edit.to;
  }
  return text + code.slice(at);
}

function namesOfPrelude(path = preludeFile): string[] {
  const file = ts.createSourceFile("prelude.ts", readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  return file.statements.flatMap((statement) => (ts.isClassDeclaration(statement) && statement.name ? [statement.name.text] : []));
}
