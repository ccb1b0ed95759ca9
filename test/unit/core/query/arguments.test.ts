import { assoc, belongsTo, column, field, from, QueryError, schema, struct, sql, sum } from "ectype";
import { describe, expect, test } from "vitest";

class Movie extends schema("movies", { title: field.string(), studio: () => belongsTo(Studio) }) {}
class Studio extends schema("studios", { name: field.string() }) {}

// As plain JavaScript may call it.
const loose = from(Movie) as unknown as Record<string, (argument: unknown) => unknown>;

describe("a condition", () => {
  // An object without keys of its own would otherwise be a condition that every row meets.
  test.each(["where", "orWhere", "having"])("is never an object that is not plain: %s", (clause) => {
    for (const value of [new Date(), Promise.resolve({ id: 1 }), from(Movie), new Map([["id", 1]]), Movie.build({}), /x/]) {
      expect(() => loose[clause]?.(value)).toThrow(QueryError);
    }
  });

  test("may be a plain object, whatever its prototype", () => {
    const bare = Object.assign(Object.create(null) as object, { title: "x" });
    expect(() => loose.where?.(bare)).not.toThrow();
  });
});

test.each(["orderBy", "groupBy", "distinct"])("%s takes no object that is not plain", (clause) => {
  expect(() => loose[clause]?.(Promise.resolve("title"))).toThrow(QueryError);
});

describe("what plain JavaScript gives in a value's place is an error, not a guess", () => {
  test("a window's base", () => {
    const base = 7 as unknown as string;
    expect(() => from(Movie).select((m) => sum(m.id).over({ base }))).toThrow(/the base of a window is the name of another, not a number/);
  });

  test("a path where a join takes one association", () => {
    const path = ["studio", "movies"] as unknown as "studio";
    expect(() => from(Movie).join("s", (m) => assoc(m, path))).toThrow(/takes the name of one association, not a list/);
  });

  test("a list where a struct is made of values by field", () => {
    const fields = ["title"] as unknown as {};
    expect(() => from(Movie).select(() => struct(Movie, fields))).toThrow(/struct of the schema Movie takes an object .* not a list/);
  });

  // Names that JavaScript itself asks of objects: a binding answers those without an error.
  test.each(["then", "toJSON", "constructor"])("%s as a column of a schema that has none", (name) => {
    expect(() => from(Movie).select((m) => column(m, name))).toThrow(QueryError);
  });
});

test("SQL text that is taken as it is stands by itself and among other pieces", () => {
  const text = sql.unsafe("NULL");
  expect(String(from(Movie).select(() => [text, sql`coalesce(${sql.splice([text, 1])})`]))).toContain("NULL");
});
