import {
  as,
  belongsTo,
  type Binding,
  field,
  from,
  hasMany,
  type JoinSource,
  map,
  merge,
  paginate,
  QueryError,
  type Repo,
  schema,
  type Slots,
  struct,
  subquery,
} from "ectype";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { Character, Distributor, fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(databases)("lists of fields for associations on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await fill(repo);
  });
  /** The results, and what each statement reads. */
  async function run<T>(query: JoinSource<T>): Promise<{ rows: T[]; reads: string[] }> {
    const reads: string[] = [];
    const log = ({ sql }: { sql: string }) => reads.push(/^SELECT (.*?) FROM/.exec(sql.replaceAll('"', ""))?.[1] ?? sql);
    return { rows: await repo.all(query, { log }), reads };
  }
  const one = () => from(Movie).where({ id: 1 });

  test("a preload by a query of its own reads the named fields, and the key that ties its rows to their owners", async () => {
    const { rows, reads } = await run(
      one()
        .select((m) => struct(m, ["id", "title", { characters: ["id", "name"] }]))
        .preload("characters"),
    );
    expect(plain(rows)).toEqual([
      {
        id: 1,
        title: "Ready Player One",
        characters: [
          { id: 1, name: "Wade" },
          { id: 2, name: "Art3mis" },
        ],
      },
    ]);
    expect(reads).toEqual(["m0.id, m0.title", "c0.movie_id, c0.id, c0.name"]);
    expect(rows[0]).toBeInstanceOf(Movie);
    expect(rows[0]?.characters[0]).toBeInstanceOf(Character);
    expect(Object.keys(rows[0]?.characters[0] as object)).toEqual(["id", "name"]);
    expectTypeOf(rows[0]?.characters[0]?.name).toEqualTypeOf<string | null | undefined>();
    // @ts-expect-error the list does not name it
    expect(rows[0]?.characters[0]?.hero).toBeUndefined();
  });

  test("associations without a list are read as a whole, those that are not preloaded stay not loaded", async () => {
    const [movie] = await repo.all(
      one()
        .select((m) => struct(m, ["id", { characters: ["name"], distributor: ["name"] }]))
        .preload(["characters", "actors"]),
    );
    expect(plain(movie)).toEqual({ id: 1, characters: [{ name: "Wade" }, { name: "Art3mis" }], actors: [{ id: 1, name: "Tyler" }] });
    expect(String(movie?.distributor)).toMatch(/not loaded/);
    expect(
      plain(
        await repo.all(
          one()
            .select((m) => struct(m, ["id"]))
            .preload("distributor"),
        ),
      ),
    ).toEqual([{ id: 1, distributor: null }]);
    expect(plain(await repo.all(one().select((m) => struct(m, ["id", { characters: ["name"] }]))))).toEqual([{ id: 1 }]);
    expect(await repo.all(one().select((m) => map(m, ["id", { characters: ["name"] }])))).toEqual([{ id: 1 }]);
  });

  test("below each other, through a join table, and through associations", async () => {
    const brief = (m: Binding<Movie>) =>
      struct(m, ["id", { actors: ["id", { movies: ["title", { distributor: ["name"] }, "id"] }], colleagues: ["id"] }]);
    const { rows, reads } = await run(
      from(Movie)
        .where({ id: 3 })
        .select(brief)
        .preload({ actors: { movies: "distributor" } }),
    );
    expect(plain(rows)).toEqual([{ id: 3, actors: [{ id: 3, movies: [{ id: 3, title: "Alien", distributor: null }] }] }]);
    expect(reads).toEqual(["m0.id", "m1.movie_id, a0.id", "m1.actor_id, m0.title, m0.id", "d0.movie_id, d0.name"]);
    const through = await repo.all(one().select(brief).preload("colleagues"));
    expect(plain(through[0]?.colleagues)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(Object.keys(through[0]?.colleagues[0] as object)).toEqual(["id"]);
  });

  test("a through association does not widen what is asked for beside it, nor narrow it", async () => {
    const [named] = await repo.all(
      one()
        .select((m) => struct(m, ["id", { actors: ["id"], colleagues: ["id"] }]))
        .preload(["colleagues", "actors"]),
    );
    expect(Object.keys(named?.actors[0] as object)).toEqual(["id", "movies"]);
    const [whole] = await repo.all(
      one()
        .select((m) => struct(m, ["id", { colleagues: ["id"] }]))
        .preload({ colleagues: true, actors: { movies: true } }),
    );
    expect(whole?.actors[0]?.movies[0]?.title).toBe("Ready Player One");
  });

  test("the preload's own query keeps its clauses and its preloads, and what it selects itself", async () => {
    const named = () => one().select((m) => struct(m, ["id", { characters: ["id", "movieId", { movie: ["id"] }] }]));
    const { rows, reads } = await run(
      named().preload({ characters: from(Character).orderBy({ id: "desc" }).limitPer(1).preload("movie") }),
    );
    expect(plain(rows)).toEqual([{ id: 1, characters: [{ id: 2, movieId: 1, movie: { id: 1 } }] }]);
    expect(reads.at(-1)).toBe("m0.id");
    const selected = await repo.all(named().preload({ characters: from(Character).select((c) => c.name) }));
    expect(plain(selected)).toEqual([{ id: 1, characters: ["Wade", "Art3mis"] }]);
    const called = await repo.all(
      named().preload({ characters: (ids: unknown[]) => repo.all(from(Character).where((c) => c.id.in(ids as number[]))) }),
    );
    expect(plain(called)).toEqual([{ id: 1, characters: [{ id: 1, name: "Wade", hero: true, movieId: 1 }] }]);
  });

  test("a preload out of a join reads the named fields", async () => {
    const { rows, reads } = await run(
      from(Movie)
        .leftJoin("characters")
        .leftJoin("distributor")
        .orderBy((m, { characters: c }) => [m.id.desc(), c.id])
        .where((m) => m.id.lt(3))
        .select((m) => struct(m, ["id", { characters: ["id", "name", "movieId", { movie: ["title"] }], distributor: ["id"] }]))
        .preload({ characters: ["characters", "movie"], distributor: "distributor" }),
    );
    expect(plain(rows)).toEqual([
      { id: 2, characters: [{ id: 3, name: "Ward", movieId: 2, movie: { title: "Bright" } }], distributor: { id: 1 } },
      {
        id: 1,
        characters: [
          { id: 1, name: "Wade", movieId: 1, movie: { title: "Ready Player One" } },
          { id: 2, name: "Art3mis", movieId: 1, movie: { title: "Ready Player One" } },
        ],
        distributor: null,
      },
    ]);
    expect(reads).toEqual(["m0.id, c1.id, c1.name, c1.movie_id, d2.id", "m0.id, m0.title"]);
    const keep = (fields: readonly string[]) =>
      from(Movie)
        .join("characters")
        .select((m) => struct(m, ["id", { characters: fields as readonly ["name"] }]))
        .preload({ characters: "characters" });
    await expect(repo.all(keep(["name"]))).rejects.toMatchObject({ code: "NO_PRIMARY_KEY_VALUE" });
    // Another list is another plan.
    expect(plain((await repo.all(keep(["id"])))[0])).toEqual({ id: 1, characters: [{ id: 1 }, { id: 2 }] });
    expect(plain((await repo.all(keep(["id", "hero"])))[2])).toEqual({ id: 3, characters: [{ id: 4, hero: null }] });
  });

  test("map gives plain objects of what it names, through and through", async () => {
    const { rows, reads } = await run(
      from(Movie)
        .where((m) => m.id.lt(3))
        .orderBy("id")
        .select((m) => map(m, ["id", { characters: ["name"], distributor: ["id", { movie: ["title"] }, "movieId"], colleagues: ["id"] }]))
        .preload({ characters: true, distributor: "movie", colleagues: true }),
    );
    const sorted = rows.map((row) => ({ ...row, colleagues: row.colleagues.map(({ id }) => id).sort() }));
    expect(sorted).toEqual([
      { id: 1, characters: [{ name: "Wade" }, { name: "Art3mis" }], distributor: null, colleagues: [1, 2] },
      { id: 2, characters: [{ name: "Ward" }], distributor: { id: 1, movieId: 2, movie: { title: "Bright" } }, colleagues: [1, 2] },
    ]);
    for (const value of [rows[0], rows[0]?.characters[0], rows[1]?.distributor, rows[0]?.colleagues[0]])
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(reads).toHaveLength(6);
    const joined = await repo.all(
      from(Movie)
        .leftJoin("distributor")
        .orderBy("id")
        .select((m) => ({ movie: map(m, ["id", { distributor: ["id", "name"] }]), title: m.title }))
        .preload({ distributor: "distributor" } as never),
    );
    expect(joined).toEqual([
      { movie: { id: 1, distributor: null }, title: "Ready Player One" },
      { movie: { id: 2, distributor: { id: 1, name: "Netflix" } }, title: "Bright" },
      { movie: { id: 3, distributor: null }, title: "Alien" },
    ]);
    const merged = one().select((m) => merge(map(m, ["id", { characters: ["name"] }]), { title: m.tagline }));
    expect(await repo.all(merged.preload("characters"))).toEqual([
      { id: 1, title: "A better reality", characters: [{ name: "Wade" }, { name: "Art3mis" }] },
    ]);
    expect(
      await repo.all(
        from(Movie)
          .where({ id: 99 })
          .select((m) => map(m, ["id", { characters: ["name"] }]))
          .preload("characters"),
      ),
    ).toEqual([]);
  });

  test("what map does not name would be lost, which is an error whatever rows there are", async () => {
    const nobody = from(Movie).where({ id: 99 });
    const lost = nobody.select((m) => map(m, ["id", { actors: ["id"] }]));
    await expect(repo.all(lost.preload("characters" as never))).rejects.toThrow(
      /preload "characters" of Movie would be lost: map .*\{ characters: \["…"\] \}[\s\S]*here: preload: "characters"/,
    );
    await expect(repo.all(lost.preload({ actors: "movies" as never }))).rejects.toThrow(/preload "movies" of Actor would be lost/);
    await expect(repo.all(nobody.select((m) => map(m, ["id"])).preload("characters" as never))).rejects.toThrow(QueryError);
  });

  test("keys that are not in the list", async () => {
    const withoutKey = one().select((m) => struct(m, ["title", { characters: ["id"] }]));
    await expect(repo.all(withoutKey.preload("characters"))).rejects.toThrow(
      /found by "id", which the query does not select\. Add it to the fields of Movie/,
    );
    const below = one().select((m) => map(m, ["id", { characters: ["name", { movie: ["id"] }] }]));
    await expect(repo.all(below.preload({ characters: "movie" }))).rejects.toThrow(/found by "movieId".*Add it to the fields of Character/);
    const through = one().select((m) => struct(m, ["id", { colleagues: ["title"] }]));
    await expect(repo.all(through.preload("colleagues"))).rejects.toThrow(/told apart by "id".*Add it to the fields of Movie/);
  });

  test("the short form, a merge of lists, a subquery, a named root and pages", async () => {
    const wade = [{ id: 1, characters: [{ name: "Wade" }, { name: "Art3mis" }] }];
    expect(
      plain(await repo.all(from(Movie, { where: { id: 1 }, select: ["id", { characters: ["name"] }] }).preload("characters"))),
    ).toEqual(wade);
    expect(
      plain(
        await repo.all(
          one()
            .select(["id", { characters: ["name"] }] as never)
            .preload("characters" as never),
        ),
      ),
    ).toEqual(wade);
    const merged = one()
      .select((m) => struct(m, ["id", { characters: ["id"] }]))
      .selectMerge((m) => struct(m, ["title", { characters: ["name"] }]));
    expect(plain(await repo.all(merged.preload("characters")))).toEqual([
      {
        id: 1,
        title: "Ready Player One",
        characters: [
          { id: 1, name: "Wade" },
          { id: 2, name: "Art3mis" },
        ],
      },
    ]);
    const wrapped = from(subquery(one()));
    expect(plain(await repo.all(wrapped.select((m) => struct(m, ["id", { characters: ["name"] }])).preload("characters")))).toEqual(wade);
    expect(
      plain(
        await repo.all(
          from(subquery(from(Movie).where({ id: 2 })))
            .select(["id"])
            .preload("distributor" as never),
        ),
      ),
    ).toEqual([{ id: 2, distributor: { id: 1, name: "Netflix", movieId: 2 } }]);
    const named = one()
      .as("m")
      .select(() => struct(as("m", Movie), ["id", { characters: ["name"] }]))
      .preload("characters");
    expect(plain(await repo.all(named))).toEqual(wade);
    expect(plain((await paginate(named, { repo, first: 1 })).entries)).toEqual(wade);
    expect(
      plain(
        await repo.all(
          one()
            .select((m) => struct(m, ["id", { characters: ["name"] }]))
            .exclude("select")
            .select(["id"])
            .preload("distributor" as never),
        ),
      ),
    ).toEqual([{ id: 1, distributor: null }]);
  });

  test("a union, a prepared query, a root that may be missing", async () => {
    const listed = (id: number) =>
      from(Movie)
        .where({ id })
        .select((m) => map(m, ["id", { characters: ["name"] }]));
    const ward = { id: 2, characters: [{ name: "Ward" }] };
    const both = await repo.all(listed(3).union(listed(2)).preload("characters"));
    expect(both.sort((a, b) => a.id - b.id)).toEqual([ward, { id: 3, characters: [{ name: "Ripley" }] }]);
    const prepared = repo.prepare((p: Slots<{ id: number }>) =>
      from(Movie)
        .where((m) => m.id.eq(p.id))
        .select((m) => map(m, ["id", { characters: ["name"] }]))
        .preload("characters"),
    );
    expect(await prepared.all({ id: 2 })).toEqual([ward]);
    expect((await prepared.one({ id: 1 }))?.characters).toHaveLength(2);
    const missing = from(Distributor)
      .rightJoin("movie")
      .where((_, { movie: m }) => m.id.eq(1))
      .select((d) => map(d, ["id", "movieId", { movie: ["title"] }]));
    expect(await repo.all(missing.preload("movie" as never))).toEqual([{ id: null, movieId: null, movie: null }]);
  });

  test("the root twice: what hangs on it hangs on both", async () => {
    const twice = one()
      .join("characters")
      .orderBy((_, { characters: c }) => c.id)
      .select((m) => [struct(m, ["id", { characters: ["id"] }]), map(m, ["id", "title"])] as const)
      .preload({ characters: "characters" } as never);
    const characters = [{ id: 1 }, { id: 2 }];
    expect(plain(await repo.all(twice))).toEqual([
      [
        { id: 1, characters },
        { id: 1, title: "Ready Player One", characters },
      ],
    ]);
  });

  test("beside an outer join: a struct is null where its row is missing, a map has nulls", async () => {
    const rows = await repo.all(
      from(Movie)
        .leftJoin("distributor")
        .orderBy("id")
        .select((_, { distributor: d }) => [struct(d, ["name"]), map(d, ["id", "name"])] as const),
    );
    expect(plain(rows)).toEqual([
      [null, { id: null, name: null }],
      [{ name: "Netflix" }, { id: 1, name: "Netflix" }],
      [null, { id: null, name: null }],
    ]);
    expectTypeOf(rows[0]?.[1]).toEqualTypeOf<{ id: number | null; name: string | null } | undefined>();
  });

  test("preloads below plain objects stay in the prefix of their rows", async () => {
    const query = from(Movie)
      .prefix("archive")
      .select((m) => map(m, ["id", { characters: ["name"] }]))
      .preload("characters");
    const { sql } = repo.toSql("all", query);
    expect(sql).toContain('"archive"."movies"');
    if (database.name === "sqlite") return;
    await repo.query("create schema archive");
    await repo.query("create table archive.movies (id bigint)");
    await repo.query("create table archive.characters (id bigint, name text, movie_id bigint)");
    await repo.query("insert into archive.movies values (7)");
    await repo.query("insert into archive.characters values (1, 'Old', 7)");
    expect(await repo.all(query)).toEqual([{ id: 7, characters: [{ name: "Old" }] }]);
  });

  test("names with quotes", async () => {
    await createTables(repo, [Shelf, Volume]);
    await repo.insertOrThrow(Shelf.build({ "it's": "a", 'vol"umes': [Volume.build({ 'na"me': "b" })] }));
    const list = ["id", "it's", { 'vol"umes': ['na"me'] }] as const;
    const expected = [{ id: 1, "it's": "a", 'vol"umes': [{ 'na"me': "b" }] }];
    expect(
      plain(
        await repo.all(
          from(Shelf)
            .select((s) => struct(s, list))
            .preload('vol"umes'),
        ),
      ),
    ).toEqual(expected);
    expect(
      await repo.all(
        from(Shelf)
          .select((s) => map(s, list))
          .preload('vol"umes'),
      ),
    ).toEqual(expected);
  });
});

class Shelf extends schema('shel"ves', { "it's": field.string(), 'vol"umes': () => hasMany(Volume) }) {}
class Volume extends schema("vol'umes", { 'na"me': field.string(), shelf: () => belongsTo(Shelf) }) {}
