import { ConfigError, createRepo, from, type LogEvent, type Repo, StaleEntryError } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, clear, Distributor, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("hooks of createRepo on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  const withHooks = async (hooks: object) => {
    const opened = await database.open();
    const own = createRepo({ adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options), ...hooks });
    await setUp(own);
    return own;
  };

  test("defaultOptions are the options of every call that does not say otherwise", async () => {
    const asked: string[] = [];
    const sql: string[] = [];
    await using own = await withHooks({
      defaultOptions: (operation: string) => {
        asked.push(operation);
        return { log: (event: LogEvent) => sql.push(event.sql) };
      },
    });
    sql.length = asked.length = 0;
    await own.insertOrThrow(Movie.build({ title: "a" }));
    await own.get(Movie, 1);
    await own.all(Movie, { log: false });
    await own.updateAll(Movie, { set: { title: "b" } });
    expect(asked).toEqual(["insert", "all", "all", "updateAll"]);
    expect(sql).toHaveLength(3);
    await using plain = await withHooks({ defaultOptions: { staleErrorField: "title" } });
    const movie = await plain.insertOrThrow(Movie.build({ title: "a" }));
    await plain.deleteOrThrow(movie);
    expect((await plain.delete(movie)).ok).toBe(false);
    expect(await caught(plain.delete(movie, { staleErrorField: undefined }))).toBeInstanceOf(StaleEntryError);
  });

  test("prepareQuery sees every query, and may change it and its options", async () => {
    const seen: unknown[] = [];
    await using own = await withHooks({
      prepareQuery: (operation: string, query: ReturnType<typeof from>, options: { skip?: boolean; ectoQuery?: string }) => {
        seen.push(options.ectoQuery ? `${operation} ${options.ectoQuery}` : operation);
        return options.skip ? query : { query: query.where((row: { id: { gt(n: number): never } }) => row.id.gt(1)), options };
      },
    });
    await own.insertOrThrow(Movie.build({ title: "a" }));
    const second = await own.insertOrThrow(
      Movie.build({ title: "b", characters: [Character.build({ name: "hidden" }), Character.build({ name: "shown" })] }),
    );
    seen.length = 0;
    expect((await own.all(Movie)).map((movie) => movie.title)).toEqual(["b"]);
    expect(await own.all(Movie, { skip: true } as never)).toHaveLength(2);
    expect(await own.get(Movie, 1)).toBeNull();
    expect(await own.aggregate(Movie, "count")).toBe(1);
    expect((await own.preload(await own.getOrThrow(Movie, second.id), "characters")).characters.map((one) => one.name)).toEqual(["shown"]);
    for await (const movie of own.stream(Movie)) expect(movie.title).toBe("b");
    expect((await own.updateAll(Movie, { set: { tagline: "x" } })).count).toBe(1);
    expect((await own.deleteAll(Distributor)).count).toBe(0);
    expect(seen).toEqual(["all", "all", "all", "all", "all", "all preload", "stream", "updateAll", "deleteAll"]);
  });

  test("prepareQuery changes the options of an insertAll from a query", async () => {
    const statements: string[] = [];
    const log = ({ sql }: { sql: string }) => statements.push(sql);
    await using own = await withHooks({
      prepareQuery: (_: string, query: ReturnType<typeof from>, options: object) => ({ query, options: { ...options, log } }),
    });
    await own.insertOrThrow(Movie.build({ title: "a" }));
    expect(
      (
        await own.insertAll(
          Actor,
          from(Movie).select((m) => ({ name: m.title })),
        )
      ).count,
    ).toBe(1);
    expect(statements).toHaveLength(1);
  });

  test("a hook that gives nonsense is told so", async () => {
    await using own = await withHooks({ prepareQuery: () => 1 });
    expect(await caught(own.all(Movie))).toBeInstanceOf(ConfigError);
    expect(() => createRepo({} as never)).toThrow(ConfigError);
    expect(() => createRepo({ adapter: repo.adapter, defaultOption: {} } as never)).toThrow(/defaultOptions/);
  });
});
