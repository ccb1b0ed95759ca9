import { describe, expect, test } from "vitest";
import {
  assoc,
  checkSchemas,
  count,
  createRepo,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  hasMany,
  Multi,
  paginate,
  QueryError,
  schema,
  SchemaError,
  subquery,
} from "ectype";
import { sqlite } from "ectype/sqlite";

class Shop extends schema("shops", { name: field.string(), items: () => hasMany(Item) }) {}
class Item extends schema("items", { name: field.string(), shopId: field.id() }) {}
class Line extends embeddedSchema({ text: field.string() }) {}

const q = from(Shop) as any;
const on = (s: any, { k }: any) => k.shopId.eq(s.id);
const wrong = { nonsense: 1 } as any;
const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });

describe("an option that nothing reads is an error", () => {
  test.each<[string, () => unknown]>([
    ["from", () => from(Shop, wrong)],
    ["join of an association", () => q.join("items", wrong)],
    ["join by a callback", () => q.leftJoin("k", (s: any) => assoc(s, "items"), wrong)],
    ["join of a schema", () => q.join("k", Item, on, wrong)],
    ["join of a query", () => q.join("k", from(Item), on, wrong)],
    ["crossJoin", () => q.crossJoin("k", Item, wrong)],
    ["innerLateralJoin", () => q.innerLateralJoin("k", () => from(Item), undefined, wrong)],
    ["crossLateralJoin", () => q.crossLateralJoin("k", () => from(Item), wrong)],
    ["withCte", () => q.withCte("c", from(Item), wrong)],
    ["windows", () => q.windows({ w: { partition: [] } })],
    ["over", () => q.select(() => count().over(wrong))],
    ["subquery", () => subquery(from(Item), wrong)],
  ])("%s", (_, make) => {
    expect(make).toThrow(QueryError);
    expect(make).toThrow(/unknown option "(nonsense|partition)"/);
  });

  test("assoc, inspect of a Multi, paginate", async () => {
    expect(() => assoc(Shop.build({ id: 1 }), "items", wrong)).toThrow(/assoc: unknown option "nonsense"/);
    expect(() => new Multi().inspect(wrong)).toThrow(/inspect: unknown option "nonsense"/);
    await expect(paginate(from(Shop), { repo, first: 1, ...wrong })).rejects.toThrow(/paginate: unknown option "nonsense"/);
  });

  test("embeds, of a schema and of fields in place", () => {
    class One extends schema("ones", { line: embedsOne(() => Line, { onReplac: "delete" } as never) }) {}
    class Many extends schema("manys", { lines: embedsMany({ text: field.string() }, wrong) }) {}
    expect(checkSchemas([One])[0]).toBeInstanceOf(SchemaError);
    expect(checkSchemas([One])[0]?.message).toMatch(/embed "line" of schema One: unknown option "onReplac".*onReplace/);
    expect(checkSchemas([Many])[0]?.message).toMatch(/unknown option "nonsense"/);
  });

  test.each([1, "x", null, []])("options that are %j are none", (options) => {
    expect(() => q.join("k", Item, on, options)).toThrow(/takes its options as an object/);
    expect(() => q.withCte("c", from(Item), options)).toThrow(/takes its options as an object/);
  });
});
