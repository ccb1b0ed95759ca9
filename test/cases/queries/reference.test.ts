import {
  ago,
  all,
  and,
  any,
  as,
  assoc,
  avg,
  type Binding,
  coalesce,
  type Condition,
  count,
  dateAdd,
  datetimeAdd,
  type Dynamic,
  dynamic,
  exists,
  field,
  filter,
  from,
  fromNow,
  inspect,
  jsonExtractPath,
  lag,
  lead,
  max,
  min,
  not,
  or,
  over,
  parentAs,
  QueryError,
  rank,
  type Repo,
  rowNumber,
  selectedAs,
  sql,
  subquery,
  sum,
  type,
} from "ectype";
import { inspect as show } from "node:util";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, films, Movie, setUp, User } from "../../support/movies.ts";

describe("a query", () => {
  test("is an immutable value", () => {
    const query = from(Movie);
    const filtered = query.where({ title: "x" });
    expect(inspect(query)).toBe("#Query<from m0 in Movie>");
    expect(inspect(filtered)).toMatch(/where: m0\.title == \^"x"/);
    expect(() => Object.assign(query, { where: 1 })).not.toThrow(SyntaxError);
  });

  test("prints in Ecto's manner", () => {
    const query = from(Movie)
      .where((m) => m.id.lt(2))
      .select((m) => m.title);
    expect(inspect(query)).toBe("#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>");
    expect(show(query)).toBe(inspect(query));
    expect(String(query)).toBe(inspect(query));
  });

  test("comparing with null, undefined or by JavaScript is a compile error and throws", () => {
    // @ts-expect-error null
    expect(() => from(Movie).where((m) => m.title.eq(null))).toThrow(/isNull/);
    // @ts-expect-error undefined
    expect(() => from(Movie).where((m) => m.id.lt(undefined))).toThrow(QueryError);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where((m) => m.id > 2)).toThrow(QueryError);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where(() => true)).toThrow(/true/);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where((m) => and(m.id.lt(2), false))).toThrow(/false/);
    // @ts-expect-error a boolean
    expect(() => from(Movie).having(() => false)).toThrow(QueryError);
    // @ts-expect-error no such column
    expect(() => from(Movie).where((m) => m.titel.eq("x"))).toThrow(/titel.*"title"/);
    // @ts-expect-error no such field
    expect(() => from(Movie).where({ titel: "x" })).toThrow(/titel/);
    // @ts-expect-error a number beside a text
    expect(() => from(Movie).where((m) => m.title.eq(1))).toThrow(/title/);
    // @ts-expect-error no such association
    expect(() => from(Movie).join("actor")).toThrow(/actor/);
    // @ts-expect-error no such association
    expect(() => from(Movie).preload("actor")).toThrow(/actor/);
    // @ts-expect-error unknown option
    expect(() => from(Movie, { wher: {} })).toThrow(/wher/);
    // @ts-expect-error a text is no list
    expect(() => from(Movie).where((m) => m.title.in("ab"))).toThrow(/list/);
  });

  test("outer joins make their bindings nullable in the types", () => {
    const left = from(Movie)
      .leftJoin("distributor")
      .select((_, { distributor: d }) => [d.id, d] as const);
    type Row = typeof left extends { all?: never } ? never : Awaited<ReturnType<typeof rowOf>>;
    const rowOf = async () => (await (null as unknown as Repo).all(left))[0]!;
    expectTypeOf<Row[0]>().toEqualTypeOf<number | null>();
    const inner = from(Movie)
      .join("characters")
      .select((_, { characters: c }) => c.id);
    const innerRow = async () => (await (null as unknown as Repo).all(inner))[0]!;
    expectTypeOf<Awaited<ReturnType<typeof innerRow>>>().toEqualTypeOf<number>();
  });
});

describe.each(databases)("queries on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  let one: { id: number };
  let two: { id: number };
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    ({ one, two } = await films(repo));
    await repo.insertOrThrow(
      User.build({
        email: "a@b",
        visits: 4,
        settings: { theme: "dark" },
        tags: ["x"],
        loggedInAt: new Date("2026-01-01T00:00:00Z"),
        born: "2026-01-31",
      }),
    );
  });
  const ids = async (query: Parameters<Repo["all"]>[0]) => (await repo.all(query as never)) as unknown[];

  test("the page's examples", async () => {
    const titles = await repo.all(from(Movie, { where: { title: "Ready Player One" }, select: ["title", "tagline"] }));
    expect(titles).toMatchObject([{ title: "Ready Player One", tagline: "A better reality" }]);
    expect(titles[0]).toBeInstanceOf(Movie);
    expectTypeOf(titles[0]!).toEqualTypeOf<Pick<Movie, "title" | "tagline">>();
    expect(
      await repo.all(
        from(Movie)
          .where((m) => m.id.lt(two.id))
          .select((m) => m.title),
      ),
    ).toEqual(["Ready Player One"]);
    const joined = await repo.all(
      from(Movie)
        .join("characters")
        .where((_, { characters: c }) => c.name.eq("Wade Watts"))
        .preload({ characters: "characters" }),
    );
    expect(joined.map((movie) => movie.characters.map((c) => c.name))).toEqual([["Wade Watts"]]);
    const pairs = await repo.all(
      from(Movie)
        .join("c", Character, (m, { c }) => m.id.eq(c.movieId))
        .orderBy((_, { c }) => c.id)
        .select((m, { c }) => [m.title, c.name]),
    );
    expect(pairs).toEqual([
      ["Ready Player One", "Wade Watts"],
      ["Ready Player One", "Art3mis"],
    ]);
    const cast = await repo.all(
      from(Movie)
        .leftJoin("a", (m) => assoc(m, "actors"))
        .groupBy((m) => m.id)
        .orderBy("id")
        .select((m, { a }) => ({ movie: m.title, cast: count(a.id) })),
    );
    expectTypeOf(cast).toEqualTypeOf<{ movie: string | null; cast: number }[]>();
    expect(cast).toEqual([
      { movie: "Ready Player One", cast: 1 },
      { movie: "Bright", cast: 0 },
    ]);
  });

  test("sources: a schema, a name, a query, a subquery, a fragment", async () => {
    expect(await ids(from(from(Movie).where({ id: one.id })).select((m) => m.id))).toEqual([one.id]);
    expect(
      await ids(
        from("movies")
          .where((m) => m.id.eq(one.id))
          .select((m) => m.title),
      ),
    ).toEqual(["Ready Player One"]);
    expect(await ids(from("movies").where({ title: "Bright" }).select(["title"]))).toEqual([{ title: "Bright" }]);
    expect(await ids(from(subquery(from(Movie).where({ id: two.id }))).select((m) => m.title))).toEqual(["Bright"]);
    expect(
      await ids(
        from(subquery(from(Movie).select((m) => ({ name: m.title }))))
          .where((s) => s.name.eq("Bright"))
          .select((s) => s.name),
      ),
    ).toEqual(["Bright"]);
    expect(await ids(from(sql`(select 1 as n union all select 2)`).select((n) => n.n))).toEqual([1, 2]);
    expect(
      await ids(
        from(["movies", Movie])
          .where({ id: two.id })
          .select((m) => m.title),
      ),
    ).toEqual(["Bright"]);
  });

  test("joins of every kind", async () => {
    expect(
      await ids(
        from(Movie)
          .innerJoin("distributor")
          .select((m) => m.id),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        from(Movie)
          .leftJoin("distributor")
          .orderBy("id")
          .select((_, { distributor: d }) => d.name),
      ),
    ).toEqual(["Warner", null]);
    expect(
      await ids(
        from(Character)
          .rightJoin("movie")
          .orderBy((c, { movie: m }) => [m.id, c.id])
          .select((c, { movie: m }) => [c.name, m.title]),
      ),
    ).toEqual([
      ["Wade Watts", "Ready Player One"],
      ["Art3mis", "Ready Player One"],
      [null, "Bright"],
    ]);
    expect(
      await ids(
        from(Movie)
          .fullJoin("c", Character, (m, { c }) => c.movieId.eq(m.id))
          .select((m) => m.id),
      ),
    ).toHaveLength(3);
    expect(
      await ids(
        from(Movie)
          .crossJoin("x", Actor)
          .select((m) => m.id),
      ),
    ).toHaveLength(2);
    expect(
      await ids(
        from(Movie)
          .join("c", from(Character).where({ name: "Art3mis" }), (m, { c }) => c.movieId.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toEqual(["Art3mis"]);
    expect(
      await ids(
        from(Movie)
          .join("c", subquery(from(Character).where({ name: "Art3mis" })), (m, { c }) => c.movieId.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toEqual(["Art3mis"]);
    expect(
      await ids(
        from(Movie)
          .join("c", "characters", (m, { c }) => c.movie_id.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toHaveLength(2);
    expect(
      await ids(
        from(Movie)
          .join("actors")
          .join("others", (_, { actors }) => assoc(actors, "movies"))
          .select((_, { others }) => others.title),
      ),
    ).toEqual(["Ready Player One"]);
    const lateral = from(Movie)
      .as("m")
      .innerLateralJoin("c", () =>
        subquery(
          from(Character)
            .where((c) => c.movieId.eq(parentAs("m", Movie).id))
            .orderBy({ id: "desc" })
            .limit(1),
        ),
      )
      .select((_, { c }) => c.name);
    if (pg) expect(await ids(lateral)).toEqual(["Art3mis"]);
    else await expect((async () => ids(lateral))()).rejects.toThrow(/lateral/i);
  });

  test("expressions are methods on typed columns", async () => {
    const rows = (fn: (m: Binding<Movie>) => Condition) =>
      repo.all(
        from(Movie)
          .where(fn)
          .orderBy("id")
          .select((m) => m.id),
      );
    expect(await rows((m) => m.title.eq("Bright"))).toEqual([two.id]);
    expect(await rows((m) => m.title.ne("Bright"))).toEqual([one.id]);
    expect(await rows((m) => m.id.lte(one.id))).toEqual([one.id]);
    expect(await rows((m) => m.id.gt(one.id))).toEqual([two.id]);
    expect(await rows((m) => m.id.gte(one.id))).toEqual([one.id, two.id]);
    expect(await rows((m) => m.id.in([one.id, 0]))).toEqual([one.id]);
    expect(await rows((m) => m.id.in([]))).toEqual([]);
    expect(await rows((m) => m.id.notIn([]))).toEqual([one.id, two.id]);
    expect(await rows((m) => m.id.notIn([one.id]))).toEqual([two.id]);
    expect(await rows((m) => m.tagline.isNull())).toEqual([two.id]);
    expect(await rows((m) => m.tagline.isNotNull())).toEqual([one.id]);
    expect(await rows((m) => m.title.like("%ight"))).toEqual([two.id]);
    expect(await rows((m) => m.title.ilike("bR%"))).toEqual([two.id]);
    expect(await rows((m) => m.id.between(one.id, one.id))).toEqual([one.id]);
    expect(await rows((m) => m.id.add(1).sub(1).mul(2).div(2).eq(one.id))).toEqual([one.id]);
    expect(await rows((m) => and(m.id.eq(one.id), or(m.title.eq("x"), not(m.title.eq("y")))))).toEqual([one.id]);
    expect(await rows((m) => m.id.in(subquery(from(Character).select((c) => c.movieId))))).toEqual([one.id]);
    expect(await rows((m) => m.id.in(from(Character).select((c) => c.movieId)))).toEqual([one.id]);
    expect(await rows((m) => m.id.eq(subquery(from(Character).select((c) => max(c.movieId)))))).toEqual([one.id]);
    expect(
      await repo.all(
        from(Movie)
          .as("m")
          .where(() => exists(from(Character).where((c) => c.movieId.eq(parentAs("m", Movie).id))))
          .select((m) => m.id),
      ),
    ).toEqual([one.id]);
    expect(
      await repo.all(
        from(Movie)
          .as("m")
          .where(() => as("m", Movie).title.eq("Bright"))
          .select((m) => m.id),
      ),
    ).toEqual([two.id]);
    const quantified = from(Movie)
      .where((m) => m.id.eq(any(from(Character).select((c) => c.movieId))))
      .select((m) => m.id);
    if (pg) expect(await repo.all(quantified)).toEqual([one.id]);
    else await expect((async () => repo.all(quantified))()).rejects.toThrow(/any/);
    const every = from(Movie)
      .where((m) => m.id.gte(all(from(Movie).select((o) => o.id))))
      .select((m) => m.id);
    if (pg) expect(await repo.all(every)).toEqual([two.id]);
  });

  test("functions", async () => {
    expect(
      await repo.one(
        from(Movie).select((m) => [count(), count(m.tagline), count(m.tagline, "distinct"), min(m.title), max(m.id), sum(m.id)]),
      ),
    ).toEqual([2, 1, 1, "Bright", two.id, one.id + two.id]);
    expect(Number(await repo.one(from(Movie).select((m) => avg(m.id))))).toBe((one.id + two.id) / 2);
    expect(
      await repo.all(
        from(Movie)
          .orderBy("id")
          .select((m) => coalesce(m.tagline, "none")),
      ),
    ).toEqual(["A better reality", "none"]);
    expect(await repo.one(from(Movie).select((m) => [count(m.id).filter(m.title.eq("Bright")), filter(count(m.id), m.id.gt(0))]))).toEqual([
      1, 2,
    ]);
    expect(
      await repo.all(
        from(Movie)
          .orderBy("id")
          .select((m) => [rowNumber().over({ orderBy: m.id.desc() }), over(rank(), "w"), lag(m.id).over("w"), lead(m.title, 1).over("w")])
          .windows((m) => ({ w: { orderBy: m.id } })),
      ),
    ).toEqual([
      [2, 1, null, "Bright"],
      [1, 2, one.id, null],
    ]);
    expect(
      await repo.one(
        from(User).select((u) => [jsonExtractPath(u.settings, ["theme"]), type(u.visits, "string"), type("7", field.integer())]),
      ),
    ).toEqual(["dark", "4", 7]);
    const times = await repo.one(
      from(User).select((u) => [datetimeAdd(u.loggedInAt, 1, "month"), dateAdd(u.born, 1, "month"), ago(1, "day"), fromNow(1, "day")]),
    );
    expect(times?.slice(0, 1)).toEqual([new Date("2026-02-01T00:00:00Z")]);
    expect(Number(times?.[2])).toBeLessThan(Date.now());
    expect(Number(times?.[3])).toBeGreaterThan(Date.now());
    expect(await repo.exists(from(User).where((u) => u.loggedInAt.lt(fromNow(100, "year"))))).toBe(true);
    const named = await repo.all(
      from(Movie)
        .select((m) => ({ size: sql<number>`length(${m.title})`.as("size") }))
        .orderBy(() => selectedAs("size").desc()),
    );
    expect(named).toEqual([{ size: 16 }, { size: 6 }]);
  });

  test("sql is the fragment: columns inline, values as parameters, nothing else", async () => {
    const evil = `x'; drop table movies; --`;
    const query = from(Movie)
      .where((m) => sql<boolean>`lower(${m.title}) = ${"bright"} and ${m.title} <> ${evil}`)
      .select((m) => sql<string>`upper(${m.title})`);
    const made = repo.toSql("all", query);
    expect(made.params).toEqual(["bright", evil]);
    expect(made.sql).not.toContain("drop");
    expect(await repo.all(query)).toEqual(["BRIGHT"]);
    expect(
      await repo.all(
        from(Movie)
          .where((m) => sql<boolean>`${m.id} in (${sql.splice([one.id, two.id])})`)
          .orderBy("id")
          .select(() => sql<string>`${sql.identifier("title")}`),
      ),
    ).toEqual(["Ready Player One", "Bright"]);
    expect(
      await repo.all(
        from(Movie)
          .limit(1)
          .select(() => sql<string>`${sql.constant("it's")}`),
      ),
    ).toEqual(["it's"]);
    expect(
      await repo.all(
        from(Movie)
          .orderBy(() => sql.unsafe("id desc") as never)
          .select((m) => m.id),
      ),
    ).toEqual([two.id, one.id]);
    expect(() => (sql as unknown as (text: string) => unknown)("select 1")).toThrow();
  });

  test("clauses", async () => {
    const q = from(Movie);
    expect(
      await ids(
        q
          .where({ id: one.id })
          .orWhere({ id: two.id })
          .orderBy({ id: "desc" })
          .select((m) => m.id),
      ),
    ).toEqual([two.id, one.id]);
    expect(
      await ids(
        from(Character)
          .groupBy("movieId")
          .having((c) => count(c.id).gt(5))
          .orHaving((c) => count(c.id).eq(2))
          .select((c) => c.movieId),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        q
          .orderBy("title")
          .select((m) => ({ title: m.title }))
          .selectMerge((m) => ({ id: m.id })),
      ),
    ).toEqual([
      { title: "Bright", id: two.id },
      { title: "Ready Player One", id: one.id },
    ]);
    expect(
      await ids(
        from(Character)
          .distinct(true)
          .select((c) => c.movieId),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        q
          .orderBy("title")
          .prependOrderBy({ id: "asc" })
          .select((m) => m.id),
      ),
    ).toEqual([one.id, two.id]);
    expect(
      await ids(
        q
          .orderBy("id")
          .limit(1)
          .offset(1)
          .select((m) => m.id),
      ),
    ).toEqual([two.id]);
    expect(await ids(q.first().select((m) => m.id))).toEqual([one.id]);
    expect(await ids(q.last().select((m) => m.id))).toEqual([two.id]);
    expect(
      await ids(
        q
          .orderBy("id")
          .reverseOrder()
          .select((m) => m.id),
      ),
    ).toEqual([two.id, one.id]);
    expect(
      await ids(
        q
          .where({ id: 0 })
          .exclude("where")
          .orderBy("id")
          .select((m) => m.id),
      ),
    ).toEqual([one.id, two.id]);
    expect(await ids(q.select((m) => m.id).union(from(Character).select((c) => c.id)))).not.toHaveLength(0);
    expect(await ids(q.select((m) => m.title).unionAll(from(Movie).select((m) => m.title)))).toHaveLength(4);
    expect(
      await ids(
        q
          .select((m) => m.title)
          .intersect(
            from(Movie)
              .where({ id: two.id })
              .select((m) => m.title),
          ),
      ),
    ).toEqual(["Bright"]);
    expect(
      await ids(
        q
          .select((m) => m.title)
          .except(() =>
            from(Movie)
              .where({ id: two.id })
              .select((m) => m.title),
          ),
      ),
    ).toEqual(["Ready Player One"]);
    const tree = from(Movie)
      .where({ id: one.id })
      .select((m) => ({ n: m.id }))
      .unionAll(
        from("tree")
          .where((t) => t.n.lt(one.id + 2))
          .select((t) => ({ n: t.n.add(1) })),
      );
    expect(
      await ids(
        from("tree")
          .withCte("tree", tree, { recursive: true })
          .select((t) => t.n),
      ),
    ).toEqual([one.id, one.id + 1, one.id + 2]);
    if (pg) {
      expect(
        await ids(
          q
            .orderBy("id")
            .limit(1)
            .withTies()
            .select((m) => m.id),
        ),
      ).toEqual([one.id]);
      expect(
        await ids(
          q
            .where({ id: one.id })
            .lock("FOR UPDATE")
            .select((m) => m.id),
        ),
      ).toEqual([one.id]);
      expect(
        await ids(
          from(Character)
            .distinct("movieId")
            .orderBy("id")
            .select((c) => c.movieId),
        ),
      ).toEqual([one.id]);
    }
    expect(
      await ids(
        q
          .hints([])
          .select((m) => m.id)
          .limit(1),
      ).catch(() => "refused"),
    ).toBeDefined();
    expect(() => q.select((m) => m.id).select((m) => m.id)).toThrow(/select/);
    expect(() => q.exclude("wher" as never)).toThrow(/wher/);
  });

  test("select gives any nesting, and the result type follows", async () => {
    const rows = await repo.all(
      from(Movie)
        .leftJoin("distributor")
        .where({ id: one.id })
        .select((m, { distributor }) => ({ movie: m, parts: [m.title, { by: distributor }], fixed: "x" as const, none: null })),
    );
    expectTypeOf(rows[0]!.movie).toEqualTypeOf<Movie>();
    expect(rows[0]).toMatchObject({
      movie: { title: "Ready Player One" },
      parts: ["Ready Player One", { by: { name: "Warner" } }],
      fixed: "x",
      none: null,
    });
    expect(rows[0]?.movie).toBeInstanceOf(Movie);
    const missing = await repo.all(
      from(Movie)
        .where({ id: two.id })
        .leftJoin("distributor")
        .select((_, { distributor }) => distributor),
    );
    expect(missing).toEqual([null]);
  });

  test("preloads in every form", async () => {
    const base = from(Movie).where({ id: one.id });
    expect((await repo.oneOrThrow(base.preload("actors"))).actors.map((a) => a.name)).toEqual(["Tyler"]);
    const two_ = await repo.oneOrThrow(base.preload(["actors", "characters"]));
    expect([two_.actors.length, two_.characters.length]).toEqual([1, 2]);
    const deep = await repo.oneOrThrow(base.preload({ actors: { movies: true } }));
    expect(deep.actors[0]?.movies[0]?.title).toBe("Ready Player One");
    const ordered = await repo.oneOrThrow(base.preload({ characters: from(Character).orderBy("name") }));
    expect(ordered.characters.map((c) => c.name)).toEqual(["Art3mis", "Wade Watts"]);
    const both = await repo.oneOrThrow(base.preload({ actors: [from(Actor).where({ name: "Tyler" }), { movies: true }] }));
    expect(both.actors[0]?.movies).toHaveLength(1);
    const joined = await repo.oneOrThrow(
      base
        .join("c", (m) => assoc(m, "characters"))
        .where((_, { c }) => c.name.eq("Art3mis"))
        .preload({ characters: "c" }),
    );
    expect(joined.characters.map((c) => c.name)).toEqual(["Art3mis"]);
    const made = await repo.oneOrThrow(
      base.preload({
        characters: (ids: readonly unknown[]) =>
          repo.all(
            from(Character)
              .where((c) => c.movieId.in(ids as number[]))
              .orderBy({ id: "desc" }),
          ),
      }),
    );
    expect(made.characters.map((c) => c.name)).toEqual(["Art3mis", "Wade Watts"]);
  });

  test("dynamic", async () => {
    const run = (d: Dynamic) =>
      repo.all(
        from(Movie)
          .where(d)
          .orderBy("id")
          .select((m) => m.id),
      );
    expect(await run(dynamic((m) => m.title.eq("Bright")))).toEqual([two.id]);
    expect(await run(dynamic.and([dynamic((m) => m.id.gt(0)), null, undefined, dynamic((m) => m.tagline.isNull())]))).toEqual([two.id]);
    expect(await run(dynamic.or([null, dynamic((m) => m.title.eq("Bright"))]))).toEqual([two.id]);
    expect(await run(dynamic.and([]))).toEqual([one.id, two.id]);
    expect(await run(dynamic.or([]))).toEqual([]);
    expect(await run(dynamic.and([dynamic.or([]), dynamic((m) => m.id.gt(0))]))).toEqual([]);
    expect(
      await repo.all(
        from(Movie)
          .join("c", (m) => assoc(m, "characters"))
          .where(dynamic((_, { c }) => c!.name.eq("Art3mis")))
          .select((m) => m.id),
      ),
    ).toEqual([one.id]);
    // @ts-expect-error booleans are no conditions
    expect(() => dynamic.and([true])).toThrow(QueryError);
  });
});
