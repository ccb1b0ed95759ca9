import { field, from, QueryError, schema } from "ectype";
import { describe, expect, test } from "vitest";

class Movie extends schema("movies", { title: field.string() }) {}

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
