import { describe as group, expect, it } from "vitest";
import type { ColumnTypeInput } from "../../../../src/core/ddl/index.ts";
import * as ddl from "../../../../src/core/ddl/index.ts";

const { addColumn, alterTable, createIndex, createTable, commandText, fragment, invert, modifyColumn, references, removeColumn } = ddl;

group("commands", () => {
  it("are frozen, down to their columns", () => {
    const command = createTable("movies", [addColumn("title", "string", { default: "x" })]);
    expect(Object.isFrozen(command) && Object.isFrozen(command.columns) && Object.isFrozen(command.columns[1]?.options)).toBe(true);
    expect(command.columns.map(({ name }) => name)).toEqual(["id", "title"]);
  });

  it("name indexes and keys as Ecto does", () => {
    const name = (...args: Parameters<typeof createIndex>) => createIndex(...args).index.name;
    expect(name("posts", ["user_id", "title"])).toBe("posts_user_id_title_index");
    expect(name("posts", [{ desc: "title" }])).toBe("posts_title_index");
    expect(name("posts", [fragment("lower(title)")])).toBe("posts_lower_title_index");
    expect(name("posts", "title", { name: "mine" })).toBe("mine");
    expect(ddl.referenceName(references("movies"), "characters", "movie_id")).toBe("characters_movie_id_fkey");
  });

  it("read types in all their forms", () => {
    const type = (given: ColumnTypeInput) => addColumn("c", given).type;
    expect(type("utcDatetime")).toBe("utcDatetime");
    expect(type("string[]")).toEqual({ array: "string" });
    expect(type(["array", ["array", "integer"]])).toEqual({ array: { array: "integer" } });
    expect(type({ map: "string" })).toEqual({ map: "string" });
    expect(type("double precision")).toBe("double precision");
    expect(type("timestamp(3) with time zone")).toBe("timestamp(3) with time zone");
    expect(type(fragment("geometry(Point, 4326)"))).toMatchObject({ raw: "geometry(Point, 4326)" });
  });

  it.each([
    ["datetime", 'Use "utcDatetime" or "naiveDatetime"'],
    ["text); drop table x; --", "is not a column type"],
    ['"Mine"', "is not a column type"],
    [{ list: "string" }, "is not a column type"],
    [null, "is not a column type"],
  ])("refuse the type %j", (type, message) => {
    expect(() => addColumn("c", type as ColumnTypeInput)).toThrow(message);
  });

  it.each([
    [() => addColumn("c", "string", { nul: false } as object), 'column "c": unknown option "nul". Did you mean "null"?'],
    [() => addColumn("", "string"), 'a column must be a name (a non-empty string without NUL), not ""'],
    [() => addColumn("c", "decimal", { scale: 2 }), "scale needs precision too"],
    [() => addColumn("c", "string", { size: "1); drop" as never }), "size must be an integer from 1 on"],
    [() => addColumn("c", "duration", { fields: "day); drop" }), 'fields is like "day to second"'],
    [() => addColumn("c", "string", { generated: 1 as never }), "generated must be a string"],
    [() => references("x", { onDelete: "deleteall" as never }), 'onDelete cannot be "deleteall". Did you mean "deleteAll"?'],
    [() => references("x", { onUpdate: "deleteAll" as never }), 'onUpdate cannot be "deleteAll"'],
    [() => references("x", { onDelete: { nilify: [] } }), "takes a list of columns"],
    [() => createIndex("x", []), "needs at least one column"],
    [() => createIndex("x", ["a"], { nullsDistinct: false }), "use createUniqueIndex"],
    [() => createIndex("x", ["a"], { using: "gin (a); --" }), "using is the name of an index method"],
    [() => createIndex("x", [{ down: "a" } as never]), 'a direction cannot be "down"'],
    [() => ddl.createConstraint("x", "c", {}), "needs check or exclude"],
    [() => ddl.createConstraint("x", "c", { check: "a", exclude: "b" }), "not both"],
    [() => ddl.dropTable("x", { mode: "casade" as never }), 'Did you mean "cascade"?'],
    [() => createTable("x", [addColumn("id", "uuid")]), "pass { primaryKey: false } to define your own"],
    [() => createTable("x", [], { primaryKey: "uuid" as never }), "primaryKey is true, false or { name, type, … }"],
    [() => ddl.execute(5 as never), "takes SQL, a list of statements or a function"],
  ])("refuse %s", (make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });

  it("describe themselves in a line", () => {
    expect(commandText(createTable("movies", [], { prefix: "p", modifiers: "UNLOGGED" }))).toBe("create UNLOGGED table p.movies");
    expect(commandText(ddl.dropIndexIfExists("movies", ["title"], { mode: "cascade" }))).toBe(
      "drop index if exists movies_title_index cascade",
    );
    expect(commandText(ddl.renameColumn("movies", "a", "b"))).toBe("rename column a to b on table movies");
    expect(commandText(ddl.createConstraint("x", "c", { check: "a > 0" }))).toBe("create check constraint c on table x");
    expect(commandText(ddl.execute(() => {}))).toBe("execute function");
  });
});

group("invert", () => {
  it("turns every reversible command into its opposite, and back", () => {
    for (const command of [
      ddl.renameTable("a", "b"),
      ddl.renameColumn("t", "a", "b"),
      ddl.renameIndex("t", ["a"], "other"),
      createIndex("t", ["a"], { unique: true, where: "a > 0" }),
      ddl.createIndexIfNotExists("t", ["a"]),
      ddl.execute("up", "down"),
      alterTable("t", [modifyColumn("a", "text", { from: "string", null: false })]),
      alterTable("t", [modifyColumn("a", "text", { null: false, from: ["string", { null: true }] })]),
      alterTable("t", [modifyColumn("a", references("x"), { from: references("y") })]),
    ]) {
      expect(invert(command)).not.toEqual(command);
      expect(invert(invert(command))).toEqual(command);
    }
    expect(invert(createTable("t"))).toMatchObject({ kind: "dropTable", ifExists: false });
    expect(invert(ddl.createTableIfNotExists("t"))).toMatchObject({ kind: "dropTable", ifExists: true });
    expect(invert(ddl.createConstraint("t", "c", { check: "x" }))).toMatchObject({ kind: "dropConstraint" });
  });

  it("undoes the columns of a table last first", () => {
    const command = alterTable("t", [
      addColumn("a", "string"),
      removeColumn("b", "text", { null: false }),
      modifyColumn("c", "text", { from: "string" }),
    ]);
    expect(invert(command)).toMatchObject({
      changes: [
        { op: "modify", name: "c", type: "string", from: { type: "text", options: null } },
        { op: "add", name: "b", type: "text", options: { null: false } },
        { op: "remove", name: "a", type: "string", options: {} },
      ],
    });
  });

  it("keeps the other options under a plain type in from, and replaces them by those of a type with options", () => {
    const change = (from: ddl.FromInput) => {
      const [made] = (
        invert(alterTable("t", [modifyColumn("c", "text", { null: false, default: "", from })])) as ddl.CommandOf<"alterTable">
      ).changes;
      return [made?.type, made?.options];
    };
    expect(change("string")).toEqual(["string", { null: false, default: "" }]);
    expect(change(["string", { null: true }])).toEqual(["string", { null: true }]);
    expect(change({ type: "string", size: 20 })).toEqual(["string", { size: 20 }]);
    expect(change(["array", "string"])).toEqual([{ array: "string" }, { null: false, default: "" }]);
  });

  it.each([
    [ddl.dropTable("t"), "drop table t"],
    [ddl.dropConstraint("t", "c"), "drop constraint c from table t"],
    [ddl.execute("select 1"), 'execute "select 1"'],
    [alterTable("t", [removeColumn("a")]), 'alter table t: remove "a"'],
    [alterTable("t", [modifyColumn("a", "text")]), 'alter table t: modify "a"'],
    [alterTable("t", [ddl.addColumnIfNotExists("a", "text")]), 'alter table t: addIfNotExists "a"'],
    [alterTable("t", [ddl.removeColumnIfExists("a", "text")]), 'alter table t: removeIfExists "a"'],
    [ddl.dropIndex("t", [], { name: "i" }), "drop index i"],
  ])("refuses what it cannot know how to undo: %s", (command, text) => {
    expect(() => invert(command)).toThrow(`the command cannot be reversed: ${text}. To roll this migration back, `);
    expect(() => invert(command)).toThrow(expect.objectContaining({ code: "MIGRATION" }));
  });
});
