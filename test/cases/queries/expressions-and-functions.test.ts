import {
  ago,
  all,
  and,
  any,
  as,
  avg,
  type Binding,
  coalesce,
  type Condition,
  count,
  dateAdd,
  datetimeAdd,
  exists,
  field,
  filter,
  from,
  fromNow,
  jsonExtractPath,
  lag,
  lead,
  max,
  min,
  not,
  or,
  over,
  parentAs,
  rank,
  type Repo,
  rowNumber,
  selectedAs,
  sql,
  subquery,
  sum,
  type,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Character, films, Movie, setUp, User } from "../../support/movies.ts";

describe.each(databases)("expressions and functions on $label", (database) => {
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
});
