// What the types of the repo say, with values that show it: the lines that read a value compile only where its type says it is there.
import { beforeAll, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  change,
  dynamic,
  err,
  exists,
  field,
  from,
  hasMany,
  isLoaded,
  min,
  Multi,
  not,
  ok,
  type Repo,
  schema,
  type Slots,
  values,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Film extends schema("films", { title: field.string({ null: false }), year: field.integer(), roles: () => hasMany(Role) }) {}
class Role extends schema("roles", { name: field.string(), film: () => belongsTo(Film), player: () => belongsTo(Player) }) {}
class Player extends schema("players", { name: field.string() }) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Film, Player, Role]);
    await repo.insertAll(Film, [{ id: 1, title: "a", year: 1990 }]);
    await repo.insertAll(Player, [{ id: 1, name: "p" }]);
    await repo.insertAll(Role, [{ id: 1, name: "r", filmId: 1, playerId: 1 }]);
  });

  test("preloads below a preload out of a join, and in a list that begins with a tree", async () => {
    const query = from(Film)
      .join("roles")
      .join("who", (_, { roles }) => assoc(roles, "player"))
      .preload({ roles: ["roles", { player: "who" }] });
    expect((await repo.all(query)).map((film) => film.roles.map((role) => role.player?.name))).toEqual([["p"]]);
    const [film] = await repo.all(from(Film).preload({ roles: [{ film: "roles" }, "player"] }));
    expect([film?.roles[0]?.film?.roles.length, film?.roles[0]?.player?.name]).toEqual([1, "p"]);
  });

  test("what is read anew has nothing loaded, a list keeps its nulls", async () => {
    const loaded = await repo.preload(await repo.getOrThrow(Film, "1"), "roles");
    expect(loaded.roles.length).toBe(1);
    expect(isLoaded(await repo.reloadOrThrow(loaded), "roles")).toBe(false);
    expect((await repo.preload([loaded, null], { roles: "player" })).map((one) => one?.roles[0]?.player?.name)).toEqual(["p", undefined]);
  });

  test("rows that bulk writes give back are those that were asked for", async () => {
    const rows = [{ id: 10, title: "x" }];
    expect((await repo.insertAll(Film, rows)).rows).toBe(null);
    const updated = await repo.updateAll(from(Film).where({ id: 10 }), (f) => ({ set: { year: f.id.add(1) } }), { returning: ["year"] });
    expect(updated.rows.map((row) => ({ ...row }).year)).toEqual([11]);
    const gone = await repo.deleteAll(from(Film).where({ id: 10 }), { returning: true });
    expect(gone.rows.map((row) => row.title)).toEqual(["x"]);
  });

  test("a row that is left alone has no key; associations that change is given are loaded", async () => {
    await repo.query("CREATE UNIQUE INDEX IF NOT EXISTS films_title_index ON films (title)");
    const left = await repo.insertOrThrow(Film.build({ title: "a" }), { onConflict: "nothing" });
    expect([left.id, left.title]).toEqual([null, "a"]);
    const changeset = change(Film.build({ id: 50, title: "y" }), { roles: [{ id: 50, name: "z" }] });
    expect(changeset.applyChanges().roles.map((role) => role.name)).toEqual(["z"]);
    const saved = await repo.insertOrThrow(changeset);
    expect(saved.roles.map((role) => role.filmId)).toEqual([saved.id]);
  });

  test("a list of values has the columns of its rows, and their nulls", async () => {
    const labels = values(
      [
        { id: 1, label: "a" },
        { id: 2, label: null },
      ],
      { id: field.integer(), label: field.string() },
    );
    expect((await repo.all(from(labels).orderBy("id"))).map((row) => row.label?.length ?? null)).toEqual([1, null]);
    expect(await repo.all(from(values([{ title: "t" }], Film)).select((row) => row.title))).toEqual(["t"]);
  });

  test("a table with a schema's rows is read; SQL's rows are lists; a transaction's errors are united", async () => {
    expect((await repo.all(["films", Film]))[0]?.title).toBe("a");
    expect((await repo.getBy(["films", Film], { id: "1" }))?.title).toBe("a");
    const { rows } = await repo.query<[title: string]>("SELECT title FROM films WHERE id = 1");
    expect(rows[0]?.[0].toUpperCase()).toBe("A");
    const answer = (n: number) => repo.transact(async () => (n === 0 ? err("none" as const) : n === 1 ? err(404) : ok(n)));
    expect([await answer(0), await answer(1), await answer(2)]).toEqual([err("none"), err(404), ok(2)]);
  });

  test("the failure of a Multi is that of the step it names", async () => {
    const steps = (year: number | null, player: string) =>
      new Multi()
        .insertAll("players", Player, [{ id: year ?? 0, name: player }], { returning: ["id"] })
        .insert("film", change(Film.build({ id: year, title: `m${year}` }), { year }).validateRequired("year"))
        .merge(new Multi().run("found", async (own, _) => ((await own.get(Player, "1")) ? ok("found" as const) : err(404))))
        .run("named", async (own, { players }) => {
          const names = await own.all(from(Player).where((p) => p.id.in(players.rows.map(({ id }) => id))));
          return names[0]?.name === "nobody" ? err({ reason: "nobody" }) : ok(names.map(({ name }) => name));
        });
    const told = async (year: number | null, player: string) => {
      const done = await repo.transact(steps(year, player));
      if (done.ok) return [...done.value.named, done.value.film.year, done.value.found];
      const { error } = done;
      if (error.operation === "film") return error.value.traverseErrors();
      if (error.operation === "found") return error.value.toFixed(0);
      return [error.value.reason, error.changes.film?.title];
    };
    expect(await told(null, "x")).toEqual({ year: ["can't be blank"] });
    expect(await told(1990, "nobody")).toEqual(["nobody", "m1990"]);
    expect(await told(1991, "somebody")).toEqual(["somebody", 1991, "found"]);
    expect(await repo.all(from(Film).where({ title: "m1990" }))).toEqual([]);
  });

  test("a Multi is made in a loop, and its options are those of the repo's calls", async () => {
    await repo.query("CREATE UNIQUE INDEX IF NOT EXISTS films_title_index ON films (title)");
    const made = ["q", "r"].reduce((multi, title) => multi.insert(title, Film.build({ id: title.charCodeAt(0), title })), new Multi());
    expect((await repo.transact(made)).ok).toBe(true);
    const left = await repo.transact(
      new Multi().insert("again", Film.build({ title: "q" }), { onConflict: "nothing", conflictTarget: "title" }),
    );
    expect(left.ok && [left.value.again.id, left.value.again.title]).toEqual([null, "q"]);
    const none: Multi = new Multi().merge(() => new Multi<{}>());
    expect(await repo.transact(none)).toEqual(ok({}));
    expect([none instanceof Multi, made.toList().map(([name]) => name)]).toEqual([true, ["q", "r"]]);
  });

  test("a list of in may hold expressions and values", async () => {
    const all = () =>
      from(Film)
        .where((f) => f.title.in(["a", "b"]))
        .orderBy("id");
    await repo.insertAll(Film, [{ id: 200, title: "b", year: 200 }]);
    const ids = async (query: ReturnType<typeof all>) => (await repo.all(query)).map(({ id }) => id);
    expect(await ids(all().where((f) => f.id.in([f.year, 3])))).toEqual([200]);
    expect(await ids(all().where((f) => f.id.in([1, f.year.sub(1), f.year.add(0)])))).toEqual([1, 200]);
    expect(await ids(all().where((f) => f.id.notIn(new Set([f.year, 7]))))).toEqual([1]);
    const least = () =>
      from(Film)
        .where((f) => f.title.in(["a", "b"]))
        .select((f) => min(f.id));
    expect(await ids(all().where((f) => f.id.in([least(), 9])))).toEqual([1]);
    expect(await ids(all().where((f) => f.id.in([least()])))).toEqual([1]);
    expect(await ids(all().where((f) => f.id.notIn([7, least()])))).toEqual([200]);
    const one = repo.prepare((p: Slots<{ a: number; b: number }>) => all().where((f) => f.id.in([p.a, f.year, p.b])));
    expect([await one.all({ a: 1, b: 5 }), await one.all({ a: 5, b: 6 })].map((rows) => rows.map(({ id }) => id))).toEqual([
      [1, 200],
      [200],
    ]);
    expect(() => all().where((f) => f.id.in([f.id, "x" as never]))).toThrow(/cannot be cast to integer|cannot be cast/);
    expect(() => all().where((f) => f.id.in([f.id, null as never]))).toThrow(/comparing .*id.* with null by "in"/);
  });

  test("a condition that names nothing of the query is given as it is", async () => {
    const found = (condition: ReturnType<typeof exists>) => repo.exists(from(Film).where({ id: 1 }).where(condition));
    const player = (name: string) => exists(from(Player).where({ name }));
    expect([await found(player("p")), await found(player("no")), await found(not(player("no")))]).toEqual([true, false, true]);
    expect(await repo.exists(from(Film).where({ id: 0 }).orWhere(player("p")))).toBe(true);
    expect(await repo.all(from(Film).where({ id: 1 }).join("p", Player, player("no")))).toEqual([]);
    expect((await repo.all(from(Film, { where: player("p") }).where({ id: 1 }))).length).toBe(1);
    const counted = from(Film)
      .where({ id: 1 })
      .groupBy("id")
      .select((f) => f.id);
    expect([await repo.all(counted.having(player("p"))), await repo.all(counted.having(player("no")))]).toEqual([[1], []]);
  });

  test("a dynamic of a root fits a query of it, alone, with others and beside joins", async () => {
    const named = dynamic<Film, { roles: Role }>((_, { roles }) => roles.name.eq("r"));
    const early = dynamic<Film>((f) => f.year.lt(2000));
    const query = from(Film).join("roles");
    expect((await repo.all(query.where(dynamic.and([early, named, dynamic((f) => f.title.eq("a"))])))).map(({ id }) => id)).toEqual([1]);
    // @ts-expect-error a root without the field
    expect(() => from(Player).where(early)).toThrow(/year/);
    // @ts-expect-error a join that is not there
    expect(() => from(Film).where(named)).toThrow(/roles/);
  });
});
