import { describe, expect, it } from "vitest";
import type { ColumnOptions, Command, TypeInput } from "../../../src/core/ddl/index.ts";
import * as ddl from "../../../src/core/ddl/index.ts";
import { ddlToSql } from "../../../src/sql/index.ts";
import { sqliteDdl } from "../../../src/sqlite/ddl.ts";
import { sqliteDrivers } from "../../support/databases.ts";
import { openMemory } from "../../support/sqlite.ts";

const { addColumn, alterTable, createIndex, createTable, fragment, modifyColumn, references, removeColumn } = ddl;
const sql = (command: Command) => ddlToSql(sqliteDdl, command);
const column = (type: TypeInput, options?: ColumnOptions) =>
  sql(createTable("t", [addColumn("c", type, options)], { primaryKey: false }))[0]?.replace(/^CREATE TABLE "t" \("c" (.*)\)$/, "$1");

describe("structure commands on SQLite", () => {
  it("create a table with its keys in line", () => {
    const command = createTable("characters", [
      addColumn("name", "string"),
      addColumn("movie_id", references("movies", { onDelete: "deleteAll" }), { null: false }),
    ]);
    expect(sql(command)).toEqual([
      'CREATE TABLE "characters" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "name" TEXT, ' +
        '"movie_id" INTEGER NOT NULL CONSTRAINT "characters_movie_id_fkey" REFERENCES "movies" ("id") ON DELETE CASCADE)',
    ]);
  });

  it("write keys of several columns after the columns", () => {
    const columns = [
      addColumn("a", references("x", { with: { b: "c" } }), { primaryKey: true }),
      addColumn("b", "id", { primaryKey: true }),
    ];
    expect(sql(createTable("t", columns, { primaryKey: false, options: "STRICT, WITHOUT ROWID" }))).toEqual([
      'CREATE TABLE "t" ("a" INTEGER, "b" INTEGER, PRIMARY KEY ("a", "b"), ' +
        'CONSTRAINT "t_a_fkey" FOREIGN KEY ("a", "b") REFERENCES "x" ("id", "c")) STRICT, WITHOUT ROWID',
    ]);
  });

  it.each<[TypeInput, ColumnOptions, string]>([
    ["uuid", { primaryKey: true }, "TEXT PRIMARY KEY"],
    ["string", { size: 20 }, "TEXT"],
    ["bigint", {}, "INTEGER"],
    ["boolean", { default: true, null: false }, "INTEGER DEFAULT 1 NOT NULL"],
    ["float", { default: -1.5e-7 }, "REAL DEFAULT -1.5e-7"],
    ["decimal", { precision: 10, scale: 2 }, "DECIMAL_TEXT(10,2)"],
    ["binary", { default: new Uint8Array([1, 171]) }, "BLOB DEFAULT X'01ab'"],
    ["map", { default: { a: "it's" } }, `TEXT DEFAULT '{"a":"it''s"}'`],
    [["array", "string"], { default: [] }, "TEXT DEFAULT '[]'"],
    ["utcDatetime", { default: fragment("CURRENT_TIMESTAMP") }, "TEXT DEFAULT CURRENT_TIMESTAMP"],
    ["utcDatetime", { default: fragment("datetime('now')") }, "TEXT DEFAULT (datetime('now'))"],
    ["integer", { generated: "ALWAYS AS (1 + 1) STORED" }, "INTEGER GENERATED ALWAYS AS (1 + 1) STORED"],
    ["string", { collation: "NOCASE" }, 'TEXT COLLATE "NOCASE"'],
    ["varchar(20)", {}, "VARCHAR(20)"],
    [fragment("inet"), {}, "inet"],
    ["integer", { check: { name: "positive", expr: "c > 0" } }, 'INTEGER CONSTRAINT "positive" CHECK (c > 0)'],
  ])("write the column type %j with %j", (type, options, expected) => {
    expect(column(type, options)).toBe(expected);
  });

  it("change a table with a statement per column", () => {
    expect(
      sql(
        alterTable("t", [
          addColumn("a", references("x")),
          removeColumn("b", references("y")),
          addColumn("c", "naiveDatetime", { null: false }),
        ]),
      ),
    ).toEqual([
      'ALTER TABLE "t" ADD COLUMN "a" INTEGER CONSTRAINT "t_a_fkey" REFERENCES "x" ("id")',
      'ALTER TABLE "t" DROP COLUMN "b"',
      'ALTER TABLE "t" ADD COLUMN "c" TEXT NOT NULL',
    ]);
  });

  it("make, rename and drop indexes and tables", () => {
    expect(sql(ddl.createUniqueIndex("t", ["a", { desc: "b" }], { where: "a > 0" }))).toEqual([
      'CREATE UNIQUE INDEX "t_a_b_index" ON "t" ("a", "b" DESC) WHERE a > 0',
    ]);
    expect(sql(ddl.renameIndex("t", ["a"], "b", { unique: true }))).toEqual([
      'DROP INDEX "t_a_index"',
      'CREATE UNIQUE INDEX "b" ON "t" ("a")',
    ]);
    expect(sql(ddl.dropIndexIfExists("t", ["a"]))).toEqual(['DROP INDEX IF EXISTS "t_a_index"']);
    expect(sql(ddl.dropTable("t", { mode: "cascade" }))).toEqual(['DROP TABLE "t"']);
  });

  it.each<[string, () => Command]>([
    [
      'SQLite cannot modify the column "a" (alter table t). Instead, create a table with the new columns',
      () => alterTable("t", [modifyColumn("a", "text")]),
    ],
    ['SQLite cannot addIfNotExists "a"', () => alterTable("t", [ddl.addColumnIfNotExists("a", "text")])],
    ['SQLite cannot removeIfExists "a"', () => alterTable("t", [ddl.removeColumnIfExists("a")])],
    ['SQLite cannot add the primary key "a"', () => alterTable("t", [addColumn("a", "integer", { primaryKey: true })])],
    ["SQLite cannot add a foreign key of several columns", () => alterTable("t", [addColumn("a", references("x", { with: { b: "c" } }))])],
    ['give a column the option check: { name: "c", expr: "…" }', () => ddl.createConstraint("t", "c", { check: "a > 0" })],
    ["SQLite cannot drop a constraint", () => ddl.dropConstraint("t", "c")],
    ["SQLite cannot do the index option concurrently", () => createIndex("t", ["a"], { concurrently: true })],
    ["SQLite cannot do the index option include", () => createIndex("t", ["a"], { include: ["b"] })],
    ["SQLite cannot do the index option using", () => createIndex("t", ["a"], { using: "gin" })],
    ["SQLite cannot do the index option nullsDistinct", () => ddl.createUniqueIndex("t", ["a"], { nullsDistinct: true })],
    ['write "desc" in place of "descNullsLast"', () => createIndex("t", [{ descNullsLast: "a" }])],
    ["name its columns too", () => ddl.renameIndex("t", [], "b", { name: "a" })],
    ["SQLite has no prefixes", () => createTable("t", [], { prefix: "p" })],
    ["SQLite has no tables without columns", () => createTable("t", [], { primaryKey: false })],
    ["SQLite cannot set some columns only", () => createTable("t", [addColumn("a", references("x", { onDelete: { nilify: ["a"] } }))])],
    ['SQLite would take the type "strng" as numeric. Did you mean "string"?', () => createTable("t", [addColumn("a", "strng")])],
  ])("refuse with a way out: %s", (message, make) => {
    expect(() => sql(make())).toThrow(message);
    expect(() => sql(make())).toThrow(expect.objectContaining({ code: "MIGRATION" }));
  });

  it.runIf(sqliteDrivers.includes("better-sqlite3"))("are what the database takes, forwards and backwards", () => {
    const commands: Command[] = [
      createTable("movies", [addColumn("title", "string", { default: "a\\'b", collation: "NOCASE" })]),
      createTable("x", [addColumn("a", "integer", { primaryKey: true }), addColumn("b", "integer", { primaryKey: true })], {
        primaryKey: false,
      }),
      createTable("t", [
        addColumn("movie_id", references("movies", { onDelete: "nilifyAll", onUpdate: "updateAll" })),
        addColumn("a", references("x", { column: "a", with: { b: "b" } })),
        addColumn("b", "integer"),
        addColumn("meta", "map", { default: { a: "it's" } }),
        addColumn("at", "utcDatetime", { default: fragment("datetime('now')") }),
        addColumn("name", "string", { check: { name: "named", expr: "name <> ''" } }),
        addColumn("double", "integer", { generated: "ALWAYS AS (2 * 2) STORED" }),
      ]),
      createIndex("t", ["name", { desc: "at" }, fragment("lower(name)")], { where: "name > 'a'" }),
      alterTable("t", [
        addColumn("more_id", references("movies", { onDelete: "restrict" })),
        addColumn("rank", "integer", { default: fragment("1"), null: false }),
        removeColumn("meta", "map"),
      ]),
      ddl.renameColumn("t", "rank", "place"),
      ddl.renameIndex("t", ["name"], "other", { name: "t_name_at_lower_name_index" }),
      ddl.renameTable("t", "u"),
    ];
    const db = openMemory();
    db.exec("PRAGMA foreign_keys = on");
    for (const command of [...commands, ...[...commands].reverse().map((one) => ddl.invert(one))]) {
      for (const text of sql(command)) db.exec(text);
      if (command === commands[0])
        expect(db.prepare("insert into movies default values returning title").get()).toEqual({ title: "a\\'b" });
    }
    expect(db.prepare("select name from sqlite_master where name not like 'sqlite_%'").all()).toEqual([]);
    db.close();
  });
});
