import { ArgumentError, change, InvalidChangesetError, type LogEvent, meta, type Repo, StaleEntryError } from "ectype";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, films, Movie, setUp, User } from "../../support/movies.ts";

describe.each(databases)("writes of one row on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

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
    expect(await caught(Promise.resolve().then(() => repo.insertOrUpdate(change(deleted, { title: "c" }))))).toBeInstanceOf(ArgumentError);
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
