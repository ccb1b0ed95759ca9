import {
  ArgumentError,
  assoc,
  cast,
  count,
  EctypeError,
  from,
  selectedAs,
  sql,
  meta,
  MultipleResultsError,
  NoPrimaryKeyFieldError,
  NoResultsError,
  QueryError,
  type Repo,
  schema,
  field,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { clear, films, Movie, setUp } from "../../support/movies.ts";

class Pair extends schema(
  "pairs",
  { c: field.integer() },
  { primaryKey: { a: field.integer({ primaryKey: true }), b: field.integer({ primaryKey: true }) } },
) {}
class Keyless extends schema("keyless", { name: field.string() }, { primaryKey: false }) {}

describe.each(databases)("reads on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    await createTables(repo, [Keyless]);
  });
  beforeEach(() => clear(repo));

  test("all gives structs that are loaded, of a schema, a query, a table's name", async () => {
    await films(repo);
    const movies = await repo.all(from(Movie).orderBy("id"));
    expectTypeOf(movies).toEqualTypeOf<Movie[]>();
    expect(movies.map((movie) => movie.title)).toEqual(["Ready Player One", "Bright"]);
    expect(movies[0]).toBeInstanceOf(Movie);
    expect(meta(movies[0] as Movie)).toMatchObject({ state: "loaded", source: "movies" });
    expect(await repo.all(Movie)).toHaveLength(2);
    expect(
      await repo.all(
        from("movies")
          .select((m) => m.title)
          .orderBy("title"),
      ),
    ).toEqual(["Bright", "Ready Player One"]);
  });

  test("one gives a row, null, or MultipleResultsError; oneOrThrow wants a row", async () => {
    await films(repo);
    const bright = from(Movie).where({ title: "Bright" });
    const found = await repo.one(bright);
    expectTypeOf(found).toEqualTypeOf<Movie | null>();
    expect(found?.title).toBe("Bright");
    expect(await repo.one(from(Movie).where({ title: "x" }))).toBeNull();
    const several = await caught(repo.one(Movie));
    expect(several).toBeInstanceOf(MultipleResultsError);
    expect(several.code).toBe("MULTIPLE_RESULTS");
    expect((await repo.oneOrThrow(bright)).title).toBe("Bright");
    const none = await caught(repo.oneOrThrow(from(Movie).where({ title: "x" })));
    expect(none).toBeInstanceOf(NoResultsError);
    expect(none.message).toContain("Movie");
    expect(await repo.one(from(Movie).select(() => count()))).toBe(2);
    expect(
      await repo.one(
        from(Movie)
          .first()
          .select((m) => m.title),
      ),
    ).toBe("Ready Player One");
    expect(
      await repo.one(
        from(Movie)
          .last()
          .select((m) => m.title),
      ),
    ).toBe("Bright");
  });

  test("get finds by primary key, also as text", async () => {
    const { one } = await films(repo);
    expect((await repo.get(Movie, one.id))?.title).toBe("Ready Player One");
    expect((await repo.get(Movie, String(one.id)))?.title).toBe("Ready Player One");
    expect(await repo.get(Movie, 0)).toBeNull();
    expect((await repo.get(from(Movie).select(["id", "title"]), one.id))?.title).toBe("Ready Player One");
    expect((await repo.getOrThrow(Movie, one.id)).id).toBe(one.id);
    expect(await caught(repo.getOrThrow(Movie, 0))).toBeInstanceOf(NoResultsError);
    const wrong = await caught(Promise.resolve().then(() => repo.get(Movie, "abc")));
    expect(wrong.code).toBe("CAST");
    expect(wrong.message).toMatch(/"abc".*"id" of Movie/);
    for (const nothing of [null, undefined]) {
      const error = await caught(Promise.resolve().then(() => repo.get(Movie, nothing as never)));
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error.message).toContain("Movie");
    }
  });

  test("get on a schema without a single primary key throws", async () => {
    for (const cls of [Pair, Keyless]) {
      const error = await caught(Promise.resolve().then(() => repo.get(cls, 1 as never)));
      expect(error).toBeInstanceOf(NoPrimaryKeyFieldError);
      expect(error.message).toContain(cls.name);
    }
  });

  test("getBy and allBy take equalities, which are never null", async () => {
    await films(repo);
    expect((await repo.getBy(Movie, { title: "Bright" }))?.title).toBe("Bright");
    expect(await repo.getBy(Movie, { title: "x" })).toBeNull();
    expect((await repo.getByOrThrow(Movie, { title: "Bright" })).title).toBe("Bright");
    expect(await caught(repo.getByOrThrow(Movie, { title: "x" }))).toBeInstanceOf(NoResultsError);
    await repo.insertOrThrow(Movie.build({ title: "Bright" }));
    expect(await caught(repo.getBy(Movie, { title: "Bright" }))).toBeInstanceOf(MultipleResultsError);
    expect(await repo.allBy(Movie, { title: "Bright" })).toHaveLength(2);
    // @ts-expect-error null is no value to compare with
    const isNull = await caught(Promise.resolve().then(() => repo.getBy(Movie, { title: null })));
    expect(isNull.message).toMatch(/"title".*isNull/);
    const isUndefined = await caught(Promise.resolve().then(() => repo.allBy(Movie, { title: undefined })));
    expect(isUndefined.message).toMatch(/undefined.*"title"/);
    // @ts-expect-error no such field
    const unknown = await caught(Promise.resolve().then(() => repo.getBy(Movie, { titel: "x" })));
    expect(unknown.message).toMatch(/titel/);
    expect(unknown.message).toMatch(/Movie/);
    expect(unknown.message).toMatch(/"title"/);
  });

  test("reload reads a struct again, reloadOrThrow wants it to be there", async () => {
    const { one, two } = await films(repo);
    await repo.updateAll(from(Movie).where({ id: two.id }), { set: { title: "Dark" } });
    expect((await repo.reload(two))?.title).toBe("Dark");
    expect((await repo.reload([two, one])).map((movie) => movie?.title)).toEqual(["Dark", "Ready Player One"]);
    await repo.deleteOrThrow(two);
    expect(await repo.reload(two)).toBeNull();
    expect(await repo.reload([two, one])).toMatchObject([null, { id: one.id }]);
    expect(await caught(repo.reloadOrThrow(two))).toBeInstanceOf(EctypeError);
    await caught(repo.reload(Movie.build() as never));
  });

  test("exists and aggregate", async () => {
    const { one } = await films(repo);
    expect(await repo.exists(Movie)).toBe(true);
    expect(await repo.exists(from(Movie).where({ title: "x" }))).toBe(false);
    const byLength = from(Movie)
      .select((m) => sql<number>`length(${m.title})`.as("long"))
      .groupBy(() => selectedAs("long"));
    expect(await repo.exists(byLength)).toBe(true);
    expect(await repo.aggregate(Movie, "count")).toBe(2);
    expect(await repo.aggregate(Movie, "count", "tagline")).toBe(1);
    const statements: string[] = [];
    expect(await repo.aggregate(Movie, "count", { log: ({ sql }) => statements.push(sql) })).toBe(2);
    expect(statements).toHaveLength(1);
    expect(await repo.aggregate(Movie, "max", "title")).toBe("Ready Player One");
    expect(await repo.aggregate(from(Movie).where({ id: one.id }), "sum", "id")).toBe(one.id);
    expect(Number(await repo.aggregate(from(Movie).where({ id: one.id }), "avg", "id"))).toBe(one.id);
    expect(await repo.aggregate(from(Movie).limit(1), "count")).toBe(1);
    expect(await repo.aggregate(from(Movie).where({ id: 0 }), "min", "title")).toBeNull();
    expect(await repo.aggregate(from(Movie).where({ id: 0 }), "count")).toBe(0);
    expect(await caught(repo.aggregate(from(Movie).groupBy("title"), "count"))).toBeInstanceOf(QueryError);
    // @ts-expect-error no such aggregate
    expect(await caught(repo.aggregate(Movie, "median", "id"))).toBeInstanceOf(ArgumentError);
    expect((await caught(repo.aggregate(from(Movie), "max", "titel" as "title"))).message).toMatch(/titel.*"title"/s);
  });

  test("undefined and JavaScript values in conditions are refused before any SQL", () => {
    expect(() => from(Movie).where({ title: undefined })).toThrow(/undefined.*"title"/);
    // @ts-expect-error undefined
    expect(() => from(Movie).where((m) => m.title.eq(undefined))).toThrow(/"title".*undefined/);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where((m) => m.title === "x")).toThrow(/JavaScript/);
    // @ts-expect-error a string where a list belongs
    expect(() => from(Movie).where((m) => m.title.in("x"))).toThrow(/"title".*list/);
    // @ts-expect-error a string where a list belongs
    expect(() => cast(Movie.build(), {}, "title")).toThrow(EctypeError);
    // @ts-expect-error a text is no id
    expect(() => from(Movie).where((m) => m.id.eq("x"))).toThrow(/"x".*"id"/);
  });

  test("options that nothing reads are refused, clauses among them", async () => {
    const clause = await caught(Promise.resolve().then(() => repo.all(Movie, { where: { id: 1 } } as never)));
    expect(clause).toBeInstanceOf(ArgumentError);
    expect(clause.message).toMatch(/where.*clause/);
    for (const call of [
      () => repo.get(Movie, 1, { preload: "actors" } as never),
      () => repo.one(Movie, { limit: 1 } as never),
      () => repo.exists(Movie, { orderBy: "id" } as never),
      () => repo.insert(Movie.build(), { onConfict: "nothing" } as never),
      () => repo.updateAll(Movie, { set: { title: "x" } }, { where: {} } as never),
      () => repo.deleteAll(Movie, { limit: 1 } as never),
      () => repo.insertAll(Movie, [], { returnning: true } as never),
      () => repo.preload([], "actors" as never, { orderBy: "x" } as never),
      () => repo.transaction(() => 1, { isolatoin: "serializable" } as never),
    ] as (() => Promise<unknown>)[])
      expect(await caught(Promise.resolve().then(call))).toBeInstanceOf(ArgumentError);
  });

  test("an association is a query of its own", async () => {
    const { one } = await films(repo);
    expect(
      await repo.all(
        assoc(one, "characters")
          .orderBy("name")
          .select((c) => c.name),
      ),
    ).toEqual(["Art3mis", "Wade Watts"]);
  });
});
