import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// A clause, a kind of expression, a type, a command of migrations, a kind of constraint and options are added to a copy of the sources: the compiler must name every file that has to handle them.

const ADDED: readonly (readonly [file: string, before: string, after: string])[] = [
  [
    "core/query/node.ts",
    "  readonly withTies: boolean;\n  readonly lock",
    "  readonly withTies: boolean;\n  readonly sample: Node | null;\n  readonly lock",
  ],
  [
    "core/query/node.ts",
    "export type Node =\n",
    'export type Node =\n  | { readonly kind: "collate"; readonly arg: Node; readonly collation: string }\n',
  ],
  ["core/query/node.ts", "export interface Join {\n", "export interface Join {\n  readonly only: Node | null;\n"],
  ["core/plan/planned.ts", "  readonly withTies: boolean;\n", "  readonly withTies: boolean;\n  readonly sample: PlannedExpr | null;\n"],
  [
    "core/plan/planned.ts",
    "export type PlannedExpr =\n",
    'export type PlannedExpr =\n  | { readonly kind: "collate"; readonly arg: PlannedExpr }\n',
  ],
  ["core/query/clause-types.ts", "export interface CteOptions {\n", "export interface CteOptions {\n  readonly lazy?: boolean;\n"],
  [
    "core/changeset/constraints.ts",
    "export interface ConstraintOptions {\n",
    "export interface ConstraintOptions {\n  readonly severity?: string;\n",
  ],
  ["core/schema/field.ts", "FieldOptions<T = unknown> {\n", "FieldOptions<T = unknown> {\n  readonly unit?: string;\n"],
  [
    "core/schema/association.ts",
    "export interface HasOptions extends AssocOptions {\n",
    "export interface HasOptions extends AssocOptions {\n  readonly touch?: boolean;\n",
  ],
  ["core/ddl/tables.ts", "export interface DropOptions {\n", "export interface DropOptions {\n  readonly purge?: boolean;\n"],
  ["core/changeset/records.ts", "export interface MessageOptions {\n", "export interface MessageOptions {\n  readonly code?: string;\n"],
  [
    "core/changeset/validations/number.ts",
    "export interface NumberOptions {\n",
    "export interface NumberOptions {\n  readonly divisibleBy?: NumberLike;\n",
  ],
  [
    "migration/options.ts",
    "export interface RunOptions extends SourceOptions {\n",
    "export interface RunOptions extends SourceOptions {\n  readonly dryRun?: boolean;\n",
  ],
  ["core/type/registry.ts", "export interface NamedTypes {\n", "export interface NamedTypes {\n  inet: string;\n"],
  ["core/type/type.ts", "export type Storage =\n", 'export type Storage =\n  | "inet"\n'],
  ["core/ddl/data.ts", "export type KnownType =\n", 'export type KnownType =\n  | "inet"\n'],
  ["core/ddl/data.ts", "export type Command =\n", 'export type Command =\n  | { readonly kind: "createView"; readonly as: string }\n'],
  ["core/base/errors.ts", "export type ConstraintKind = ", 'export type ConstraintKind = "trigger" | '],
  ["core/repo/engine/options.ts", "CustomOptions {\n", "CustomOptions {\n  readonly priority?: number;\n"],
  [
    "core/repo/engine/options.ts",
    "export interface ConflictOptions<R = any> {\n",
    "export interface ConflictOptions<R = any> {\n  readonly merge?: boolean;\n",
  ],
  [
    "core/repo/engine/options.ts",
    "export interface StreamOptions extends QueryOptions {\n",
    "export interface StreamOptions extends QueryOptions {\n  readonly tail?: boolean;\n",
  ],
];

const folder = mkdtempSync(join(tmpdir(), "ectype-tripwires-"));
let report = "";

beforeAll(() => {
  const root = join(import.meta.dirname, "../..");
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true }, include: ["src"] }));
  for (const [file, before, after] of ADDED) {
    const path = join(folder, "src", file);
    const text = readFileSync(path, "utf8");
    expect(text, `${file} has the place where the test adds to it`).toContain(before);
    writeFileSync(path, text.replace(before, after));
  }
  try {
    execFileSync(process.execPath, [join(root, "node_modules/typescript-7/bin/tsc"), "-p", folder, "--pretty", "false"], {
      encoding: "utf8",
    });
  } catch (error) {
    report = (error as { stdout: string }).stdout;
  }
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The errors about a file that speak of what was added. */
function errors(file: string, about: string): readonly string[] {
  const lines = report.split(/\n(?! )/);
  return lines.filter((line) => line.includes(`src/${file}(`) && line.includes(about));
}

describe("what forgets something that was added does not compile", () => {
  test.each([
    ["the state of an empty query", "core/query/node.ts"],
    ["the walk over a query's parts", "core/query/parts.ts"],
    ["exclude", "core/query/exclude.ts"],
    ["the printer", "core/query/inspect.ts"],
    ["secrets", "core/query/secrets.ts"],
    ["the key of a plan", "core/plan/key.ts"],
    ["the planner", "core/plan/planner.ts"],
    ["the walk over a planned query's parts", "core/plan/parts.ts"],
    ["the writer", "sql/select.ts"],
    ["rows within rows", "core/plan/inline.ts"],
    ["the columns of exists", "core/plan/expressions.ts"],
    ["limitPer", "core/plan/limit-per.ts"],
    ["aggregate", "core/repo/read/aggregate.ts"],
    ["exists of the repo", "core/repo/read/read.ts"],
    ["paginate", "core/query/paginate.ts"],
  ])("a clause: %s", (_, file) => {
    expect(errors(file, "sample")).not.toEqual([]);
  });
  test.each([
    ["the walk over a query's parts", "core/query/parts.ts", "collate"],
    ["the printer", "core/query/inspect.ts", "collate"],
    ["secrets", "core/query/secrets.ts", "collate"],
    ["the key of a plan", "core/plan/key-expressions.ts", "collate"],
    ["the planner", "core/plan/expressions.ts", "collate"],
    ["the type of an expression", "core/query/node-type.ts", "collate"],
    ["the walk over a planned query's parts", "core/plan/parts.ts", "collate"],
    ["the writer", "sql/expr.ts", "lacks ending return"],
    ["whether it needs parentheses", "sql/atomic.ts", "lacks ending return"],
    ["the texts of times on SQLite", "sqlite/clock.ts", "lacks ending return"],
    ["the digits of times on PostgreSQL", "postgres/dialect.ts", "lacks ending return"],
  ])("a kind of expression: %s", (_, file, about) => {
    expect(errors(file, about)).not.toEqual([]);
  });
  test.each([
    ["its name", "core/type/registry.ts", "inet"],
    ["its values in JSON", "core/type/stored.ts", "inet"],
    ["the text of a list of it", "core/query/list-text.ts", "lacks ending return"],
    ["the type of a column", "core/ddl/types.ts", "inet"],
    ["the generator of schemas", "cli/attributes.ts", "inet"],
    ["SQLite's codecs", "sqlite/codecs.ts", "inet"],
    ["SQLite's casts", "sqlite/dialect.ts", "inet"],
    ["SQLite's JSON", "sqlite/json.ts", "inet"],
    ["SQLite's columns", "sqlite/ddl.ts", "inet"],
    ["PostgreSQL's codecs", "postgres/codecs.ts", "inet"],
    ["PostgreSQL's casts", "postgres/dialect.ts", "inet"],
    ["PostgreSQL's JSON", "postgres/json.ts", "inet"],
    ["PostgreSQL's columns", "postgres/ddl.ts", "inet"],
  ])("a type of field: %s", (_, file, about) => {
    expect(errors(file, about)).not.toEqual([]);
  });
  test.each(["core/ddl/invert.ts", "core/ddl/command-text.ts", "sql/ddl.ts"])("a command of migrations: %s", (file) => {
    expect(errors(file, "lacks ending return")).not.toEqual([]);
  });
  test.each([
    ["core/base/errors.ts", "trigger"],
    ["core/changeset/constraint-failures.ts", "trigger"],
    ["core/repo/row/write-errors.ts", "lacks ending return"],
  ])("a kind of constraint: %s", (file, about) => {
    expect(errors(file, about)).not.toEqual([]);
  });
  test("a part of a join: the walk over a query's parts", () => {
    expect(errors("core/query/parts.ts", "only")).not.toEqual([]);
  });
  test("an option of a call: the list of the options that it takes", () => {
    expect(errors("core/query/query.ts", "lazy")).not.toEqual([]);
    expect(errors("core/changeset/constraints.ts", "severity")).not.toEqual([]);
  });
  test.each([
    ["every field", "core/schema/field.ts", "unit"],
    ["hasMany", "core/schema/lazy-association.ts", "touch"],
    ["dropTable", "core/ddl/tables.ts", "purge"],
    ["validations", "core/changeset/arguments.ts", "code"],
    ["validateNumber", "core/changeset/validations/number.ts", "divisibleBy"],
    ["migrate", "migration/options.ts", "dryRun"],
  ])("an option of %s: the list of the options that there are", (_, file, name) => {
    expect(errors(file, name)).not.toEqual([]);
  });
  test.each(["priority", "merge", "tail"])("an option of a repo's operations, %s: the list of the options that they take", (name) => {
    expect(errors("core/repo/engine/known-options.ts", name)).not.toEqual([]);
  });
});
