import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

// What the package exports under a name is one thing, and no other file of src exports another under it.

const root = join(import.meta.dirname, "../..");
const ENTRIES = [
  "src/index.ts",
  "src/sqlite/index.ts",
  "src/postgres/index.ts",
  "src/postgres/drivers/pglite.ts",
  "src/migration/index.ts",
  "src/config.ts",
  "src/testing/cases/index.ts",
];

/** Names that two files declare, and why. */
const TWICE: Readonly<Record<string, string>> = {
  Constraint: "what a changeset declares, and what a migration makes",
  OnDelete: "of an association, and of a foreign key, which knows more",
  SnakeCaseDirection: "the same words, in queries and in migrations, which know nothing of each other",
  SourceOptions: "of a source of a query, and of where migrations come from",
  TimestampsOptions: "of a schema, and of a table",
  TypedData: "data with types in place of a schema: of a changeset its types, of embeddedDump as they are",
  enumCast: "of a schema's field, which passes its type on; so are the other functions of enums",
  enumDumpValues: "see enumCast",
  enumMappings: "see enumCast",
  enumValues: "see enumCast",
  BulkResult: "as the repo's calls have it, typed by the query, and as the rows are before",
  Columns: "the columns of a binding, as types and, in the planner, as data",
  ConstraintOptions: "of a changeset, and of a migration: two entries of the package",
  DropOptions: "of a migration, and of the command that drops a database, which nobody imports",
  RunOptions: "of the migrator, and what an adapter is told of each statement, which is not exported",
  TransactionOptions: "the repo's have a log beside the adapter's, which are exported as BeginOptions",
  all: "the function of queries, and how `repo.all` runs; so are `exists`",
  exists: "see all",
  merge: "of a select, and of changesets, where it is a method",
  rollback: "of migrations, and of the repo, where it is a method",
};

/** What only tests read beside the file that it is in. */
const TESTED: readonly string[] = ["TYPE_NAMES", "customType", "parameterizedType"];

const files = sources("src");
const parsed = new Map(
  files.map((file) => [file, ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true)]),
);

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}

const isExported = (node: ts.Statement) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

/** The names that a file declares and exports. */
function declared(file: string): readonly string[] {
  const statements = parsed.get(file)?.statements.filter(isExported) ?? [];
  return statements.flatMap((node) => {
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = node as { name?: ts.Node };
    return name === undefined ? [] : [name.getText()];
  });
}

/** The names that a file exports as its own: those that it declares, and those that it passes on, each with the name that it has where it is declared. */
function exported(file: string): readonly string[] {
  const exports: readonly ts.Statement[] = parsed.get(file)?.statements ?? [];
  const passed = exports.filter(ts.isExportDeclaration).flatMap(({ exportClause, moduleSpecifier }) => {
    if (exportClause && ts.isNamedExports(exportClause))
      return exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).getText());
    if (exportClause || !moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return [];
    return exported(posix.join(dirname(file), moduleSpecifier.text));
  });
  return [...declared(file), ...passed];
}

const declarers = new Map<string, Set<string>>();
for (const file of files) for (const name of declared(file)) declarers.set(name, (declarers.get(name) ?? new Set<string>()).add(file));

/** Every adapter's folder has its own of what each adapter has. */
function meanings(name: string): number {
  const places = [...(declarers.get(name) ?? [])].map((file) => file.replace(/^src\/(sqlite|postgres)\//, "src/adapter/"));
  return new Set(places).size;
}

const names = new Set(ENTRIES.flatMap(exported));

test("a name that the package exports has one meaning", () => {
  expect(names.size).toBeGreaterThan(300);
  const twice = [...names].filter((name) => meanings(name) > 1);
  expect(twice.toSorted()).toEqual(Object.keys(TWICE).toSorted());
});

test("whatever is exported is used by another file, or by who imports the package", () => {
  const words = new Map([...parsed].map(([file, source]) => [file, new Set(code(source).match(/[\w$]+/g))]));
  const unused = [...declarers].flatMap(([name, places]) =>
    [...places]
      .filter((place) => !names.has(name) && !TESTED.includes(name) && !isType(place, name))
      .filter((place) => !files.some((file) => file !== place && words.get(file)?.has(name)))
      .map((place) => `${place}: ${name}`),
  );
  expect(unused).toEqual([]);
});

/** Types stand in the declarations of what is exported, and must be exported for it. */
function isType(file: string, name: string): boolean {
  return (parsed.get(file)?.statements ?? []).some(
    (node) => (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.name.text === name,
  );
}

/** What a file holds beside what it only passes on. */
function code({ statements }: ts.SourceFile): string {
  const own = statements.filter((node) => !ts.isExportDeclaration(node)).map((node) => node.getText());
  return own.join("\n").replaceAll(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, "");
}
