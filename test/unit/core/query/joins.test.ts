import { describe, expect, test } from "vitest";
import { as, assoc, belongsTo, createRepo, cte, dynamic, field, from, hasMany, QueryError, schema, sql, subquery, values } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

class Shop extends schema("shops", { name: field.string(), items: () => hasMany(Item) }) {}
class Item extends schema("items", { name: field.string(), shop: () => belongsTo(Shop) }) {}
class Own extends schema("owns", { shopId: field.id() }, { prefix: "own" }) {}

const repo = createRepo({ adapter: postgres({ url: "postgres://localhost/x" }) });
const lite = createRepo({ adapter: sqlite({ database: ":memory:" }) });
const q = from(Shop) as any;
const on = (s: any, { k }: any) => k.shopId.eq(s.id);
const text = (query: unknown) =>
  repo
    .toSql("all", query as never)
    .sql.replace(/^.*? FROM /, "")
    .replace(/[()]/g, "");

describe("a query as a join's source", () => {
  test.each<[string, any, string]>([
    ["its prefix", from(Item).prefix("t2"), '"t2"."items"'],
    ["that of its source", from(Item, { prefix: "t2" }), '"t2"."items"'],
    ["that of its source before its own", from(Item, { prefix: "t2" }).prefix("t3"), '"t2"."items"'],
    ["that of a schema before its own", from(Own).prefix("t3"), '"own"."owns"'],
    ["null at its source takes that of the schema away", from(Own, { prefix: null }), '"owns"'],
    ["of a table", from("items").prefix("t2"), '"t2"."items"'],
  ])("keeps %s", (_, source, table) => {
    const name = source === undefined ? "" : table;
    expect(text(q.join("k", source, () => sql`true`))).toContain(`JOIN ${name} AS`);
    expect(text(q.join("k", source, () => sql`true`, { prefix: "t9" }))).toMatch(/JOIN "t9"\./);
    expect(text(q.prefix("outer").join("k", source, () => sql`true`))).toContain(name === '"owns"' ? '"outer"."owns"' : name);
  });

  test("keeps its conditions, whatever is said beside it", () => {
    const found = from(Item).where({ name: "x" }).prefix("t2");
    expect(text(q.join("k", found, on, { prefix: "t3" }))).toMatch(/JOIN "t3"."items" AS i1 ON i1."shop_id" = s0."id" AND i1."name" = \$1/);
    expect(text(q.join("k", found, on).join("l", found, () => sql`true`))).toMatch(/i1."name" = \$1.*i2."name" = \$2/);
  });

  test("keeps its hints", () => {
    const hinted = from(Item).hints("INDEXED BY a");
    const joined = (query: unknown) => lite.toSql("all", query as never).sql;
    expect(joined(q.join("k", hinted, on))).toContain('"items" AS i1 INDEXED BY a ON');
    expect(joined(q.join("k", from(Item), on, { hints: "INDEXED BY b" }))).toContain('"items" AS i1 INDEXED BY b ON');
    expect(joined(q.join("k", from(Item).prefix("t2"), on, { hints: "INDEXED BY b" }))).toContain('"t2"."items" AS i1 INDEXED BY b ON');
  });

  test("is reachable by its own name too", () => {
    const named = from(Item)
      .as("thing")
      .where(() => (as("thing") as any).name.eq("x"));
    const query = q.join("k", named, on).where(() => (as("thing") as any).id.gt(1));
    expect(text(query)).toMatch(/ON i1."shop_id" = s0."id" AND i1."name" = \$1 WHERE i1."id" > \$2/);
    expect(query.hasNamedBinding("thing")).toBe(true);
    expect(() => query.as("thing")).toThrow(/named "thing" already/);
    expect(() => q.as("thing").join("k", named, on)).toThrow(/named "thing" already/);
  });

  test("a subquery's prefix gives way to that of the join", () => {
    const rows = subquery(from(Item), { prefix: "t1" });
    expect(text(q.join("k", rows, on))).toContain('FROM "t1"."items"');
    expect(text(q.join("k", rows, on, { prefix: "t2" }))).toContain('FROM "t2"."items"');
  });
});

test("joins of associations take a prefix and hints in each of their forms", () => {
  expect(text(q.join("items", { prefix: "t2" }))).toContain('JOIN "t2"."items"');
  expect(text(q.join("k", (s: any) => assoc(s, "items"), { prefix: "t2" }))).toContain('JOIN "t2"."items"');
  const hinted = q.join("k", (s: any) => assoc(s, "items"), { hints: "INDEXED BY a" });
  expect(lite.toSql("all", hinted).sql).toContain("INDEXED BY a");
});

test("lateral joins take options behind their condition", () => {
  const inner = (s: any) => from(Item).where((i) => i.shopId.eq(s.id));
  expect(text(q.innerLateralJoin("k", inner, undefined, { prefix: "t2" }))).toContain('FROM "t2"."items"');
  expect(text(q.leftLateralJoin("k", inner, () => sql`true`, { prefix: "t2" }))).toContain('FROM "t2"."items"');
  expect(text(q.crossLateralJoin("k", inner, { prefix: "t2" }))).toContain('FROM "t2"."items"');
});

const condition = (_: any, { k }: any) => k.name.eq("x");
const byAssoc = (s: any) => assoc(s, "items");
test.each<[string, () => unknown, RegExp]>([
  ["beside a callback", () => q.join("k", byAssoc, condition), /join "k": a condition beside that of an association is the option on/],
  ["a dynamic beside a callback", () => q.join("k", byAssoc, dynamic(condition as never)), /is the option on/],
  ["equalities beside a callback", () => q.join("k", byAssoc, { name: "x" }), /join "k": unknown option "name"/],
  ["in place of options", () => q.join("items", dynamic(condition as never)), /is the option on/],
  ["in place of the callback", () => q.join("items", (s: any) => s.name.eq("x")), /is the option on/],
  ["behind options", () => q.join("items", {}, condition), /takes 2: a condition beside that of an association/],
  ["behind nothing", () => q.join("items", undefined, condition), /takes 2: a condition/],
  ["behind the options of a callback", () => q.join("k", byAssoc, {}, condition), /takes 3: a condition/],
  ["behind the condition", () => q.join("k", Item, on, condition), /the condition stands behind the source/],
  ["as an option behind the condition", () => q.join("k", Item, on, { on: condition }), /the condition stands behind the source/],
  ["of a cross join", () => q.crossJoin("k", Item, condition), /crossJoin "k" has no condition/],
  [
    "of a cross join's query",
    () => q.crossJoin("k", from(Item).where({ id: 1 })),
    /crossJoin "k" has no condition, and its query has a where/,
  ],
  ["of a cross lateral join", () => q.crossLateralJoin("k", () => from(Item), condition), /has no condition/],
  ["a prefix that is none", () => q.join("items", { prefix: 1 }), /a prefix is a text or null, not a number/],
  [
    "a prefix of a CTE",
    () => text(q.withCte("c", from(Item)).join("k", cte("c", Item), on, { prefix: "x" })),
    /a CTE is no table and takes no prefix/,
  ],
  ["a prefix of values", () => text(q.join("k", values([{ shopId: 1 }], { shopId: field.id() }), on, { prefix: "x" })), /takes no prefix/],
])("a misplaced condition or option: %s", (_, make, message) => {
  expect(make).toThrow(QueryError);
  expect(make).toThrow(message);
});
