import { as, createRepo, field, from, QueryError, schema } from "ectype";
import { sqlite } from "ectype/sqlite";
import { expect, test } from "vitest";

class Movie extends schema("movies", { title: field.string() }) {}
const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
const failure = (query: Parameters<typeof repo.toSql>[1]): string => {
  try {
    repo.toSql("all", query);
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return (error as Error).message;
  }
  throw new Error("the query was planned");
};
const missing = () => as("nope", Movie).title;

test.each([
  ["where", from(Movie).where(() => missing().eq("x")), 'where: as("nope").title == ^"x"'],
  ["orderBy", from(Movie).where({ title: "a" }).orderBy(missing), 'orderBy: [asc: as("nope").title]'],
  ["select", from(Movie).select(missing), 'select: as("nope").title'],
  ["groupBy", from(Movie).groupBy(missing).select(missing), 'select: as("nope").title'],
  ["a join", from(Movie).join("other", Movie, () => missing().eq("x")), 'join: m1 in Movie, as: "other"'],
])("an error of %s prints the query back and marks the place", (_, query, place) => {
  const lines = failure(query).split("\n");
  expect(lines[0]).toMatch(/no binding named "nope"/);
  expect(lines[1]).toMatch(/^in query: #Query<from m0 in Movie, /);
  expect(lines[2]).toBe(`here: ${place}`);
});

test("an error inside a subquery marks the clause that the subquery stands in", () => {
  const inner = from(Movie)
    .where(() => missing().eq("x"))
    .select((m) => m.title);
  expect(
    failure(from(Movie).where((m) => m.title.in(inner)))
      .split("\n")
      .at(-1),
  ).toMatch(/^here: where: m0\.title in subquery/);
});
