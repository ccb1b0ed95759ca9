import { inspect } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import {
  ArgumentError,
  belongsTo,
  createRepo,
  DatabaseError,
  field,
  from,
  hasMany,
  hasOne,
  isLoaded,
  LoadError,
  manyToMany,
  meta,
  MultipleResultsError,
  type Repo,
  schema,
  type Slots,
  sql,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// What a query preloads may be read within its own rows, in one statement; the results are those of a query for each association.

class Node extends schema("tree_nodes", {
  name: field.string(),
  'le"vel': field.integer(),
  secret: field.string({ redact: true }),
  parent: () => belongsTo(Node),
  children: () => hasMany(Node, { foreignKey: "parentId", preloadOrder: { name: "desc" } }),
  leaves: () => hasMany(Node, { foreignKey: "parentId", where: { 'le"vel': { in: [2, 3] }, name: { not: "it's" } }, preloadOrder: ["id"] }),
  note: () => hasOne(Note),
  tags: () =>
    manyToMany(Tag, {
      joinThrough: "nodes_tags",
      joinKeys: [{ node_id: "id" }, { tag_id: "id" }],
      joinWhere: { kind: "x'y" },
      preloadOrder: ["id"],
    }),
  childNotes: () => hasMany.through(["children", "note"]),
}) {}
class Note extends schema("notes", { text: field.string(), size: field.bigint(), node: () => belongsTo(Node) }) {}
class Tag extends schema("tags", {
  label: field.string(),
  nodes: () => manyToMany(Node, { joinThrough: "nodes_tags", joinKeys: [{ tag_id: "id" }, { node_id: "id" }] }),
}) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Node, Note, Tag]);
    await repo.query("alter table nodes_tags add column kind text");
    const rows = [
      [1, "root", 1, null],
      [2, "a", 2, 1],
      [3, "b", 2, 1],
      [4, "it's", 2, 1],
      [5, "aa", 3, 2],
      [6, 'a"b', 3, 2],
      [7, "alone", 1, null],
    ] as const;
    await repo.insertAll(
      Node,
      rows.map(([id, name, level, parentId]) => ({ id, name, 'le"vel': level, parentId, secret: `secret ${id}` })),
    );
    await repo.insertAll(Note, [
      { id: 1, text: "of a", size: 2n ** 62n, nodeId: 2 },
      { id: 2, text: "of aa", size: null, nodeId: 5 },
      { id: 3, text: "of nobody", size: 1n, nodeId: null },
    ]);
    await repo.insertAll(Tag, [
      { id: 1, label: "one" },
      { id: 2, label: "two" },
    ]);
    await repo.insertAll("nodes_tags", [
      { node_id: 1, tag_id: 2, kind: "x'y" },
      { node_id: 1, tag_id: 1, kind: "x'y" },
      { node_id: 1, tag_id: 1, kind: "other" },
      { node_id: 2, tag_id: 1, kind: "x'y" },
    ]);
  });

  /** The results both ways, and how many statements JSON took. */
  async function both<T>(read: (options: object) => Promise<T>): Promise<{ result: T; statements: number }> {
    let statements = 0;
    const log = () => void statements++;
    const result = await read({ preloadStrategy: "json", log });
    const used = statements;
    expect(result).toEqual(await read({ preloadStrategy: "queries" }));
    return { result, statements: used };
  }

  const whole = from(Node)
    .preload({ children: { children: "note", note: true }, parent: "parent", leaves: true, note: "node", tags: true })
    .orderBy("id");

  test("every kind of association, at any depth, of every row", async () => {
    const { result, statements } = await both((options) => repo.all(whole, options));
    expect(statements).toBe(1);
    expect(result.map(({ children }) => children.map(({ name }) => name))).toEqual([["it's", "b", "a"], ["aa", 'a"b'], [], [], [], [], []]);
    expect(result[0]?.leaves.map(({ id }) => id)).toEqual([2, 3]);
    expect(result[0]?.tags.map(({ label }) => label)).toEqual(["one", "two"]);
    expect(result[0]?.children[2]?.note?.size).toBe(2n ** 62n);
    expect(result[0]?.children[0] && isLoaded(result[0].children[0], "tags")).toBe(false);
    expect([result[6]?.parent, result[6]?.note, result[6]?.children]).toEqual([null, null, []]);
    expect([meta(result[0]?.children[0] as Node).state, result[0]?.children[0] instanceof Node]).toEqual(["loaded", true]);
  });

  test("is what a single result takes, unless it is told otherwise", async () => {
    // What is meant unless it is said, also where the repo's defaults say something else.
    const preloadStrategy = "auto";
    const count = async (read: (log: () => void) => Promise<unknown>) => {
      let statements = 0;
      await read(() => void statements++);
      return statements;
    };
    expect(await count((log) => repo.get(whole.exclude("orderBy"), 1, { log, preloadStrategy }))).toBe(1);
    expect(await count((log) => repo.one(whole.where({ id: 1 }), { log, preloadStrategy }))).toBe(1);
    expect(await count((log) => repo.getBy(whole, { name: "root" }, { log, preloadStrategy }))).toBe(1);
    expect(await count((log) => repo.get(whole.exclude("orderBy"), 1, { log, preloadStrategy: "queries" }))).toBeGreaterThan(5);
    expect(await count((log) => repo.all(whole, { log, preloadStrategy }))).toBeGreaterThan(5);
    const byId = repo.prepare((p: Slots<{ id: number }>) => whole.where((n) => n.id.eq(p.id)));
    expect(await count((log) => byId.one({ id: 1 }, { log, preloadStrategy }))).toBe(1);
    expect(await byId.one({ id: 1 })).toEqual((await byId.all({ id: 1 }))[0]);
    await expect(repo.one(whole)).rejects.toThrow(MultipleResultsError);
    await expect(repo.all(whole, { preloadStrategy: "fast" as never })).rejects.toThrow(
      new ArgumentError('all: the option preloadStrategy is "auto", "json", "queries", not "fast"'),
    );
  });

  test("values of a preload's query and of those below it are told apart", async () => {
    const below = (name: string, level: number, label: string) =>
      from(Node)
        .where((n) => n.parentId.isNull())
        .preload({
          children: [
            from(Node).where((n) => n.name.ne(name)),
            {
              children: [from(Node).where((n) => n['le"vel'].eq(level)), { tags: from(Tag).where({ label }) }],
              tags: from(Tag).where({ label }),
            },
          ],
        })
        .orderBy("id");
    for (const [name, level, label] of [
      ["b", 3, "one"],
      ["a", 3, "two"],
      ["c", 2, "one"],
    ] as const) {
      const { result, statements } = await both((options) => repo.all(below(name, level, label), options));
      expect(statements).toBe(1);
      expect(result[0]?.children.map((child) => child.name)).toEqual(["it's", "b", "a"].filter((one) => one !== name));
    }
  });

  test("queries of the preload's own keep their values apart from those of the query around", async () => {
    const query = (around: number, name: string, level: number) =>
      from(Node)
        .where((n) => n.id.lte(around))
        .preload({
          children: from(Node)
            .where((n) => n.name.ne(name).and(n['le"vel'].eq(level)))
            .orderBy((n) => n.id),
        })
        .where((n) => n.name.ne("b"))
        .orderBy("id")
        .limit(2);
    for (const [around, name, level] of [
      [7, "a", 2],
      [2, "b", 3],
      [1, "c", 2],
    ] as const) {
      const { statements } = await both((options) => repo.all(query(around, name, level), options));
      expect(statements).toBe(1);
    }
    const { result } = await both((options) => repo.all(query(7, "a", 2), options));
    expect(result.map(({ children }) => children.map(({ id }) => id))).toEqual([[3, 4], []]);
  });

  test("what JSON cannot do is read by queries", async () => {
    const one = from(Node).where({ id: 1 });
    const queries = [
      one.preload("childNotes"),
      one.preload({ children: from(Node).limit(1) }),
      one.preload({ children: from(Node).select(["id", "parentId"]) }),
      one.preload({
        children: (ids: unknown[]) =>
          repo.all(
            from(Node)
              .where((n) => n.parentId.in(ids as number[]))
              .orderBy("id"),
          ),
      }),
      one.distinct(true).preload("children"),
      one.preload("children").select((n) => [n, n.name]),
      one.join("children").preload({ children: "children" }),
      one.lock("FOR UPDATE").preload("children"),
    ];
    for (const query of queries.slice(0, database.name === "sqlite" ? -1 : undefined))
      await both<unknown>((options) => repo.all(query as typeof one, options));
    await both((options) => repo.get(from(Node).preload("childNotes"), 1, options));
  });

  test("in a transaction, and for many at once", async () => {
    await repo.transaction(async () => {
      await both((options) => repo.all(whole, options));
    });
    const all = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((id) => repo.getOrThrow(whole.exclude("orderBy"), id)));
    expect(all).toEqual(await repo.all(whole));
  });

  test("a hook that sees the queries of preloads sees them", async () => {
    const seen: string[] = [];
    const hooked = createRepo({
      adapter: repo.adapter,
      prepareQuery: (_operation, query, options: { ectoQuery?: string }) => {
        seen.push(options.ectoQuery ?? "own");
        return query;
      },
    });
    try {
      await hooked.get(from(Node).preload("children"), 1, { preloadStrategy: "json" });
      expect(seen).toEqual(["own", "preload"]);
    } finally {
      await hooked.close();
    }
  });

  test("a value that cannot be loaded is the same error", async () => {
    class Wrong extends schema("wrong_children", { value: field.string(), parentId: field.integer() }) {}
    class Parent extends schema("wrong_parents", { wrongs: () => hasMany(Wrong, { foreignKey: "parentId" }) }) {}
    await createTables(repo, [Parent]);
    const [type, wrong] = database.name === "sqlite" ? ["", "x'00ff'"] : ["bytea", "'\\x00ff'::bytea"];
    await repo.query(`create table wrong_children (id integer primary key, value ${type}, parent_id integer)`);
    await repo.query("insert into wrong_parents (id) values (1)");
    await repo.query(`insert into wrong_children (id, value, parent_id) values (1, ${wrong}, 1)`);
    const read = (preloadStrategy: "json" | "queries") =>
      repo.get(from(Parent).preload("wrongs"), 1, { preloadStrategy }).then(
        () => null,
        (error: unknown) => error as Error,
      );
    const [json, queries] = [await read("json"), await read("queries")];
    expect(queries).toBeInstanceOf(LoadError);
    expect(json?.message).toBe(queries?.message);
    const prepared = repo.prepare((p: Slots<{ id: number }>) =>
      from(Parent)
        .preload("wrongs")
        .where((one) => one.id.eq(p.id)),
    );
    await expect(prepared.one({ id: 1 })).rejects.toThrow((queries as Error).message);
    expect(await prepared.one({ id: 2 })).toBeNull();
    await repo.query("update wrong_children set value = null");
    expect((await repo.get(from(Parent).preload("wrongs"), 1))?.wrongs[0]?.value).toBeNull();
  });

  test("a foreign key of another type than the key is compared as its values are", async () => {
    class Part extends schema("odd_parts", { wholeId: field.uuid(), whole: () => belongsTo(Whole, { defineField: false }) }) {}
    class Whole extends schema("odd_wholes", { id: field.uuid({ primaryKey: true }), parts: () => hasMany(Part) }) {}
    await createTables(repo, [Whole]);
    await repo.query("create table odd_parts (id integer primary key, whole_id text)");
    const id = "0193e8b2-7c1d-7abc-8def-0123456789ab";
    await repo.query(`insert into odd_wholes (id) values ('${id}')`);
    await repo.query(`insert into odd_parts (id, whole_id) values (1, '${id}')`);
    expect((await repo.get(from(Whole).preload("parts"), id))?.parts.map((part) => part.wholeId)).toEqual([id]);
  });

  test.runIf(database.name === "postgres")("what a statement of redacted fields fails with tells no value of them", async () => {
    const query = from(Note).preload({ node: from(Node).where((n) => sql<boolean>`${n.secret}::integer = 1`) });
    // In a transaction nothing is asked a second time.
    const error = await repo
      .transaction(() => repo.get(query, 1))
      .then(
        () => null,
        (thrown: unknown) => thrown as Error,
      );
    expect(error).toBeInstanceOf(DatabaseError);
    expect(inspect(error, { depth: 10 })).not.toContain("secret 2");
  });
});
