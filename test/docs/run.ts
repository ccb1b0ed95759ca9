// Runs the ```ts blocks of a page, in order, as one module against a fresh SQLite database; its ```ts postgres blocks as another
// one against a fresh PostgreSQL database.
//
// - Blocks marked ```ts no-run are skipped.
// - `expression; // => text`, or the comment on the next line, compares how the value prints; white space does not count, and … stands for anything.
//   The text may go on in comments below. `const x = …; // => text` looks at x, console.log(x) at x.
// - `expression; // => throws Name` or `// => throws Name: part of the message` expects an error.
// - `statement; // does not compile` is not run, and must be refused by the compiler.
// - What the page does not import or declare comes from ectype and from prelude.ts; `repo` is there too. Tables of the page's
//   schemas are created before the first statement that awaits, unless the page creates them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AnySchema, createRepo, print } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import ts from "typescript";
import { freshFolder, freshPostgresUrl } from "../support/databases.ts";
import { createTables } from "../support/tables.ts";
import * as prelude from "./prelude.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

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

/** Runs a page's examples; what differs from its comments is an error that names the line. */
export async function runPage(page: string, dialect: Dialect): Promise<void> {
  const { code } = compilePage(page, readFileSync(join(root, page), "utf8"), dialect);
  const folder = freshFolder();
  const file = join(folder, `${basename(page, ".md")}.mts`);
  writeFileSync(file, code);
  const database = join(folder, "docs.db");
  const repo = createRepo({ adapter: dialect === "sqlite" ? sqlite({ database }) : postgres({ url: await freshPostgresUrl() }) });
  const context: Context = {
    page,
    repo,
    database,
    check: (line, run, expected) => check(`${page}:${line}`, run, expected),
    tables: (schemas) =>
      createTables(
        repo,
        (schemas as AnySchema[]).filter((one) => "schema" in one && !createdBy(code, one)),
      ),
  };
  (globalThis as { __docs?: Context }).__docs = context;
  const { log } = console;
  // What a page prints is for its reader.
  console.log = () => {};
  try {
    await createTables(repo, Object.values(prelude) as unknown as AnySchema[]);
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    console.log = log;
    await repo.close();
  }
}

/** Whether the page makes the table of a schema by itself. */
function createdBy(code: string, { source }: AnySchema & { source?: string | null }): boolean {
  return code.includes(`create table ${source} `) || code.includes(`createTable("${source}"`);
}

interface Context {
  readonly page: string;
  readonly repo: unknown;
  readonly database: string;
  check(line: number, run: () => unknown, expected: string): Promise<void>;
  tables(schemas: readonly unknown[]): Promise<void>;
}

interface Edit {
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

/** Turns a page into a module of the same lines. */
export function compilePage(page: string, text: string, dialect: Dialect = "sqlite"): Page {
  const code = onlyCode(text, dialect);
  const file = ts.createSourceFile(page, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
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
    } else throw new Error(`${page}:${lineOf(from)}: only an expression or a const may have a comment "// =>"`);
  }
  const imports = importsFor(declared, code);
  return {
    code: `${imports}${apply(code, edits).replace(/database: "[^"]*"/g, "database: __docs.database")}`,
    types: imports + code,
    refused,
  };
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

/** The comment on the line where a statement ends, or a `// =>` on the next, with the comments on the lines below it. */
function commentAfter(code: string, end: number): string | null {
  const [line, ...below] = code.slice(end).split("\n") as [string, ...string[]];
  // A long statement has its comment on the next line.
  const own = /^\s*;?\s*$/.test(line) && /^\s*\/\/ =>/.test(below[0] ?? "");
  const [first, ...rest] = own ? (below as [string, ...string[]]) : [line, ...below];
  const match = /^\s*;?\s*\/\/\s?(.*)$/.exec(first);
  if (!match) return null;
  const lines = [match[1] as string];
  for (const next of rest) {
    const more = /^\s*\/\/(.*)$/.exec(next);
    if (!more || !lines[0]?.startsWith("=>")) break;
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
function importsFor(declared: ReadonlySet<string>, code: string): string {
  const used = (name: string) => !declared.has(name) && new RegExp(`\\b${name}\\b`).test(code);
  const exported = exportsOfIndex().filter(({ name }) => used(name));
  const fromEctype = exported.map(({ name, type }) => (type ? `type ${name}` : name));
  const own = Object.keys(prelude).filter(used);
  const preludeFile = JSON.stringify(join(root, "test/docs/prelude.ts"));
  return [
    fromEctype.length > 0 ? `import { ${fromEctype.join(", ")} } from "ectype"; ` : "",
    own.length > 0 ? `import { ${own.join(", ")} } from ${preludeFile}; ` : "",
    'import type { Repo as __Repo } from "ectype"; const { __docs } = globalThis as never as { __docs: { repo: __Repo; database: string; check(line: number, run: () => unknown, expected: string): Promise<void>; tables(schemas: readonly unknown[]): Promise<void> } }; ',
    declared.has("repo") ? "" : "const { repo } = __docs; ",
    "export {}; ",
  ].join("");
}

function exportsOfIndex(): { name: string; type: boolean }[] {
  const file = ts.createSourceFile("index.ts", readFileSync(join(root, "src/index.ts"), "utf8"), ts.ScriptTarget.ESNext);
  return file.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map((one) => ({ name: one.name.text, type: statement.isTypeOnly || one.isTypeOnly }))
      : [],
  );
}

function apply(code: string, edits: readonly Edit[]): string {
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

async function check(where: string, run: () => unknown, expected: string): Promise<void> {
  if (!expected.startsWith("throws")) {
    const value = await run();
    const shown = typeof value === "string" && !expected.startsWith('"') ? value : print(value, Number.POSITIVE_INFINITY);
    if (!matches(shown, expected)) throw new Error(`${where}: the page says\n  ${expected}\nbut it is\n  ${print(value)}`);
    return;
  }
  const [, name, message = ""] = /^throws\s+(\w+)(?::\s*([\s\S]*))?$/.exec(expected) ?? [];
  try {
    await run();
  } catch (error) {
    const { name: actual, message: text } = error as Error;
    if (actual === name && squeezed(text).includes(squeezed(message).replace(/…$/, ""))) return;
    throw new Error(`${where}: the page says it ${expected}\nbut it throws ${actual}: ${text}`, { cause: error });
  }
  throw new Error(`${where}: the page says it ${expected}, but nothing was thrown`);
}

function matches(shown: string, expected: string): boolean {
  const parts = squeezed(expected)
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(squeezed(shown));
}

// White space inside brackets and the comma before a closing one are a matter of layout.
function squeezed(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/,? ?([}\])>]) ?/g, "$1")
    .replace(/([{[(<]) /g, "$1")
    .trim();
}

/** What the compiler says of the pages: problems that it finds, and examples that it should have refused. */
export function typeProblems(names: readonly string[]): string[] {
  const folder = freshFolder();
  const compiled = new Map<string, { page: string; refused: readonly number[] }>();
  for (const page of names) {
    for (const dialect of dialects.filter((one) => speaks(page, one))) {
      const { types, refused } = compilePage(page, readFileSync(join(root, page), "utf8"), dialect);
      const file = join(folder, `${page.replace(/\W/g, "_")}_${dialect}.mts`);
      writeFileSync(file, types);
      compiled.set(file, { page, refused });
    }
  }
  const program = programOf([...compiled.keys()]);
  return [...compiled].flatMap(([file, { page, refused }]) => {
    const found = problemsIn(program, file);
    const wrong = found.filter(({ line }) => !refused.includes(line)).map(({ line, text }) => `${page}:${line}: ${text}`);
    const missed = refused
      .filter((line) => !found.some((one) => one.line === line))
      .map((line) => `${page}:${line}: it compiles, and the page says that it does not`);
    return [...wrong, ...missed];
  });
}

/** What the compiler says of modules that are given as text, by their names. */
export function typeProblemsOf(modules: Readonly<Record<string, string>>): string[] {
  const folder = freshFolder();
  const files = Object.entries(modules).map(([name, text]) => {
    const file = join(folder, `${name}.mts`);
    writeFileSync(file, text);
    return file;
  });
  const program = programOf(files);
  return files.flatMap((file) => problemsIn(program, file).map(({ line, text }) => `${basename(file)}:${line}: ${text}`));
}

function programOf(files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const checked = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    rewriteRelativeImportExtensions: false,
    types: [],
    baseUrl: undefined,
    typeRoots: [join(root, "node_modules/@types")],
  };
  return ts.createProgram(files, { ...checked, types: ["node"] });
}

function problemsIn(program: ts.Program, file: string): { line: number; text: string }[] {
  const source = program.getSourceFile(file) as ts.SourceFile;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((one) => ({
    line: source.getLineAndCharacterOfPosition(one.start ?? 0).line + 1,
    text: ts.flattenDiagnosticMessageText(one.messageText, "\n"),
  }));
}
