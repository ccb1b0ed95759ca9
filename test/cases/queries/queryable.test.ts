import { beforeAll, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  checkSchemas,
  from,
  field,
  hasMany,
  manyToMany,
  type Query,
  Queryable,
  QueryError,
  type Repo,
  schema,
  SchemaError,
  sql,
  subquery,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Movie extends schema("movies", {
  title: field.string(),
  year: field.integer(),
  characters: () => hasMany(Character),
  heroes: () => hasMany(Character, { where: { name: (name) => name.like("H%"), rank: "1" } }),
  loud: () => hasMany(Character, { where: { name: (name) => sql<boolean>`upper(${name}) = ${"HAN"}` } }),
  ranked: () => hasMany(Character, { where: { rank: (rank) => rank.between(1, 2).and(rank.in([1, 5]).not().not()) } }),
  tags: () => manyToMany(Tag, { joinThrough: "movies_tags", joinWhere: { tag_id: (id) => id.gt(1) } }),
}) {}
class Character extends schema("characters", { name: field.string(), rank: field.integer(), movie: () => belongsTo(Movie) }) {}
class Tag extends schema("tags", { name: field.string() }) {}

class Recent extends Queryable<Movie> {
  readonly year: number;
  constructor(year: number) {
    super();
    this.year = year;
  }
  toQuery(): Query<Movie> {
    return from(Movie)
      .where((m) => m.year.gte(this.year))
      .orderBy("id");
  }
}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Movie, Character, Tag]);
    await repo.insertAll(Movie, [
      { id: 1, title: "a", year: 1990 },
      { id: 2, title: "b", year: 2020 },
    ]);
    await repo.insertAll(Character, [
      { id: 1, name: "Han", rank: 1, movieId: 1 },
      { id: 2, name: "Hob", rank: 2, movieId: 1 },
      { id: 3, name: "Ann", rank: 1, movieId: 2 },
    ]);
    await repo.insertAll(Tag, [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
    ]);
    await repo.insertAll("movies_tags", [
      { movie_id: 1, tag_id: 1 },
      { movie_id: 1, tag_id: 2 },
    ]);
  });

  test("a class of one's own stands wherever a query does", async () => {
    const recent = new Recent(2000);
    expect((await repo.all(recent)).map(({ title }) => title)).toEqual(["b"]);
    expect((await repo.all(from(recent).where({ title: "a" }))).length).toBe(0);
    expect((await repo.get(recent, 1)) ?? null).toBeNull();
    expect(await repo.aggregate(recent, "count")).toBe(1);
    expect(await repo.exists(new Recent(2030))).toBe(false);
    expect((await repo.all(from(subquery(recent)))).map(({ title }) => title)).toEqual(["b"]);
    expect(
      (
        await repo.all(
          from(Character).where((c) =>
            c.movieId.in(
              from(recent)
                .exclude("orderBy")
                .select((m) => m.id),
            ),
          ),
        )
      ).length,
    ).toBe(1);
    const joined = from(Character)
      .join("m", subquery(recent), (c, { m }) => m.id.eq(c.movieId))
      .select((c, { m }) => [c.name, m.title] as const);
    expect(await repo.all(joined)).toEqual([["Ann", "b"]]);
    expect((await repo.updateAll(from(recent).exclude("orderBy"), { set: { year: 2020 } } as never)).count).toBe(1);
    class Wrong extends Queryable<Movie> {
      toQuery() {
        return 1 as never;
      }
    }
    expect(() => from(new Wrong())).toThrow(QueryError);
    expect(() => from(new Wrong())).toThrow("toQuery of Wrong must return a query, not a number");
    expect(() => from({ table: "movies" } as never)).toThrow(/a query is made from a schema/);
  });

  test("an association of a subquery that selects structs is joined", async () => {
    const sub = subquery(from(Movie).where({ id: 1 }));
    const names = from(sub)
      .join("characters")
      .orderBy((_, { characters }) => characters.id);
    expect(await repo.all(names.select((m, { characters }) => [m.title, characters.name] as const))).toEqual([
      ["a", "Han"],
      ["a", "Hob"],
    ]);
    expect((await repo.all(names.preload({ characters: "characters" }))).map((m) => [m.id, m.characters.length])).toEqual([[1, 2]]);
    const nested = from(Tag)
      .join("m", sub, (_, { m }) => m.id.gt(0))
      .join("c", (_, { m }) => assoc(m, "characters"))
      .orderBy((t, { c }) => [t.id, c.id])
      .select((t, { c }) => [t.name, c.name] as const);
    expect(await repo.all(nested)).toEqual([
      ["x", "Han"],
      ["x", "Hob"],
      ["y", "Han"],
      ["y", "Hob"],
    ]);
    expect(
      await repo.all(
        from(sub)
          .join("tags")
          .select((_, { tags }) => tags.name),
      ),
    ).toEqual(["y"]);
    expect((await repo.all(from(subquery(sub as never)).join("characters" as never))).length).toBe(2);
    const partial = from(subquery(from(Movie).select(["title"])) as never).join("characters" as never) as never;
    expect(() => repo.toSql("all", partial)).toThrow(/does not select "id"/);
    const values = from(subquery(from(Movie).select((m) => m.id)) as never) as any;
    expect(() => values.join("characters")).toThrow(/cannot be joined: its binding has no schema/);
  });

  test("a function of the column filters on every road", async () => {
    const movies = await repo.all(from(Movie).orderBy("id").preload(["heroes", "loud", "ranked", "tags"]));
    const names = (list: readonly { name: string | null }[]) => list.map(({ name }) => name);
    expect(movies.map((m) => [names(m.heroes), names(m.loud), names(m.ranked), names(m.tags)])).toEqual([
      [["Han"], ["Han"], ["Han"], ["y"]],
      [[], [], ["Ann"], []],
    ]);
    expect(names(await repo.all(assoc(movies, "heroes")))).toEqual(["Han"]);
    expect(names(await repo.all(assoc(movies, "tags")))).toEqual(["y"]);
    for (const [name, expected] of [
      ["heroes", ["Han"]],
      ["loud", ["Han"]],
      ["ranked", ["Han", "Ann"]],
      ["tags", ["y"]],
    ] as const) {
      const joined = (from(Movie) as any).join("k", (m: any) => assoc(m, name)).orderBy((_: any, { k }: any) => k.id);
      expect(names((await repo.all(joined.select((_: any, { k }: any) => k))) as Character[])).toEqual(expected);
      const besides = joined
        .where((m: any) => m.id.gt(0))
        .limit(9)
        .select((_: any, { k }: any) => k);
      expect(names((await repo.all(besides)) as Character[])).toEqual(expected);
    }
  });
});

describe("the where of an association is checked", () => {
  const problems = (where: Record<string, unknown>) => {
    class Owner extends schema("owners", { things: () => hasMany(Thing, { where: where as never }) }) {}
    class Thing extends schema("things", { ownerId: field.id(), rank: field.integer(), code: field.string({ redact: true }) }) {}
    return { Owner, found: checkSchemas([Owner]) };
  };
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["a value of the wrong type", { rank: "many" }, /where of "rank" is of the type integer, and a string cannot be cast to it/],
    ["one in a list", { rank: { in: [1, "x"] } }, /is of the type integer/],
    ["one that is excluded", { rank: { not: "x" } }, /is of the type integer/],
    ["undefined", { rank: undefined }, /where of "rank" is undefined/],
    ["an undefined that is excluded", { rank: { not: undefined } }, /takes a value, null/],
    ["null in a list", { rank: { in: [null] } }, /holds null, which is equal to nothing/],
    ["an unknown form", { rank: { fragment: "> 1" } }, /not an object with fragment/],
    ["two forms at once", { rank: { not: 1, in: [2] } }, /not an object with not, in/],
    ["an unknown field", { rang: 1 }, /names the field "rang", which Thing does not have/],
    ["a redacted value", { code: 5 }, /and its value cannot be cast/],
  ])("%s", (_, where, message) => {
    const { Owner, found } = problems(where);
    expect(found.map((one) => one.message)).toEqual([expect.stringMatching(message)]);
    expect(found[0]).toBeInstanceOf(SchemaError);
    expect(found[0]?.message).toContain('hasMany "things" of schema Owner');
    expect(() => assoc(Owner.build({ id: 1 } as never), "things")).toThrow(message);
  });

  test("values are cast, as in queries", () => {
    expect(problems({ rank: "3", code: null }).found).toEqual([]);
  });
});
