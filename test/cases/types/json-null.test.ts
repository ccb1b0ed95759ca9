import { coalesce, count, field, from, jsonNull, not, paginate, QueryError, type Repo, schema, sql, type } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Note extends schema("notes", { name: field.string({ null: false }), data: field.json<any>() }) {}

const rows = [
  { name: "value", data: { a: 1, list: [7] } },
  { name: "null", data: { a: null, list: [null] } },
  { name: "missing", data: { list: [] } },
  { name: "sql null", data: null },
  { name: "json null", data: jsonNull },
  { name: "text", data: { a: "null", list: ["null"] } },
];
const empty = ["null", "missing", "sql null", "json null"];

describe.each(databases)("null inside JSON on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Note]);
    await repo.insertAll(Note, rows);
  });
  const names = (where: (n: any) => any) =>
    repo.all(
      from(Note)
        .where(where)
        .orderBy("id")
        .select((n) => n.name),
    );

  test("is NULL, as is what is missing", async () => {
    for (const step of [["a"], ["list", 0], ["list", -1]] as const) {
      expect(await names((n) => n.data.path(...step).isNull())).toEqual(empty);
      expect(await names((n) => n.data.path(...step).isNotNull())).toEqual(["value", "text"]);
      expect(await names((n) => n.data.pathText(...step).isNull())).toEqual(empty);
    }
    const prepared = repo.prepare((p: any) =>
      from(Note)
        .where((n) => n.data.path(p.name).isNull())
        .orderBy("id")
        .select((n) => n.name),
    );
    expect(await prepared.all({ name: "a" } as never)).toEqual(empty);
  });

  test("stands in no comparison, and in none that is turned", async () => {
    expect(await names((n) => n.data.path("a").eq(1))).toEqual(["value"]);
    expect(await names((n) => n.data.path("a").ne(1))).toEqual(["text"]);
    expect(await names((n) => not(n.data.path("a").eq(1)))).toEqual(["text"]);
    expect(await names((n) => n.data.path("a").notIn([1, 2]))).toEqual(["text"]);
    expect(await names((n) => n.data.path("a").eq("null"))).toEqual(["text"]);
  });

  test("is counted, replaced and read as NULL", async () => {
    expect(await repo.one(from(Note).select((n) => [count(n.data.path("a")), count()]))).toEqual([2, 6]);
    const all = from(Note).orderBy("id");
    expect(await repo.all(all.select((n) => n.data.path("a")))).toEqual([1, null, null, null, null, "null"]);
    expect(await repo.all(all.select((n) => type(n.data.path("a"), "string")))).toEqual(["1", null, null, null, null, "null"]);
    expect(await repo.all(all.select((n) => n.data.path("list")))).toEqual([[7], [null], [], null, null, ["null"]]);
    const firstOf = all.select((n) => coalesce(n.data.path("b"), n.data.path("a")).isNull());
    expect(await repo.all(firstOf)).toEqual([false, true, true, true, true, false]);
    const texts = all.select((n) => coalesce(n.data.pathText("a"), "none"));
    expect(await repo.all(texts)).toEqual(["1", "none", "none", "none", "none", "null"]);
    expect(await repo.all(all.select((n) => type(n.data.path("a"), field.json())))).toEqual([1, null, null, null, null, "null"]);
    const grouped = from(Note)
      .groupBy((n) => n.data.path("a"))
      .select(() => count());
    expect((await repo.all(grouped)).sort()).toEqual([1, 1, 4]);
  });

  test("is told from what is missing by the database's own words", async () => {
    const typeOf = (n: any) =>
      database.name === "sqlite" ? sql<string>`json_type(${n.data}, '$.a')` : sql<string>`jsonb_typeof(${n.data} -> 'a')`;
    expect(await names((n) => typeOf(n).eq("null"))).toEqual(["null"]);
  });

  test("a comparison with it is an error", () => {
    for (const ask of [(n: any) => n.data.path("a").eq(jsonNull), (n: any) => n.data.path("a").in([1, jsonNull])])
      expect(() => from(Note).where(ask)).toThrow(QueryError);
    expect(() => from(Note).where((n) => n.data.path("a").ne(jsonNull))).toThrow("isNull()");
  });

  test.each(["asc", "desc", "ascNullsLast", "descNullsFirst"] as const)("pages ordered %s by a path", async (direction) => {
    const numbers = from(Note).where((n) => n.name.ne("text"));
    const query = numbers.orderBy((n) => [n.data.path("a")[direction](), n.id]);
    const whole = await paginate(query, { repo, first: 10 });
    const nulls = await repo.all(
      from(Note)
        .where((n) => n.name.in(empty))
        .orderBy("id")
        .select((n) => n.name),
    );
    const first = direction === "asc" || direction === "ascNullsLast" ? ["value", ...nulls] : [...nulls, "value"];
    expect(whole.entries.map((one: any) => one.name)).toEqual(first);
    const found: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 9; page++) {
      const one: any = await paginate(query, { repo, first: 2, after });
      found.push(...one.entries.map(({ name }: any) => name));
      after = one.endCursor;
      if (!one.hasNextPage) break;
    }
    expect(found).toEqual(first);
  });
});
