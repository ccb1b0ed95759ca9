import { Decimal } from "decimal.js";
import { ArgumentError, type Columns, from, QueryError, type Repo, sql } from "ectype";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

// What an insert gives back may be any select of the rows that it wrote.
describe.each(databases)("insertAll that returns a select on $label", (database) => {
  let repo: Repo;
  const texts: string[] = [];
  const log = (event: { readonly sql: string }) => texts.push(event.sql);
  beforeEach(async () => {
    repo = await openRepo(database);
    await fill(repo);
    await repo.query("create unique index actors_name on actors (name)");
    texts.length = 0;
  });
  afterAll(() => repo.close());
  const pg = database.name === "postgres";

  test("of rows: columns with their types, values and expressions", async () => {
    const rows = [
      { id: 11, title: "Heat", rating: new Decimal("8.30"), releasedOn: "1995-12-15", tags: ["crime"] },
      { id: 12, title: "Ronin", rating: new Decimal("7.2"), releasedOn: null, tags: null },
    ];
    const result = await repo.insertAll(Movie, rows, {
      returning: (m) => ({
        id: m.id,
        day: m.releasedOn,
        tags: m.tags,
        rating: m.rating,
        shout: sql<string>`upper(${m.title}) || ${"!"}`,
        fixed: 7,
      }),
      log,
    });
    expect(result.count).toBe(2);
    expect(JSON.parse(JSON.stringify(result.rows))).toEqual([
      { id: 11, day: "1995-12-15", tags: ["crime"], rating: "8.3", shout: "HEAT!", fixed: 7 },
      { id: 12, day: null, tags: null, rating: "7.2", shout: "RONIN!", fixed: 7 },
    ]);
    expect(texts.at(-1)).toMatch(
      pg ? /RETURNING m0."id", .* upper\(m0."title"\) \|\| \$\d+, \$\d+::bigint$/ : /RETURNING "id", .* upper\("title"\) \|\| \?, \?$/,
    );
  });

  test("with the table itself in a fragment, whose alias SQLite does not know there", async () => {
    const returning = (m: Columns<Movie>) => sql<string>`upper(${m}.title)`;
    expect(await repo.insertAll(Movie, [{ id: 11, title: "Heat" }], { returning })).toEqual({ count: 1, rows: ["HEAT"] });
    expect((await repo.updateAll(from(Movie).where({ id: 11 }).select(returning), { set: { title: "Ronin" } })).rows).toEqual(["RONIN"]);
    expect((await repo.deleteAll(from(Movie).where({ id: 11 }).select(returning))).rows).toEqual(["RONIN"]);
  });

  test("of a query, with a conflict that is updated under a condition: each clause keeps its parameters", async () => {
    const result = await repo.insertAll(
      Actor,
      from(Character)
        .where((c) => c.id.in([1, 4]))
        .orderBy("id")
        .select((c) => ({ id: c.id, name: c.name }))
        .limit(2),
      {
        conflictTarget: "id",
        onConflict: from(Actor)
          .where((a) => a.name.ne("x"))
          .update((a) => ({ set: { name: a.name.concat(" was ", sql<string>`excluded.name`) } })),
        returning: (a) => [a.id, a.name.concat("?")],
        log,
      },
    );
    expect(result).toEqual({
      count: 2,
      rows: [
        [1, "Tyler was Wade?"],
        [4, "Idle was Ripley?"],
      ],
    });
    expect(texts.at(-1)).toBe(
      pg
        ? 'INSERT INTO "actors" AS a0 ("id", "name") SELECT c0."id", c0."name" FROM "characters" AS c0 WHERE (c0."id" = ANY($1)) ORDER BY c0."id" LIMIT $2 ON CONFLICT ("id") DO UPDATE SET "name" = a0."name" || $3 || excluded.name WHERE (a0."name" <> $4) RETURNING a0."id", a0."name" || $5'
        : 'INSERT INTO "actors" AS a0 ("id", "name") SELECT c0."id", c0."name" FROM "characters" AS c0 WHERE (c0."id" IN (SELECT value FROM json_each(?))) ORDER BY c0."id" LIMIT ? ON CONFLICT ("id") DO UPDATE SET "name" = a0."name" || ? || excluded.name WHERE (a0."name" <> ?) RETURNING "id", "name" || ?',
    );
  });

  test("of one value, and of the whole row", async () => {
    expect(await repo.insertAll(Actor, [{ id: 21, name: "A" }], { returning: (a) => a.name })).toEqual({ count: 1, rows: ["A"] });
    const { rows } = await repo.insertAll(Actor, [{ id: 22, name: "B" }], { returning: (a) => a });
    expect(rows?.[0]).toBeInstanceOf(Actor);
    expect(rows?.[0]).toMatchObject({ id: 22, name: "B" });
  });

  test("of a table without a schema", async () => {
    const { rows } = await repo.insertAll("actors", [{ id: 31, name: "C" }], { returning: (a) => [a.id, sql<string>`lower(${a.name})`] });
    expect(rows).toEqual([[31, "c"]]);
  });

  test("an error of the select is one of the query", async () => {
    await expect(repo.insertAll(Actor, [{ name: "D" }], { returning: (a) => (a as never as { nam: string }).nam })).rejects.toThrow(
      QueryError,
    );
    await expect(repo.insertAll(Actor, [{ name: "D" }], { returning: [] })).rejects.toThrow(ArgumentError);
  });

  test.runIf(pg)("which rows are new, by a column of the system", async () => {
    const { rows } = await repo.insertAll(
      Actor,
      [
        { id: 1, name: "Tyler" },
        { id: 41, name: "New" },
      ],
      {
        conflictTarget: "id",
        onConflict: { replace: ["name"] },
        returning: (a) => [a.id, sql<boolean>`${a}.xmax = 0`, sql<string | null>`old.name`],
      },
    );
    expect(rows).toEqual([
      [1, false, "Tyler"],
      [41, true, null],
    ]);
  });
});
