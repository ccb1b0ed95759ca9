// Runs the ```ts blocks of a page, in order, as one module against a fresh SQLite database; its ```ts postgres blocks as another
// one against a fresh PostgreSQL database.
//
// - Blocks marked ```ts no-run are compiled and do not run.
// - `expression; // => text`, or the comment on the next line, compares how the value prints; white space does not count, and … stands for anything.
//   The text may go on in comments below. `const x = …; // => text` looks at x, console.log(x) at x.
// - `expression; // => throws Name` or `// => throws Name: part of the message` expects an error.
// - `statement; // does not compile` is not run, and must be refused by the compiler.
// - What the page does not import or declare comes from ectype and from prelude.ts; `repo` is there too. Tables of the page's
//   schemas are created before the first statement that awaits, unless the page creates them.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AnySchema, createRepo, print } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import ts from "typescript";
import { freshFolder, freshPostgresUrl } from "../support/databases.ts";
import { createTables } from "../support/tables.ts";
import { compilePage, type Dialect, type Module, modulesOf } from "./page.ts";
import * as prelude from "./prelude.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

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
    sql: (line) => Promise.reject(new Error(`${page}:${line}: only docstrings show SQL in comments`)),
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
  sql(line: number): Promise<void>;
  tables(schemas: readonly unknown[]): Promise<void>;
}

export async function check(where: string, run: () => unknown, expected: string): Promise<void> {
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

export function matches(shown: string, expected: string): boolean {
  const parts = squeezed(expected)
    .split(/ ?… ?/)
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
  return problemsOf(modulesOf(names));
}

/** What the compiler says of modules. */
export function problemsOf(given: readonly Module[]): string[] {
  const folder = freshFolder();
  const modules = given.map((module) => ({ ...module, file: join(folder, `${module.name}.mts`) }));
  for (const { file, types } of modules) writeFileSync(file, types);
  const program = programOf(modules.map(({ file }) => file));
  return modules.flatMap(({ file, page, refused }) => {
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
