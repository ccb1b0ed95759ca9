import {
  ArgumentError,
  assoc,
  AbortedError,
  buildAssoc,
  cast,
  change,
  ConfigError,
  count,
  createRepo,
  EctypeError,
  err,
  from,
  selectedAs,
  sql,
  InvalidChangesetError,
  isLoaded,
  type LogEvent,
  meta,
  Multi,
  MultipleResultsError,
  NoPrimaryKeyFieldError,
  NoResultsError,
  ok,
  QueryError,
  type Repo,
  schema,
  field,
  type Slots,
  StaleEntryError,
  TransactionError,
} from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { Actor, Character, clear, Distributor, films, Movie, setUp, User } from "../../support/movies.ts";

class Pair extends schema(
  "pairs",
  { c: field.integer() },
  { primaryKey: { a: field.integer({ primaryKey: true }), b: field.integer({ primaryKey: true }) } },
) {}
class Keyless extends schema("keyless", { name: field.string() }, { primaryKey: false }) {}

const caught = async (work: Promise<unknown>): Promise<EctypeError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EctypeError);
  return error as EctypeError;
};

describe.each(databases)("the repo on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    await createTables(repo, [Keyless]);
  });
  beforeEach(() => clear(repo));

  describe("reads", () => {
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
  });

  test("a signal stops, and a timeout gives up", async () => {
    for (const call of [
      () => repo.all(Movie, { signal: AbortSignal.abort() }),
      () => repo.insert(Movie.build(), { signal: AbortSignal.abort() }),
      () => repo.updateAll(Movie, { set: { title: "x" } }, { signal: AbortSignal.abort() }),
    ] as (() => Promise<unknown>)[])
      expect(await caught(Promise.resolve().then(call))).toBeInstanceOf(AbortedError);
    if (database.name === "postgres")
      expect(await caught(repo.query("select pg_sleep(3600)", [], { timeout: 50 }))).toBeInstanceOf(AbortedError);
    expect(await repo.all(Movie, { timeout: 600_000 })).toEqual([]);
  });

  describe("streams", () => {
    const many = async (rows: number) => {
      await repo.insertAll(
        Movie,
        Array.from({ length: rows }, (_, i) => ({ title: `film ${i}` })),
      );
    };

    test("stream is an async iterable over all rows, in batches", async () => {
      await many(1203);
      const titles: (string | null)[] = [];
      for await (const movie of repo.stream(from(Movie).orderBy("id"))) titles.push(movie.title);
      expect(titles).toHaveLength(1203);
      expect(titles.at(-1)).toBe("film 1202");
      let rows = 0;
      for await (const title of repo.stream(
        from(Movie).select((m) => m.title),
        { maxRows: 2 },
      )) {
        expectTypeOf(title).toEqualTypeOf<string | null>();
        if (++rows === 5) break;
      }
      expect(rows).toBe(5);
      for await (const movie of repo.stream(Movie, { maxRows: 1203 })) expect(movie).toBeInstanceOf(Movie);
      for await (const nothing of repo.stream(from(Movie).where({ id: 0 }))) expect.unreachable(String(nothing));
    });

    test("in a transaction it sees the transaction, whose other queries go on meanwhile", async () => {
      const seen = await repo.transaction(async () => {
        await many(7);
        const found: (string | null)[] = [];
        for await (const movie of repo.stream(from(Movie).orderBy("id"), { maxRows: 3 })) {
          found.push(movie.title);
          await repo.updateOrThrow(change(movie, { tagline: `seen ${movie.title}` }));
          expect(await repo.aggregate(Movie, "count")).toBe(7);
        }
        return found;
      });
      expect(seen).toHaveLength(7);
      expect(
        await repo.aggregate(
          from(Movie).where((m) => m.tagline.like("seen %")),
          "count",
        ),
      ).toBe(7);
    });

    test("outside of one, the loop may write and begin transactions", async () => {
      await many(5);
      for await (const movie of repo.stream(from(Movie).orderBy("id"), { maxRows: 2 })) {
        await repo.transaction(() => repo.updateOrThrow(change(movie, { tagline: "done" })));
      }
      expect(await repo.aggregate(from(Movie).where({ tagline: "done" }), "count")).toBe(5);
    });

    test("in a checkout too, and in a database in memory", async () => {
      await many(5);
      const counted = await repo.checkout(async () => {
        let rows = 0;
        for await (const movie of repo.stream(Movie, { maxRows: 2 })) {
          await repo.updateOrThrow(change(movie, { tagline: "checked out" }));
          rows++;
        }
        return rows;
      });
      expect(counted).toBe(5);
      if (database.name !== "sqlite") return;
      await using memory = createRepo({ adapter: sqlite({ database: ":memory:" }) });
      await setUp(memory);
      await memory.insertAll(Movie, [{ title: "a" }, { title: "b" }, { title: "c" }]);
      const titles: unknown[] = [];
      for await (const movie of memory.stream(from(Movie).orderBy("id"), { maxRows: 2 })) {
        titles.push(movie.title);
        await memory.transaction(() => memory.deleteOrThrow(movie));
      }
      expect([titles, await memory.aggregate(Movie, "count")]).toEqual([["a", "b", "c"], 0]);
    });

    test("a loop that is left, or throws, gives its connection back", async () => {
      await many(30);
      for (let round = 0; round < 30; round++) {
        for await (const _ of repo.stream(Movie, { maxRows: 2 })) break;
      }
      const boom = new Error("boom");
      await expect(
        (async () => {
          for await (const _ of repo.stream(Movie, { maxRows: 2 })) throw boom;
        })(),
      ).rejects.toBe(boom);
      expect(await repo.aggregate(Movie, "count")).toBe(30);
    });

    test("it takes parameters, and errors where it cannot work", async () => {
      await many(3);
      const found: unknown[] = [];
      for await (const title of repo.stream(
        from(Movie)
          .where((m) => m.title.in(["film 1", "film 2"]))
          .orderBy("title")
          .select((m) => m.title),
      ))
        found.push(title);
      expect(found).toEqual(["film 1", "film 2"]);
      expect(() => repo.stream(from(Movie).preload("actors"))).toThrow(/preloads are not supported/);
      expect(() => repo.stream(Movie, { maxRows: 0 })).toThrow(/maxRows/);
      expect(() => repo.stream(Movie, { where: {} } as never)).toThrow(/clause/);
      await caught(
        (async () => {
          for await (const _ of repo.stream(from("nowhere").select((n) => n.id))) break;
        })(),
      );
      const controller = new AbortController();
      const stopped = caught(
        (async () => {
          for await (const _ of repo.stream(Movie, { maxRows: 1, signal: controller.signal })) controller.abort();
        })(),
      );
      expect(await stopped).toBeInstanceOf(AbortedError);
      expect(await repo.aggregate(Movie, "count")).toBe(3);
    });
  });

  describe("prepared queries", () => {
    test("prepare compiles once and runs with values", async () => {
      const { one, two } = await films(repo);
      let built = 0;
      const plan = repo.prepare((p) => {
        built++;
        return from(Movie).where((m) => m.id.eq(p.id));
      });
      expect((await plan.all({ id: one.id })).map((movie) => movie.title)).toEqual(["Ready Player One"]);
      expect((await plan.one({ id: two.id }))?.title).toBe("Bright");
      expect((await plan.oneOrThrow({ id: String(two.id) })).title).toBe("Bright");
      expect(await plan.one({ id: 0 })).toBeNull();
      expect(await caught(plan.oneOrThrow({ id: 0 }))).toBeInstanceOf(NoResultsError);
      expect(built).toBe(1);
    });

    test("values stand in lists, limits, objects and fragments, with preloads beside them", async () => {
      await films(repo);
      const plan = repo.prepare((p: Slots<{ titles: string[]; name: string; limit: number }>) =>
        from(Movie)
          .where((m) => m.title.in(p.titles))
          .join("characters")
          .where((_, { characters: c }) => c.name.eq(p.name))
          .limit(p.limit)
          .preload(["distributor"]),
      );
      const found = await plan.all({ titles: ["Bright", "Ready Player One"], name: "Art3mis", limit: 5 });
      expect(found.map((movie) => [movie.title, movie.distributor?.name])).toEqual([["Ready Player One", "Warner"]]);
      expect(await plan.all({ titles: [], name: "Art3mis", limit: 5 })).toEqual([]);
      await caught(plan.all({ titles: ["x"], name: "x", limit: "y" as never }));
      const object = repo.prepare((p) =>
        from(Movie)
          .where({ title: p.title })
          .select((m) => m.title),
      );
      expect(await object.all({ title: "Bright" })).toEqual(["Bright"]);
    });

    test("a value that is missing, null, unknown or of the wrong type is an error", async () => {
      const plan = repo.prepare((p) => from(Movie).where((m) => m.id.eq(p.id)));
      for (const values of [{}, { id: null }, { id: undefined }, { id: 1, other: 2 }, null])
        expect(await caught(plan.all(values as never))).toBeInstanceOf(ArgumentError);
      expect((await caught(plan.all({ id: "x" }))).code).toBe("CAST");
      expect(() => repo.prepare(1 as never)).toThrow(ArgumentError);
      expect(() => repo.prepare(() => 1 as never)).toThrow(QueryError);
    });
  });

  describe("writes", () => {
    test("insert gives ok with the loaded struct, or the changeset", async () => {
      const result = await repo.insert(Movie.build({ title: "Bright" }));
      expect(result.ok).toBe(true);
      if (!result.ok) return;
      expectTypeOf(result.value).toEqualTypeOf<Movie>();
      expect(result.value.id).toBeGreaterThan(0);
      expect(meta(result.value).state).toBe("loaded");
      const invalid = await repo.insert(Movie.changeset(Movie.build(), { title: "" }));
      expect(invalid.ok).toBe(false);
      if (invalid.ok) return;
      expect(invalid.error.action).toBe("insert");
      expect(invalid.error.traverseErrors()).toEqual({ title: ["can't be blank"] });
      expect(meta(invalid.error.data).state).toBe("built");
      const thrown = await caught(repo.insertOrThrow(Movie.changeset(Movie.build(), {})));
      expect(thrown).toBeInstanceOf(InvalidChangesetError);
      expect(thrown.message).toMatch(/title/);
    });

    test("update sends only changes, and none at all where there are none", async () => {
      const log: LogEvent[] = [];
      const { two } = await films(repo);
      const same = await repo.update(change(two, { title: "Bright" }), { log: (event) => log.push(event) });
      expect(same).toEqual({ ok: true, value: two });
      expect(log).toEqual([]);
      const updated = await repo.updateOrThrow(change(two, { title: "Dark" }), { log: (event) => log.push(event) });
      expect(updated.title).toBe("Dark");
      expect(log).toHaveLength(1);
      expect(log[0]?.sql).not.toMatch(/tagline" =/);
      expect(two.title).toBe("Bright");
      // @ts-expect-error of a struct it cannot be told what changed
      expect(await caught(Promise.resolve().then(() => repo.update(two)))).toBeInstanceOf(ArgumentError);
      const gone = await repo.deleteOrThrow(two);
      expect(meta(gone).state).toBe("deleted");
      const stale = await caught(repo.update(change(two, { title: "x" })));
      expect(stale).toBeInstanceOf(StaleEntryError);
      expect(stale.code).toBe("STALE_ENTRY");
      const told = await repo.update(change(two, { title: "x" }), { staleErrorField: "title" });
      expect(!told.ok && told.error.errors).toMatchObject([{ field: "title", message: "is stale", stale: true }]);
      const mended = await repo.delete(two, { staleErrorField: "id", staleErrorMessage: "was gone" });
      expect(!mended.ok && mended.error.errors).toMatchObject([{ field: "id", message: "was gone" }]);
      expect((await repo.delete(two, { allowStale: true })).ok).toBe(true);
      expect(await caught(repo.delete(two))).toBeInstanceOf(StaleEntryError);
    });

    test("insertOrUpdate inserts what is built, updates what is loaded, refuses the rest", async () => {
      const made = await repo.insertOrUpdateOrThrow(change(Movie.build(), { title: "a" }));
      expect(made.id).toBeGreaterThan(0);
      const result = await repo.insertOrUpdate(change(made, { title: "b" }));
      expect(result.ok && [result.value.id, result.value.title]).toEqual([made.id, "b"]);
      expect(await repo.aggregate(Movie, "count")).toBe(1);
      const deleted = await repo.deleteOrThrow(made);
      expect(await caught(Promise.resolve().then(() => repo.insertOrUpdate(change(deleted, { title: "c" }))))).toBeInstanceOf(
        ArgumentError,
      );
      // @ts-expect-error a struct
      expect(await caught(Promise.resolve().then(() => repo.insertOrUpdate(Movie.build())))).toBeInstanceOf(ArgumentError);
      const invalid = await repo.insertOrUpdate(Movie.changeset(Movie.build(), {}));
      expect(invalid).toMatchObject({ ok: false, error: { action: "insert" } });
      expect(await caught(repo.insertOrUpdateOrThrow(Movie.changeset(Movie.build(), {})))).toBeInstanceOf(InvalidChangesetError);
    });

    test("a changeset for another action, or of something else, is refused", async () => {
      for (const wrong of [null, undefined, {}, 1, "x", Movie, [Movie.build()]]) {
        await caught(Promise.resolve().then(() => repo.insert(wrong as never)));
        await caught(Promise.resolve().then(() => repo.delete(wrong as never)));
      }
      await caught(Promise.resolve().then(() => repo.insert(change(Movie.build()).withAction("update"))));
    });

    test("values of every type come back as they went", async () => {
      const at = new Date("2026-11-22T10:20:30Z");
      const user = await repo.insertOrThrow(
        User.build({
          email: "a@b.c",
          score: 1.5,
          views: 2n ** 60n,
          avatar: new Uint8Array([0, 255]),
          born: "2000-01-02",
          wakes: "07:30:00",
          seen: "2026-11-22T10:20:30",
          loggedInAt: at,
          settings: { theme: "dark" },
          tags: ["x", "y"],
          role: "admin",
          nick: "al",
          temporary: "t",
          address: { street: "s", city: "c" } as never,
        }),
      );
      expect([user.confirmed, user.visits, user.temporary]).toEqual([false, 1, "t"]);
      const found = await repo.getOrThrow(User, user.id);
      expect(found).toMatchObject({
        score: 1.5,
        views: 2n ** 60n,
        born: "2000-01-02",
        wakes: "07:30:00",
        seen: "2026-11-22T10:20:30",
        settings: { theme: "dark" },
        tags: ["x", "y"],
        role: "admin",
        nick: "al",
        temporary: null,
      });
      expect([...(found.avatar as Uint8Array)]).toEqual([0, 255]);
      expect(found.loggedInAt).toEqual(at);
      expect(found.address).toMatchObject({ street: "s", city: "c" });
      expect(found.insertedAt).toBeInstanceOf(Date);
      expect((await repo.query("select nick_name from users")).rows).toEqual([["al"]]);
    });
  });

  describe("many rows", () => {
    test("insertAll, updateAll and deleteAll count rows, and give those that are asked for", async () => {
      expect(await repo.insertAll(Movie, [{ title: "a" }, { title: "b", tagline: "t" }])).toEqual({ count: 2, rows: null });
      expect(await repo.insertAll(Movie, [])).toEqual({ count: 0, rows: null });
      const returned = await repo.insertAll(Movie, [{ title: "c" }], { returning: ["id", "title"] });
      expect(returned.rows).toMatchObject([{ title: "c" }]);
      expect(returned.rows?.[0]).toBeInstanceOf(Movie);
      expect(await repo.insertAll("movies", [{ title: "d" }], { returning: ["title"] })).toEqual({ count: 1, rows: [{ title: "d" }] });
      expect(
        await repo.insertAll(
          Movie,
          from(Movie)
            .where({ title: "a" })
            .select((m) => ({ title: m.title, tagline: "copied" })),
        ),
      ).toEqual({ count: 1, rows: null });
      expect(await repo.updateAll(from(Movie).where({ title: "a" }), { set: { tagline: "x" } })).toEqual({ count: 2, rows: null });
      const chosen = await repo.updateAll(
        from(Movie)
          .where({ title: "b" })
          .select((m) => m.tagline),
        { set: { tagline: "new" } },
      );
      expect(chosen).toEqual({ count: 1, rows: ["new"] });
      const whole = await repo.updateAll(from(Movie).where({ title: "b" }), { set: { tagline: "newer" } }, { returning: true });
      expect(whole.rows).toMatchObject([{ title: "b", tagline: "newer" }]);
      expect(
        await repo.updateAll(
          from(Movie)
            .where({ title: "c" })
            .update((m) => ({ set: { tagline: m.title } })),
        ),
      ).toEqual({ count: 1, rows: null });
      expect((await repo.getByOrThrow(Movie, { title: "c" })).tagline).toBe("c");
      const deleted = await repo.deleteAll(from(Movie).where({ title: "d" }), { returning: ["title"] });
      expect(deleted.rows).toMatchObject([{ title: "d" }]);
      expect((await repo.deleteAll(Movie)).count).toBe(4);
      expect(await repo.deleteAll(Movie)).toEqual({ count: 0, rows: null });
    });

    test("wrong rows, fields and updates are refused", async () => {
      for (const call of [
        () => repo.insertAll(Movie, "title" as never),
        () => repo.insertAll(Movie, [{ titel: "x" } as object]),
        () => repo.insertAll(Movie, [{ characters: [] } as object]),
        () => repo.insertAll(User, [{ temporary: "virtual" }]),
        () => repo.updateAll(Movie, { set: { titel: "x" } } as never),
        () => repo.updateAll(Movie, { sett: { title: "x" } } as never),
        () => repo.updateAll(Movie, {} as never),
        () => repo.updateAll(Movie),
        () => repo.updateAll(Movie, { set: { id: "x" } } as never),
      ]) {
        const error = await caught(Promise.resolve().then(call as () => Promise<unknown>));
        expect(error.code).toBeTypeOf("string");
      }
    });
  });

  describe("preload", () => {
    test("keeps the shape that it is given, and loads by name, list, tree and query", async () => {
      const { one, two } = await films(repo);
      const fresh = await repo.getOrThrow(Movie, one.id);
      const movie = await repo.preload(fresh, ["distributor", "characters", "actors"]);
      expect([movie.distributor?.name, movie.characters.length, movie.actors.map((actor) => actor.name)]).toEqual(["Warner", 2, ["Tyler"]]);
      expect(isLoaded(fresh, "actors")).toBe(false);
      expect((await repo.preload([fresh], "characters"))[0]?.characters).toHaveLength(2);
      expect(await repo.preload(null, "characters" as never)).toBeNull();
      expect(await repo.preload([], "characters" as never)).toEqual([]);
      const deep = await repo.preload(fresh, { actors: { movies: true } });
      expect(deep.actors[0]?.movies[0]?.title).toBe("Ready Player One");
      const ordered = await repo.preload(fresh, { characters: from(Character).orderBy("name") });
      expect(ordered.characters.map((one) => one.name)).toEqual(["Art3mis", "Wade Watts"]);
      const both = await repo.preload(fresh, { actors: [from(Actor).where({ name: "Tyler" }), { movies: true }] });
      expect(both.actors[0]?.movies).toHaveLength(1);
      const forced = await repo.preload(movie, "characters", { force: true, inParallel: false });
      expect(forced.characters).toHaveLength(2);
      expect(await repo.preload(await repo.getOrThrow(Movie, two.id), ["characters", "distributor"])).toMatchObject({
        characters: [],
        distributor: null,
      });
      // @ts-expect-error no such association
      const unknown = await caught(repo.preload(fresh, "actor"));
      expect(unknown.message).toMatch(/actor.*Movie|Movie.*actor/s);
      expect(unknown.message).toMatch(/"actors"/);
      await caught(repo.preload([fresh, await repo.insertOrThrow(Actor.build({ name: "x" }))] as never, "actors" as never));
    });

    test("sends one query per association, never one per row", async () => {
      await films(repo);
      const events: string[] = [];
      const log = (event: LogEvent) => events.push(event.sql);
      await repo.all(from(Movie).preload(["characters", { actors: "movies" }]), { log });
      expect(events).toHaveLength(4);
    });
  });

  describe("transactions", () => {
    test("transaction returns what the function returns; transact wants a Result", async () => {
      expect(await repo.transaction(() => 42)).toBe(42);
      expect(await repo.transact(async () => ok(1))).toEqual({ ok: true, value: 1 });
      expect(await repo.transact(async (same) => (same === repo ? err("no") : ok(1)))).toEqual({ ok: false, error: "no" });
      expect(await caught(repo.transact(async () => 1 as never))).toBeInstanceOf(ArgumentError);
      expect(await caught(Promise.resolve().then(() => repo.transaction("x" as never)))).toBeInstanceOf(ArgumentError);
      expect(await caught(Promise.resolve().then(() => repo.transact({} as never)))).toBeInstanceOf(ArgumentError);
      expect(() => repo.rollback("x")).toThrow(EctypeError);
      expect(await caught(repo.transaction(() => repo.rollback("why")))).toBeInstanceOf(TransactionError);
      expect(repo.inTransaction()).toBe(false);
      expect(await repo.checkout(async () => [repo.inTransaction(), await repo.transaction(() => repo.inTransaction())])).toEqual([
        false,
        true,
      ]);
    });

    test("a Multi gathers names and types, and says what failed", async () => {
      const multi = new Multi()
        .insert("movie", Movie.changeset(Movie.build(), { title: "Bright" }))
        .insert("character", ({ movie }) => buildAssoc(movie, "characters", { name: "Ward" }))
        .update("renamed", ({ movie }) => change(movie, { tagline: "x" }))
        .insertOrUpdate("other", change(Movie.build(), { title: "Other" }))
        .insertAll("many", Movie, [{ title: "m1" }, { title: "m2" }])
        .updateAll(
          "all",
          from(Movie).where((m) => m.title.like("m%")),
          { set: { tagline: "many" } },
        )
        .deleteAll("none", from(Movie).where({ title: "nothing" }))
        .one("found", from(Movie).where({ title: "Bright" }))
        .all(
          "titles",
          from(Movie)
            .orderBy("title")
            .select((m) => m.title),
        )
        .exists("there", from(Movie))
        .put("constant", 5)
        .run("sum", async (_, { constant, many }) => ok(constant + many.count))
        .delete("gone", ({ other }) => other)
        .merge(({ sum }) => new Multi().put("merged", sum + 1));
      const result = await repo.transact(multi);
      expect(result.ok).toBe(true);
      if (!result.ok) return;
      const { movie, character, renamed, many, all, none, found, titles, there, sum, gone, merged } = result.value;
      expectTypeOf(sum).toEqualTypeOf<number>();
      expectTypeOf(titles).toEqualTypeOf<(string | null)[]>();
      expect([character.movieId, renamed.tagline, many, all, none, found?.id, titles, there, sum, meta(gone).state, merged]).toEqual([
        movie.id,
        "x",
        { count: 2, rows: null },
        { count: 2, rows: null },
        { count: 0, rows: null },
        movie.id,
        ["Bright", "Other", "m1", "m2"],
        true,
        7,
        "deleted",
        8,
      ]);
      await clear(repo);
      const failed = await repo.transact(
        new Multi()
          .insert("movie", Movie.build({ title: "a" }))
          .insert("bad", ({ movie }) => Movie.changeset(movie as never, { title: "" }))
          .put("never", 1),
      );
      expect(failed).toMatchObject({ ok: false, error: { operation: "bad", changes: { movie: { title: "a" } } } });
      expect(await repo.aggregate(Movie, "count")).toBe(0);
      expect(await repo.transact(new Multi().put("a", 1).error("stop", "reason"))).toEqual({
        ok: false,
        error: { operation: "stop", value: "reason", changes: {} },
      });
      expect(
        new Multi()
          .put("a", 1)
          .append(new Multi().put("b", 2))
          .prepend(new Multi().put("c", 3))
          .toList()
          .map(([name]) => name),
      ).toEqual(["c", "a", "b"]);
      expect(await repo.transaction(new Multi().put("a", 1))).toEqual({ ok: true, value: { a: 1 } });
      expect(() => new Multi().put("a", 1).put("a", 2)).toThrow(/"a"/);
      expect(() => new Multi().put("a", 1).append(new Multi().put("a", 2))).toThrow(/"a"/);
    });
  });

  describe("SQL", () => {
    test("query runs SQL with parameters beside it", async () => {
      const { one } = await films(repo);
      const result = await repo.query("select id, title from movies where id = $1", [one.id]);
      expect(result).toMatchObject({ columns: ["id", "title"], rows: [[one.id, "Ready Player One"]], count: 1 });
      expect((await repo.query("select $2 || '$1' || $1 || $2", ["a", "b"])).rows).toEqual([["b$1ab"]]);
      const broken = await caught(repo.query("selec 1"));
      expect(broken.code).toBe("DATABASE");
      await caught(Promise.resolve().then(() => repo.query(1 as never)));
      await caught(Promise.resolve().then(() => repo.query("select 1", "x" as never)));
    });

    test("toSql tells SQL and parameters, explain the plan", async () => {
      const { sql, params } = repo.toSql(
        "all",
        from(Movie)
          .where((m) => m.id.lt(2))
          .select((m) => m.title),
      );
      expect(sql).toMatch(/^SELECT .*"title" FROM "movies"/);
      expect(params).toEqual([2]);
      expect(repo.toSql("deleteAll", Movie).sql).toMatch(/^DELETE FROM "movies"/);
      expect(repo.toSql("updateAll", from(Movie).update({ set: { title: "x" } })).sql).toMatch(/^UPDATE "movies"/);
      expect(await repo.explain("all", from(Movie).where({ id: 1 }))).toMatch(/m0/);
      expect(await repo.explain("deleteAll", Movie)).toBeTypeOf("string");
      await films(repo);
      await repo.explain("deleteAll", Character, database.name === "postgres" ? { analyze: true } : {});
      expect(await repo.aggregate(Character, "count")).toBe(2);
      expect(() => repo.toSql("insert" as never, Movie)).toThrow(EctypeError);
    });
  });

  describe("hooks", () => {
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
      expect((await own.preload(await own.getOrThrow(Movie, second.id), "characters")).characters.map((one) => one.name)).toEqual([
        "shown",
      ]);
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

  test("close ends the repo, and await using does", async () => {
    const opened = await database.open();
    const own = createRepo({ adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options) });
    expect((await own.query("select 1")).rows).toEqual([[1]]);
    await own.close();
    await own.close();
    await caught(Promise.resolve().then(() => own.query("select 1")));
  });
});
