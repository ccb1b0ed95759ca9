import { err, from, type Query, type Repo } from "ectype";
import { migrate, rollback } from "ectype/migration";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import * as onPostgres from "./search/postgres.ts";
import * as onSqlite from "./search/sqlite.ts";

describe.each(databases)("full-text search on $label", (database) => {
  const pg = database.name === "postgres";
  const { Article, createArticles, search } = (pg ? onPostgres : onSqlite) as typeof onSqlite;
  const migrations = [{ version: 1, name: "create_articles", migration: createArticles }];
  const quiet = { migrations, log: () => {} };
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await migrate(repo, quiet);
    await repo.insertAll(Article, [
      { title: "Ready Player One", body: "A hunt for an egg inside of games" },
      { title: "Bright", body: "An orc's first day with the police; ready, steady" },
      { title: "Games, games, games", body: null },
      { title: "Naïve Ämter", body: "größe" },
    ]);
  });
  const titles = (text: string, query: Query<onSqlite.Article> = from(Article)): Promise<string[]> =>
    repo.all(search(query, text).select((a) => a.title));

  test("titles go before bodies, words are found in their other forms, and every word must be there", async () => {
    expect(await titles("ready")).toEqual(["Ready Player One", "Bright"]);
    expect(await titles("game")).toEqual(["Games, games, games", "Ready Player One"]);
    expect(await titles("HUNTING eggs")).toEqual(["Ready Player One"]);
    expect(await titles("ready orc")).toEqual(["Bright"]);
    expect(await titles("ready nothing")).toEqual([]);
    expect(await titles("größe")).toEqual(["Naïve Ämter"]);
  });

  test("the index follows what is inserted, updated and deleted, and what is rolled back", async () => {
    const article = await repo.insertOrThrow(Article.build({ title: "Zebra" }));
    expect(await titles("zebras")).toEqual(["Zebra"]);
    await repo.updateAll(from(Article).where({ id: article.id }), { set: { title: "Okapi" } });
    expect([await titles("zebra"), await titles("okapi")]).toEqual([[], ["Okapi"]]);
    await repo.transact(async () => {
      await repo.deleteOrThrow(await repo.getOrThrow(Article, article.id));
      expect(await titles("okapi")).toEqual([]);
      return err("no");
    });
    expect(await titles("okapi")).toEqual(["Okapi"]);
    await repo.deleteAll(from(Article).where({ id: article.id }));
    expect(await titles("okapi")).toEqual([]);
  });

  test("a search is a query like any other", async () => {
    const early = from(Article).where((a) => a.id.lt(3));
    expect(await titles("game", early)).toEqual(["Ready Player One"]);
    expect(await repo.all(search(from(Article), "game").limit(1).select(["title"]))).toMatchObject([{ title: "Games, games, games" }]);
    expect(await repo.aggregate(search(from(Article), "ready"), "count")).toBe(2);
    expect(await repo.exists(search(from(Article), "nothing"))).toBe(false);
    expect(await repo.one(search(from(Article), "orc"))).toMatchObject({ title: "Bright", body: expect.stringContaining("police") });
  });

  test("relevance is a number that can be selected", async () => {
    const [score] = pg
      ? await repo.all(
          from(onPostgres.Article)
            .where({ id: 1 })
            .select((a) => onPostgres.relevance(a.words, "ready")),
        )
      : await repo.all(
          onSqlite
            .search(from(Article), "ready")
            .limit(1)
            .select((_, { found }) => onSqlite.relevance(found.article_words)),
        );
    expect(score).toBeGreaterThan(0);
  });

  test("no text at all, and texts without words, find nothing", async () => {
    for (const text of ["", " ", "\n\t", '"', '""', "'", "!!!", "*", "-", "()", "\0", "\ud800", "%", "_", "\\"])
      expect([text, await titles(text)]).toEqual([text, []]);
  });

  test("quotes and operators are never errors of syntax", async () => {
    const one = "Ready Player One";
    const both = ["Bright", one];
    // What is asked, what PostgreSQL understands by it, and what FTS5 finds of its words.
    const texts: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['"ready player"', [one], [one]],
      ['"player ready"', [], [one]],
      ['ready "pla', [], []],
      ['orc" or "x', [], []],
      ["orc or egg", both, []],
      ["ready -police", [one], ["Bright"]],
      ["-ready", ["Games, games, games", "Naïve Ämter"], both],
      ["ready & orc | x", [], []],
      ["ready AND NOT orc", ["Bright"], []],
      ["NEAR(ready player)", [], []],
      ["title:ready", [], []],
      ["read*", [], []],
      ["^ready", both, both],
      ["(ready))", both, both],
      ["ready:*A <-> !player", [one], []],
      ["ready\0orc", ["Bright"], ["Bright"]],
      ["$1 ? :name @x ready", [], []],
      ["ready'; drop table articles; --", [], []],
      ['ready"; delete from articles; --', [], []],
      ["' or '1'='1", [], []],
    ];
    for (const [text, postgres, sqlite] of texts) expect([text, (await titles(text)).sort()]).toEqual([text, pg ? postgres : sqlite]);
    expect(await repo.aggregate(Article, "count")).toBe(4);
  });

  test("an emoji is a word to PostgreSQL, and none to SQLite", async () => {
    expect((await titles("😀 ready")).sort()).toEqual(pg ? [] : ["Bright", "Ready Player One"]);
  });

  test("texts of any length", async () => {
    for (const text of ["x", '"', "a-", "a ", "(", "-", "- ", "-!", '-"'].map((part) => part.repeat(200_000)))
      expect(Array.isArray(await titles(text))).toBe(true);
    expect(await titles("orcs ".repeat(200_000))).toEqual(["Bright"]);
  });

  test("texts that nobody thought of", async () => {
    const character = fc.oneof(
      fc.constantFrom(..."\"'*^():-+|&!<>\\%_ \0\t", "AND", "OR", "NOT", "NEAR", "ready"),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(character, { maxLength: 12 }), fc.constantFrom(1, 2, 200), async (parts, times) => {
        expect(Array.isArray(await titles(parts.join("").repeat(times)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("the migration goes back as well", async () => {
    const other = await openRepo(database);
    await migrate(other, quiet);
    await rollback(other, { ...quiet, all: true });
    await migrate(other, quiet);
    expect(await other.all(search(from(Article), "x"))).toEqual([]);
  });
});
