// What the types of preloads say, with values that show it: the lines that read a value compile only where its type says it is there.
import { beforeAll, describe, expect, test } from "vitest";
import { belongsTo, field, from, hasMany, isLoaded, manyToMany, map, merge, type Repo, schema, struct } from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Film extends schema("films", {
  title: field.string({ null: false }),
  year: field.integer(),
  roles: () => hasMany(Role),
  tags: () => manyToMany(Tag, { joinThrough: FilmTag }),
  players: () => hasMany.through(["roles", "player"]),
}) {}
class Role extends schema("roles", { name: field.string(), film: () => belongsTo(Film), player: () => belongsTo(Player) }) {}
class Player extends schema("players", { name: field.string() }) {}
class Tag extends schema("tags", { name: field.string() }) {}
class FilmTag extends schema("films_tags", { film: () => belongsTo(Film), tag: () => belongsTo(Tag) }) {}
class Person extends schema("people", {
  name: field.string(),
  parent: () => belongsTo(Person),
  children: () => hasMany(Person, { foreignKey: "parentId" }),
}) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Film, Player, Tag, Role, FilmTag, Person]);
    await repo.insertAll(Film, [
      { id: 1, title: "a", year: 1990 },
      { id: 2, title: "b", year: 1991 },
    ]);
    await repo.insertAll(Player, [{ id: 1, name: "p" }]);
    await repo.insertAll(Tag, [{ id: 1, name: "t" }]);
    await repo.insertAll(FilmTag, [{ filmId: 1, tagId: 1 }]);
    await repo.insertAll(Role, [
      { id: 1, name: "r", filmId: 1, playerId: 1 },
      { id: 2, name: "lost", filmId: null, playerId: 1 },
    ]);
    await repo.insertAll(Person, [{ id: 1, name: "old" }]);
    await repo.insertAll(Person, [{ id: 2, name: "young", parentId: 1 }]);
  });

  test("the root is loaded wherever it stands in what is selected, whether the preload comes first or last", async () => {
    const films = from(Film).where({ id: 1 });
    const [pair] = await repo.all(films.select((f) => [f, f.title]).preload({ roles: "player" }));
    expect([pair?.[0].roles[0]?.player?.name, pair?.[1]]).toEqual(["p", "a"]);
    const [first] = await repo.all(films.preload("tags").select((f) => ({ one: f, deep: [f, f.title] })));
    expect([first?.one.tags[0]?.name, first?.deep[0].tags[0]?.name]).toEqual(["t", "t"]);
    const [parts] = await repo.all(films.select((f) => [struct(f, ["id"]), merge(f, { year: 1 })]).preload("tags"));
    expect([parts?.[0].tags.length, parts?.[1].tags.length, parts?.[1].year]).toEqual([1, 1, 1]);
    const [named] = await repo.all(films.preload("roles").select(["id", "title"]));
    expect([named?.title, named?.roles.length]).toEqual(["a", 1]);
    const [joined] = await repo.all(
      films
        .join("roles")
        .preload({ roles: "roles" })
        .select((f) => ({ f })),
    );
    expect(joined?.f.roles.map(({ name }) => name)).toEqual(["r"]);
  });

  test("rows of a join that are of the root's schema are not loaded", async () => {
    const query = from(Person)
      .preload("parent")
      .join("parent")
      .select((p, { parent }) => [p, parent]);
    const [row] = await repo.all(query);
    expect([row?.[0].parent?.name, row && isLoaded(row[1], "parent")]).toEqual(["old", false]);
  });

  test("a root that a join leaves out is null, and stays so with a preload and a list of fields", async () => {
    const query = from(Role).rightJoin("film", Film, (r, { film }) => r.filmId.eq(film.id));
    const byTitle = query.orderBy((_, { film }) => film.title);
    expect((await repo.all(byTitle.preload("film"))).map((role) => role?.film?.title ?? null)).toEqual(["a", null]);
    expect((await repo.all(byTitle.preload("film").select((r, { film }) => [r, film.title]))).map(([role]) => role?.film?.title)).toEqual([
      "a",
      undefined,
    ]);
    expect((await repo.all(byTitle.select(["id", "name"]))).map((role) => role?.name ?? null)).toEqual(["r", null]);
    const selected = from(Role)
      .select((r) => [r.id, { r }])
      .rightJoin("film", Film, (r, { film }) => r.filmId.eq(film.id))
      .orderBy((_, { film }) => film.title);
    expect((await repo.all(selected)).map((row) => [row[0]?.toFixed(0) ?? null, row[1]?.r?.name ?? null])).toEqual([
      ["1", "r"],
      [null, null],
    ]);
  });

  test("a text names the join of the association before an association below", async () => {
    const query = from(Person).where({ id: 1 });
    const [joined] = await repo.all(query.join("children").preload({ children: ["children", "parent"] }));
    const child = joined?.children[0];
    expect([child?.parent?.name, child && isLoaded(child, "children")]).toEqual(["old", false]);
    const [listed] = await repo.all(query.preload({ children: ["children", "parent"] }));
    expect([listed?.children[0]?.parent?.name, listed?.children[0]?.children.length]).toEqual(["old", 0]);
  });

  test("a merge with what is missing leaves the rest as it is", async () => {
    const query = from(Role)
      .leftJoin("film")
      .orderBy("id")
      .select((r, { film }) => merge({ role: r.name }, film));
    const rows = await repo.all(query);
    expect(rows.map((row) => [row.role, "title" in row ? row.title : null])).toEqual([
      ["r", "a"],
      ["lost", null],
    ]);
  });

  test("a struct that the select makes is not loaded, and has defaults for what it does not name", async () => {
    const [row] = await repo.all(
      from(Film)
        .where({ id: 1 })
        .select((f) => [f, struct(Film, { title: f.title })])
        .preload("roles"),
    );
    expect([row?.[0].roles.length, row?.[1].title, row?.[1].id, row && isLoaded(row[1], "roles")]).toEqual([1, "a", null, false]);
  });

  test("the steps of a through association are loaded with it", async () => {
    const films = from(Film).where({ id: 1 });
    const [one] = await repo.all(films.preload("players"));
    expect([one?.players[0]?.name, one?.roles[0]?.player?.name, one?.roles[0] && isLoaded(one.roles[0], "film")]).toEqual([
      "p",
      "p",
      false,
    ]);
    const [listed] = await repo.all(films.preload(["roles", "players"]));
    expect(listed?.roles[0]?.player?.name).toBe("p");
    const [later] = await repo.all(films.preload({ roles: "film" }).preload("players"));
    expect([later?.roles[0]?.player?.name, later?.roles[0]?.film?.title]).toEqual(["p", "a"]);
    const [joined] = await repo.all(films.join("players").preload({ players: "players" }));
    expect([joined?.players[0]?.name, joined && isLoaded(joined, "roles")]).toEqual(["p", false]);
    const film = await repo.getOrThrow(Film, 1);
    expect((await repo.preload(film, "players")).roles[0]?.player?.name).toBe("p");
    const half = await repo.preload(film, { roles: from(Role).select(["id", "filmId", "playerId"]) });
    const whole = await repo.preload(half, "players");
    expect([whole.players[0]?.name, whole.roles[0]?.playerId?.toString(), Object.hasOwn(whole.roles[0] ?? {}, "name")]).toEqual([
      "p",
      "1",
      false,
    ]);
    // @ts-expect-error it stays as it was loaded
    expect(whole.roles[0]?.name).toBeUndefined();
  });

  test("without its preload or its select, or under a condition, a query gives what its type says", async () => {
    const films = from(Film).where({ id: 1 });
    const [plain] = await repo.all(films.preload("roles").exclude("preload"));
    expect(plain && isLoaded(plain, "roles")).toBe(false);
    const [whole] = await repo.all(films.select((f) => f.title).exclude("select"));
    expect(whole?.title).toBe("a");
    for (const asked of [true, false]) {
      const [film] = await repo.all(films.when(asked, (query) => query.preload("roles")));
      expect(film && isLoaded(film, "roles") ? film.roles.length : "not loaded").toBe(asked ? 1 : "not loaded");
      const [one] = await repo.all(films.when(asked, (query) => query.select((f) => f.title)));
      expect(typeof one === "string" ? one : one?.title).toBe("a");
    }
  });

  test("the function of a through association gets the keys of its last step's owners", async () => {
    const [found] = await repo.all(
      from(Film)
        .where({ id: 1 })
        .preload({ players: (ids) => repo.all(from(Player).where((p) => p.id.in(ids.map((id: number) => id)))) }),
    );
    expect(found?.players.map(({ name }) => name)).toEqual(["p"]);
  });

  test("a preload's function gets the owners' keys and gives rows, or pairs of a manyToMany; whatever else is an error", async () => {
    const films = from(Film).where({ id: 1 });
    const [found] = await repo.all(
      films.preload({
        roles: (ids) => repo.all(from(Role).where((r) => r.filmId.in(ids))),
        tags: async (ids) => (await repo.all(Tag)).map((tag) => [ids[0] as number, tag] as const),
      }),
    );
    expect([found?.roles[0]?.name, found?.tags[0]?.name]).toEqual(["r", "t"]);
    // rows of other owners, and of none, are left where they are
    const [all] = await repo.all(films.preload({ roles: () => repo.all(Role) }));
    expect(all?.roles.length).toBe(1);
    const wrong = (preload: object) => repo.all(films.preload(preload as never));
    await expect(wrong({ roles: () => repo.all(Tag) })).rejects.toThrow(/must return Role structs, not one of Tag/);
    await expect(wrong({ roles: () => [null] })).rejects.toThrow(/must return Role structs, not null/);
    await expect(wrong({ roles: () => repo.all(from(Role).select((r) => map(r, ["id"]))) })).rejects.toThrow(/a row without "filmId"/);
    await expect(wrong({ roles: () => [{ id: 1, filmId: "1" }] })).rejects.toThrow(/a key of another type \(string\).*\(number\)/);
    await expect(wrong({ tags: () => repo.all(Tag) })).rejects.toThrow(/pairs of the owner's key/);
    await expect(wrong({ tags: () => [["1", Tag.build({ id: 1 })]] })).rejects.toThrow(/a key of another type/);
    await expect(wrong({ tags: () => [[1, null]] })).rejects.toThrow(/must return Tag structs, not null/);
  });
});
