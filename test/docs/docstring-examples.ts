// Turns the examples of docstrings into modules, one for each file of sources, in which each example stands on the lines that it has there.
//
// - An example is TypeScript that compiles, of one line or a few. It has all that the package exports, the schemas of docstring-prelude.ts
//   and the values of its `Context` by their names, such as `repo`, `movie` and `changeset`, on fresh data.
// - `// => text` and `// => throws Name` compare as on pages: see run.ts. … stands for anything.
// - `query; // SQL: text` compares the SQL of a query where both databases say the same, `// SQLite: text` and `// PostgreSQL: text` that of
//   one. Of an expression of `m`, which is a binding of movies, it is the expression alone: `m.year.eq(2018) // SQL: m0."year" = ?`.
// - In the files of migrations `m` is the commands of a migration, which run and are undone.
// - One that uses a database runs on both, with `// PostgreSQL only` at the end of a line on that one.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contextNames } from "./docstring-prelude.ts";
import type { Docstring } from "./docstrings.ts";
import ts from "typescript";
import { apply, editsOf, importsOf, importsOfPrelude, type Module, usesBinding } from "./page.ts";

export const examplePreludeFile = join(dirname(fileURLToPath(import.meta.url)), "docstring-prelude.ts");

/** Where the examples find what they do not import: the entries of the package by their files. */
const ENTRIES = [
  ["index.ts", "ectype"],
  ["config.ts", "ectype/config"],
  ["sqlite/index.ts", "ectype/sqlite"],
  ["postgres/index.ts", "ectype/postgres"],
] as const;

/** Files whose examples need a test runner, or a package that a project may not have. */
const UNRUN = /^src\/(testing\/cases\/index|postgres\/drivers\/pglite)\.ts$/;

/** What an example needs, and on which database it runs: on both where `only` is empty. */
export interface About {
  readonly name: string;
  readonly line: number;
  /** "migration": it uses `m`, the commands of a migration. */
  readonly needs: "nothing" | "database" | "migration";
  readonly only: "" | "postgres";
}

/** The examples of docstrings as modules. Each hands its examples to `__docs.example`. */
export function exampleModules(docstrings: readonly Docstring[], preludeFrom = examplePreludeFile): Module[] {
  const files = [...new Set(docstrings.filter(({ file, examples }) => examples.length > 0 && !UNRUN.test(file)).map(({ file }) => file))];
  return files.map((file) => {
    const here = docstrings.filter((one) => one.file === file);
    // What several classes inherit is one docstring.
    const all = new Map(here.flatMap(({ name, examples }) => examples.map((example) => [example.line, { name, ...example }])));
    const used = new Set<string>();
    const migration = file.startsWith("src/migration/") || file.startsWith("src/core/ddl/");
    const lines: string[] = [];
    for (const { name, code, line } of [...all.values()].sort((a, b) => a.line - b.line)) {
      const padded = "\n".repeat(line - 1) + code.replace(/^export default /, "void ");
      const { edits, declared, refused } = editsOf(file, padded);
      if (refused.length > 0) throw new Error(`${file}:${line}: an example of a docstring must compile`);
      const words = new Set(code.match(/\b[A-Za-z_$][\w$]*/g));
      for (const word of words) if (!declared.has(word)) used.add(word);
      const migrates = migration && usesBinding(ts.createSourceFile(file, code, ts.ScriptTarget.ESNext, true));
      const given = [...contextNames.filter((one) => words.has(one) && !declared.has(one)), ...(migrates ? ["m"] : [])];
      const needs = migrates ? "migration" : words.has("repo") || words.has("await") ? "database" : "nothing";
      const only = /\/\/ PostgreSQL only$/m.test(code) ? "postgres" : "";
      const open = `__docs.example(${JSON.stringify({ name, line, needs, only })}, async ({ ${given.join(", ")} }: __Context) => { `;
      const [first = "", ...rest] = apply(padded, edits)
        .split("\n")
        .slice(line - 1);
      while (lines.length < line) lines.push("");
      lines[line - 1] += open + first;
      // On a line of its own, since a comment may end the last one; another example may begin there.
      lines.push(...rest, "}); ");
    }
    const known = (name: string) => used.has(name);
    const taken = new Set<string>();
    const imports = ENTRIES.map(([entry, from]) =>
      importsOf((name) => known(name) && !taken.has(name) && Boolean(taken.add(name)), entry, from),
    );
    const head = [
      ...imports,
      migration ? importsOf((name) => known(name) && !taken.has(name), "migration/index.ts", "ectype/migration") : "",
      importsOfPrelude(known, examplePreludeFile, preludeFrom),
      `import type { Context } from ${JSON.stringify(preludeFrom)}; import type { Columns as __Columns } from "ectype"; `,
      `type __Context = Context & { m: import("ectype/migration").MigrationCommands }; `,
      `type __Movie = __Columns<import(${JSON.stringify(preludeFrom)}).Movie>; `,
      DOCS,
    ].join("");
    const code = head + lines.join("\n");
    return { name: file.replace(/\W/g, "_"), page: file, types: code, refused: [] };
  });
}

const DOCS = `const { __docs } = globalThis as never as { __docs: {
  example(about: object, run: (context: __Context) => Promise<void>): void;
  check(line: number, run: () => unknown, expected: string): Promise<void>;
  sql(line: number, run: (m: __Movie) => unknown, expected: string): Promise<void>;
  tables(schemas: readonly unknown[]): Promise<void>;
} }; `
  .split("\n")
  .join(" ");
