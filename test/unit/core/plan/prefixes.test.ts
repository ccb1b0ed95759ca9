import { assoc, belongsTo, createRepo, cte, exists, from, hasMany, manyToMany, schema, subquery, field } from "ectype";
import { postgres } from "ectype/postgres";
import { expect, test } from "vitest";

class Own extends schema("own", { name: field.string(), plain: () => belongsTo(Plain) }, { prefix: "schema" }) {}
class Plain extends schema("plain", {
  name: field.string(),
  owns: () => hasMany(Own),
  others: () => manyToMany(Plain, { joinThrough: "plain_plain", joinKeys: { aId: "id", bId: "id" } }),
}) {}

const repo = createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) });
const sources = (query: Parameters<typeof repo.toSql>[1]) =>
  [...repo.toSql("all", query).sql.matchAll(/(?:FROM|JOIN) ((?:"\w+"\.)?"\w+")/g)].map((match) => (match[1] as string).replaceAll('"', ""));

test("the prefix of from goes before the schema's, and this before the query's", () => {
  expect(sources(from(Own).select(["id"]))).toEqual(["schema.own"]);
  expect(sources(from(Own).prefix("query").select(["id"]))).toEqual(["schema.own"]);
  expect(sources(from(Own, { prefix: "from" }).prefix("query").select(["id"]))).toEqual(["from.own"]);
  expect(sources(from(Plain).prefix("query").select(["id"]))).toEqual(["query.plain"]);
  expect(sources(from(Plain).select(["id"]))).toEqual(["plain"]);
});
test("null on from drops the schema's prefix alone", () => {
  expect(sources(from(Own, { prefix: null }).select(["id"]))).toEqual(["own"]);
  expect(sources(from(Own, { prefix: null }).prefix("query").select(["id"]))).toEqual(["query.own"]);
});
test("joins have prefixes of their own", () => {
  expect(
    sources(
      from(Plain)
        .join("owns")
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain", "schema.own"]);
  expect(
    sources(
      from(Plain)
        .join("owns", { prefix: "join" })
        .select((p) => p.id),
    ),
  ).toEqual(["plain", "join.own"]);
  expect(
    sources(
      from(Plain)
        .join("o", (p) => assoc(p, "others"))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain", "query.plain_plain", "query.plain"]);
  expect(
    sources(
      from(Plain)
        .join("o", Plain, (p, { o }) => o.id.eq(p.id), { prefix: "join" })
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain", "join.plain"]);
});
test("subqueries, combinations and CTE bodies inherit; the name of a CTE takes none", () => {
  expect(
    sources(
      from(subquery(from(Plain).select(["id"])))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain"]);
  expect(
    sources(
      from(subquery(from(Plain).select(["id"]), { prefix: "sub" }))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["sub.plain"]);
  expect(
    sources(
      from(subquery(from(Plain).prefix("inner").select(["id"])))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["inner.plain"]);
  expect(
    sources(
      from(Plain)
        .select(["id"])
        .where((p) => exists(from(Own, { prefix: null }).where((o) => o.id.eq(p.id))))
        .prefix("query"),
    ),
  ).toEqual(["query.plain", "query.own"]);
  expect(
    sources(
      from(Plain)
        .select((p) => p.id)
        .union(from(Plain).select((p) => p.id))
        .prefix("query"),
    ),
  ).toEqual(["query.plain", "query.plain"]);
  expect(
    sources(
      from(cte("tree", Plain))
        .withCte("tree", from(Plain))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain", "tree"]);
  expect(
    sources(
      from(["tree", Plain])
        .withCte("tree", from(Plain))
        .prefix("query")
        .select((p) => p.id),
    ),
  ).toEqual(["query.plain", "tree"]);
});
