import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  assoc,
  belongsTo,
  buildAssoc,
  change,
  field,
  from,
  hasMany,
  hasOne,
  isLoaded,
  type LogEvent,
  manyToMany,
  meta,
  putMeta,
  type Repo,
  schema,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Movie extends schema("movies", {
  title: field.string(),
  code: field.uuid({ autogenerate: true }),
  characters: () => hasMany(Character, { preloadOrder: "name", onReplace: "delete" }),
  heroes: () => hasMany(Character, { where: { kind: "hero" }, defaults: { kind: "hero" } }),
  unkind: () => hasMany(Character, { where: { kind: null } }),
  kind: () => hasMany(Character, { where: { kind: { not: null } } }),
  some: () => hasMany(Character, { where: { kind: { in: ["hero", "villain"] } } }),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors", onReplace: "delete", unique: true }),
  credits: () => hasMany(Credit, { foreignKey: "movieCode", references: "code" }),
  crew: () =>
    manyToMany(Actor, {
      joinThrough: Credit,
      joinKeys: { movieCode: "code", actorId: "id" },
      joinWhere: { role: "crew" },
      joinDefaults: { role: "crew", rank: 9 },
      preloadOrder: (_, credit) => credit.rank.desc(),
      onReplace: "delete",
    }),
  classics: () => hasMany(Character, { source: "classics", onReplace: "delete" }),
  homes: () => hasMany.through(["characters", "home"]),
  colleagues: () => hasMany.through(["actors", "movies", "actors"]),
  distributorCity: () => hasOne.through(["distributor", "city"]),
  neighbours: () => hasMany.through(["homes", "characters"]),
}) {}
class Character extends schema("characters", {
  name: field.string(),
  kind: field.string(),
  movie: () => belongsTo(Movie),
  home: () => belongsTo(City, { onReplace: "nilify" }),
}) {}
class Classic extends schema("classics", { name: field.string(), kind: field.string(), movieId: field.id(), homeId: field.id() }) {}
class City extends schema("cities", {
  name: field.string(),
  characters: () => hasMany(Character, { foreignKey: "homeId", preloadOrder: { name: "desc" } }),
}) {}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie), city: () => belongsTo(City) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
class Credit extends schema(
  "credits",
  { movieCode: field.uuid(), actorId: field.id(), role: field.string(), rank: field.integer() },
  { timestamps: true },
) {}

/** Keys of two fields, on every kind of association. */
class Place extends schema(
  "places",
  {
    label: field.string(),
    seats: () => hasMany(Seat, { foreignKey: ["hall", "rowNo"], references: ["hall", "no"], preloadOrder: "name", onReplace: "nilify" }),
    guests: () =>
      manyToMany(Guest, {
        joinThrough: "places_guests",
        joinKeys: [{ placeHall: "hall", placeNo: "no" }, { guestId: "id" }],
        onReplace: "delete",
      }),
    people: () => hasMany.through(["seats", "guest"]),
  },
  { primaryKey: { hall: field.string(), no: field.integer() } },
) {}
class Seat extends schema("seats", {
  name: field.string(),
  place: () => belongsTo(Place, { foreignKey: ["hall", "rowNo"], references: ["hall", "no"] }),
  guest: () => belongsTo(Guest),
}) {}
class Guest extends schema("guests", {
  name: field.string(),
  places: () => manyToMany(Place, { joinThrough: "places_guests", joinKeys: [{ guestId: "id" }, { placeHall: "hall", placeNo: "no" }] }),
}) {}
/** A tree of UUIDs. */
class Node extends schema(
  "nodes",
  { name: field.string(), parent: () => belongsTo(Node), children: () => hasMany(Node, { foreignKey: "parentId", preloadOrder: "name" }) },
  { primaryKey: { key: field.uuid({ autogenerate: true }) } },
) {}

const all = [Movie, Character, Classic, City, Distributor, Actor, Credit, Place, Seat, Guest, Node];
const names = (list: readonly { name: string | null }[]) => list.map(({ name }) => name);

describe.each(databases)("associations on $label", (database) => {
  let repo: Repo;
  let log: LogEvent[];
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, all);
  });
  beforeEach(async () => {
    for (const cls of [...all, "movies_actors", "places_guests"])
      await repo.query(`delete from ${typeof cls === "string" ? cls : cls.source}`);
    log = [];
  });
  const film = () =>
    repo.insertOrThrow(
      Movie.build({
        title: "Ready Player One",
        characters: [
          Character.build({ name: "Wade", kind: "hero" }),
          Character.build({ name: "Sorrento", kind: "villain" }),
          Character.build({ name: "Art" }),
        ],
        distributor: Distributor.build({ name: "Netflix", city: City.build({ name: "Los Gatos" }) }),
        actors: [Actor.build({ name: "Tye" }), Actor.build({ name: "Olivia" })],
      }),
    );
  const quiet = { log: (event: LogEvent) => log.push(event) };

  test("every kind is a placeholder until it is loaded", async () => {
    const movie = (await repo.get(Movie, (await film()).id)) as Movie;
    for (const name of ["characters", "distributor", "actors"] as const) expect(isLoaded(movie, name)).toBe(false);
    const loaded = await repo.preload(movie, ["characters", "distributor", "actors"]);
    expect([names(loaded.characters), loaded.distributor?.name, names(loaded.actors).sort()]).toEqual([
      ["Art", "Sorrento", "Wade"],
      "Netflix",
      ["Olivia", "Tye"],
    ]);
    expect(isLoaded(movie, "characters")).toBe(false);
  });

  test("a hasOne takes the first of several rows", async () => {
    const movie = await film();
    await repo.insertOrThrow(buildAssoc(movie as unknown as Movie, "distributor", { name: "Warner" }));
    const first = await repo.preload((await repo.get(Movie, movie.id)) as Movie, {
      distributor: from(Distributor).orderBy({ name: "desc" }),
    });
    expect(first.distributor?.name).toBe("Warner");
  });

  test("another table for the related schema: build, insert, query, preload, join", async () => {
    const movie = await film();
    const inserted = await repo.insertOrThrow(buildAssoc(movie as unknown as Movie, "classics", { name: "Rick" }));
    expect(meta(inserted).source).toBe("classics");
    expect(names(await repo.all(Classic))).toEqual(["Rick"]);
    const loaded = await repo.preload((await repo.get(Movie, movie.id)) as Movie, ["classics", "characters"]);
    expect([names(loaded.classics), loaded.characters.length]).toEqual([["Rick"], 3]);
    expect(names(await repo.all(assoc(loaded, "classics")))).toEqual(["Rick"]);
    expect(
      await repo.all(
        from(Movie)
          .join("classics")
          .select((_, { classics }) => classics.name),
      ),
    ).toEqual(["Rick"]);
    const updated = await repo.updateOrThrow(change(loaded).putAssoc("classics", [{ name: "Ilsa" }]));
    expect(names(updated.classics)).toEqual(["Ilsa"]);
    expect(names(await repo.all(Classic))).toEqual(["Ilsa"]);
  });

  test("where filters preloads, joins and assoc queries, and not builds", async () => {
    const movie = (await repo.get(Movie, (await film()).id)) as Movie;
    const loaded = await repo.preload(movie, ["heroes", "unkind", "kind", "some"]);
    expect([names(loaded.heroes), names(loaded.unkind), names(loaded.kind).sort(), names(loaded.some).sort()]).toEqual([
      ["Wade"],
      ["Art"],
      ["Sorrento", "Wade"],
      ["Sorrento", "Wade"],
    ]);
    expect(names(await repo.all(assoc(movie, "unkind")))).toEqual(["Art"]);
    expect(
      await repo.all(
        from(Movie)
          .join("heroes")
          .select((_, { heroes }) => heroes.name),
      ),
    ).toEqual(["Wade"]);
    expect(buildAssoc(movie, "heroes", { kind: "x" }).kind).toBe("x");
    expect(buildAssoc(movie, "heroes").kind).toBe("hero");
  });

  test("a function orders a preload by the join row, and a query's own order replaces it", async () => {
    const movie = (await repo.get(Movie, (await film()).id)) as Movie;
    const actors = await repo.all(from(Actor).orderBy("name"));
    for (const [at, actor] of actors.entries())
      await repo.insertOrThrow(Credit.build({ movieCode: movie.code, actorId: actor.id, role: "crew", rank: at }));
    await repo.insertOrThrow(Credit.build({ movieCode: movie.code, actorId: actors[0]?.id, role: "cast", rank: 99 }));
    expect(names((await repo.preload(movie, "crew")).crew)).toEqual(["Tye", "Olivia"]);
    expect(names((await repo.preload(movie, { crew: from(Actor).orderBy("name") })).crew)).toEqual(["Olivia", "Tye"]);
  });

  test("joinWhere reads and unties, joinDefaults and timestamps fill the join row", async () => {
    const movie = await repo.preload((await repo.get(Movie, (await film()).id)) as Movie, "crew");
    const updated = await repo.updateOrThrow(change(movie).putAssoc("crew", [{ name: "Janusz" }]));
    expect(names(updated.crew)).toEqual(["Janusz"]);
    const [credit] = await repo.all(Credit);
    expect(credit).toMatchObject({ movieCode: movie.code, role: "crew", rank: 9 });
    expect(credit?.insertedAt).toBeInstanceOf(Date);
    await repo.insertOrThrow(Credit.build({ movieCode: movie.code, actorId: updated.crew[0]?.id, role: "cast" }));
    await repo.updateOrThrow(change(updated).putAssoc("crew", []));
    expect((await repo.all(Credit)).map(({ role }) => role)).toEqual(["cast"]);
  });

  test("the same entry twice is an error before the database is asked", async () => {
    const movie = await repo.preload((await repo.get(Movie, (await film()).id)) as Movie, "actors");
    const [actor] = movie.actors;
    const cs = change(movie).putAssoc("actors", [actor as Actor, actor as Actor]);
    expect(cs.valid).toBe(false);
    expect((cs.traverseErrors() as { actors: unknown[] }).actors.at(-1)).toEqual({ id: ["has already been taken"] });
  });

  test("through associations of any depth, in preloads and joins", async () => {
    const movie = await film();
    const city = await repo.insertOrThrow(City.build({ name: "Columbus" }));
    await repo.updateAll(
      from(Character).where((c) => c.name.in(["Wade", "Art"])),
      { set: { homeId: city.id } },
    );
    const other = await repo.insertOrThrow(
      Movie.build({ title: "Bright", actors: [(await repo.getByOrThrow(Actor, { name: "Tye" })) as Actor, Actor.build({ name: "Will" })] }),
    );
    const loaded = await repo.preload((await repo.get(Movie, movie.id)) as Movie, ["homes", "colleagues", "distributorCity", "neighbours"]);
    expect(names(loaded.homes)).toEqual(["Columbus"]);
    expect(names(loaded.colleagues).sort()).toEqual(["Olivia", "Tye", "Will"]);
    expect(loaded.distributorCity?.name).toBe("Los Gatos");
    expect(names(loaded.neighbours)).toEqual(["Wade", "Art"]);
    expect(isLoaded(loaded, "characters")).toBe(true);
    const joined = from(Movie)
      .where({ id: movie.id })
      .join("homes")
      .select((_, { homes }) => homes.name)
      .distinct(true);
    expect(await repo.all(joined)).toEqual(["Columbus"]);
    expect(names(await repo.all(assoc(loaded, "colleagues"))).sort()).toEqual(["Olivia", "Tye", "Will"]);
    expect(other.title).toBe("Bright");
  });

  test("a query and what hangs below apply to the last step of a through association", async () => {
    const movie = (await repo.get(Movie, (await film()).id)) as Movie;
    const only = await repo.preload(movie, { colleagues: [from(Actor).where({ name: "Tye" }), { movies: true }] });
    expect(names(only.colleagues)).toEqual(["Tye"]);
    expect(only.colleagues[0]?.movies[0]?.title).toBe("Ready Player One");
  });

  test("through associations cannot be written", async () => {
    const movie = await repo.preload((await repo.get(Movie, (await film()).id)) as Movie, "homes");
    expect(() => change(movie).putAssoc("homes" as never, [] as never)).toThrow(/through/);
    expect(() => buildAssoc(movie, "homes" as never)).toThrow(/through/);
  });

  test("assoc of structs is a query: paths are distinct, a manyToMany of several parents is not", async () => {
    const movie = (await repo.get(Movie, (await film()).id)) as Movie;
    const tye = await repo.getByOrThrow(Actor, { name: "Tye" });
    const bright = await repo.insertOrThrow(Movie.build({ title: "Bright", actors: [tye] }));
    const both = [movie, (await repo.get(Movie, bright.id)) as Movie];
    expect(names(await repo.all(assoc(both, "actors"))).sort()).toEqual(["Olivia", "Tye", "Tye"]);
    expect((await repo.all(assoc(both, ["actors", "movies"]))).length).toBe(2);
    expect(() => assoc([], "actors" as never)).toThrow(/at least one struct/);
    expect(() => assoc([movie, tye] as never, "actors" as never)).toThrow(/Movie|schema/);
    expect(() => assoc(movie, "nope" as never)).toThrow(/no association "nope"/);
    expect(() => assoc(null as never, "nope" as never)).toThrow(/null/);
  });

  test("composite keys: insert, buildAssoc, preload both ways, joins, assoc, nested writes", async () => {
    const place = await repo.insertOrThrow(
      Place.build({
        hall: "A",
        no: 1,
        label: "front",
        seats: [Seat.build({ name: "b" }), Seat.build({ name: "a", guest: Guest.build({ name: "Aech" }) })],
      }),
    );
    await repo.insertOrThrow(Place.build({ hall: "A", no: 2, seats: [Seat.build({ name: "c" })] }));
    await repo.insertOrThrow(buildAssoc(place as unknown as Place, "seats", { name: "d" }));
    const places = await repo.preload(await repo.all(from(Place).orderBy("no")), ["seats", "people"]);
    expect(places.map(({ seats }) => names(seats))).toEqual([["a", "b", "d"], ["c"]]);
    expect(places.map(({ people }) => names(people))).toEqual([["Aech"], []]);
    const seats = await repo.preload(await repo.all(from(Seat).orderBy("name")), "place");
    expect(seats.map((seat) => [seat.hall, seat.rowNo, seat.place?.label])).toEqual([
      ["A", 1, "front"],
      ["A", 1, "front"],
      ["A", 2, null],
      ["A", 1, "front"],
    ]);
    expect(
      await repo.all(
        from(Place)
          .join("seats")
          .orderBy((_, { seats }) => seats.name)
          .select((p, { seats }) => [p.no, seats.name]),
      ),
    ).toEqual([
      [1, "a"],
      [1, "b"],
      [2, "c"],
      [1, "d"],
    ]);
    expect(
      await repo.all(
        from(Seat)
          .join("place")
          .where((_, { place }) => place.no.eq(2))
          .select((s) => s.name),
      ),
    ).toEqual(["c"]);
    expect(names(await repo.all(assoc(places, "seats"))).sort()).toEqual(["a", "b", "c", "d"]);
    expect(names(await repo.all(assoc(places, ["seats", "guest"])))).toEqual(["Aech"]);
    expect((await repo.all(assoc(await repo.all(Guest), ["places"]))).length).toBe(0);
    const [first] = places as [(typeof places)[0]];
    const updated = await repo.updateOrThrow(change(first).putAssoc("seats", [first.seats[0] as Seat, { name: "new" }]));
    expect(names(updated.seats)).toEqual(["a", "new"]);
    expect(updated.seats[1]).toMatchObject({ hall: "A", rowNo: 1 });
    expect((await repo.allBy(Seat, { name: "b" }))[0]).toMatchObject({ hall: null, rowNo: null });
  });

  test("composite keys: a manyToMany ties, reads, walks and unties", async () => {
    const one = await repo.insertOrThrow(
      Place.build({ hall: "A", no: 1, guests: [Guest.build({ name: "Wade" }), Guest.build({ name: "Art" })] }),
    );
    await repo.insertOrThrow(Place.build({ hall: "A", no: 2, guests: [(one.guests as Guest[])[0] as Guest] }));
    const places = await repo.preload(await repo.all(from(Place).orderBy("no")), { guests: from(Guest).orderBy("name") });
    expect(places.map(({ guests }) => names(guests))).toEqual([["Art", "Wade"], ["Wade"]]);
    const guests = await repo.preload(await repo.all(from(Guest).orderBy("name")), { places: from(Place).orderBy("no") });
    expect(guests.map((guest) => guest.places.map(({ no }) => no))).toEqual([[1], [1, 2]]);
    expect(
      await repo.all(
        from(Place)
          .join("guests")
          .where((_, { guests }) => guests.name.eq("Art"))
          .select((p) => p.no),
      ),
    ).toEqual([1]);
    expect(names(await repo.all(assoc(await repo.all(from(Place).where({ no: 2 })), ["guests", "places", "guests"]))).sort()).toEqual([
      "Art",
      "Wade",
    ]);
    expect((await repo.all(assoc(guests[0] as Guest, ["places"]))).map(({ no }) => no)).toEqual([1]);
    const updated = await repo.updateOrThrow(change(places[0] as (typeof places)[0]).putAssoc("guests", []));
    expect(updated.guests).toEqual([]);
    expect((await repo.query("select count(*) from places_guests")).rows.flat().map(Number)).toEqual([1]);
  });

  test("a tree on UUIDs: nested writes and preloads three levels down", async () => {
    const root = await repo.insertOrThrow(
      Node.build({
        name: "root",
        children: [Node.build({ name: "b" }), Node.build({ name: "a", children: [Node.build({ name: "leaf" })] })],
      }),
    );
    const tree = await repo.preload((await repo.get(Node, root.key)) as Node, { children: { children: { parent: "parent" } } });
    expect(names(tree.children)).toEqual(["a", "b"]);
    const leaf = tree.children[0]?.children[0];
    expect([leaf?.name, leaf?.parent?.name, leaf?.parent?.parent?.name]).toEqual(["leaf", "a", "root"]);
    expect(leaf?.parentId).toBe(tree.children[0]?.key);
  });

  describe("preloads of structs", () => {
    test("what is loaded is not fetched again, unless force says so; nested ones still run", async () => {
      const movie = await repo.preload((await repo.get(Movie, (await film()).id)) as Movie, "characters");
      await repo.updateAll(from(Character).where({ name: "Wade" }), { set: { name: "Parzival" } });
      const again = await repo.preload(movie, { characters: "home" }, quiet);
      expect(names(again.characters)).toEqual(["Art", "Sorrento", "Wade"]);
      expect(again.characters[0]?.home).toBeNull();
      expect(log).toHaveLength(0);
      expect(isLoaded(movie.characters[0] as Character, "home")).toBe(false);
      const forced = await repo.preload(movie, "characters", { force: true });
      expect(names(forced.characters)).toEqual(["Art", "Parzival", "Sorrento"]);
      const none = Movie.build({ id: movie.id, distributor: null, characters: [] });
      expect((await repo.preload(none as unknown as Movie, ["distributor", "characters"])).characters).toEqual([]);
    });

    test("a null key loads nothing without a query", async () => {
      const orphan = await repo.insertOrThrow(Character.build({ name: "x" }));
      const loaded = await repo.preload(orphan as unknown as Character, ["movie", "home"], quiet);
      expect([loaded.movie, loaded.home, log.length]).toEqual([null, null, 0]);
    });

    test("what is loaded stays where its key is null, with one warning, unless force says so", async () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      const city = City.build({ name: "kept" });
      const holding = () => Character.build({ name: "y", home: city }) as unknown as Character;
      expect((await repo.preload([holding(), holding()], "home")).map(({ home }) => home)).toEqual([city, city]);
      const reason = '"homeId", by which it is found, is null or was not selected';
      const advice = "What is loaded is kept; preload(…, { force: true }) loads it anew";
      expect(warn.mock.calls).toEqual([[`ectype: "home" of Character is loaded, but ${reason}. ${advice}`]]);
      warn.mockClear();
      expect((await repo.preload(holding(), "home", { force: true })).home).toBeNull();
      const empty = Movie.build({ title: "none", characters: [] }) as unknown as Movie;
      expect((await repo.preload(empty, "characters")).characters).toEqual([]);
      await film();
      await repo.preload(await repo.all(from(Character).preload("movie")), "movie");
      await repo.preload(await repo.all(from(Character).leftJoin("movie").preload({ movie: "movie" })), "movie");
      expect(warn).not.toHaveBeenCalled();
    });

    test("a function gets the keys once each, and its rows are matched by key", async () => {
      const movie = await film();
      const other = await repo.insertOrThrow(Movie.build({ title: "Bright" }));
      const asked: unknown[] = [];
      const load = async (ids: readonly unknown[]) => {
        asked.push(ids);
        return (await repo.all(from(Character).orderBy({ name: "desc" }))) as Character[];
      };
      const [first, second, third] = await repo.preload(
        [await repo.get(Movie, movie.id), await repo.get(Movie, other.id), await repo.get(Movie, movie.id)] as Movie[],
        { characters: load },
      );
      expect(asked).toEqual([[movie.id, other.id]]);
      expect([names(first?.characters ?? []), second?.characters, names(third?.characters ?? [])]).toEqual([
        ["Wade", "Sorrento", "Art"],
        [],
        ["Wade", "Sorrento", "Art"],
      ]);
      const pairs = async () => [[movie.id, Actor.build({ id: 1, name: "made up" })]];
      expect(names((await repo.preload(first as unknown as Movie, { actors: pairs as never })).actors)).toEqual(["made up"]);
      await expect(repo.preload(second as unknown as Movie, { actors: (async () => [Actor.build()]) as never })).rejects.toThrow(
        /pairs of the owner's key/,
      );
    });

    test("one query per association, however many structs, and duplicates and nulls keep their places", async () => {
      for (let at = 0; at < 5; at++) await film();
      const movies = await repo.all(Movie);
      const list = [...movies, null, movies[0] as Movie];
      const loaded = await repo.preload(list as Movie[], { characters: "home", actors: true, distributor: "city" }, quiet);
      expect(log).toHaveLength(4);
      expect(loaded[5]).toBeNull();
      expect(loaded[6]).toBe(loaded[0]);
      expect(loaded.slice(0, 5).every((movie) => movie.characters.length === 3 && movie.actors.length === 2)).toBe(true);
      expect(await repo.preload([], "characters" as never)).toEqual([]);
      expect(await repo.preload(null as never, "characters" as never)).toBeNull();
    });

    test("refuses unknown names, mixed structs and queries of another schema", async () => {
      const movie = (await repo.get(Movie, (await film()).id)) as Movie;
      await expect(repo.preload(movie, "caracters" as never)).rejects.toThrow(/no association "caracters"\. Did you mean "characters"/);
      await expect(repo.preload([movie, Actor.build()] as never, "actors" as never)).rejects.toThrow(
        /structs of one schema; the list holds Movie and Actor/,
      );
      await expect(repo.preload(movie, { characters: from(Actor) as never })).rejects.toThrow(/reads Actor; it must read Character/);
      await expect(repo.preload({} as never, "x" as never)).rejects.toThrow(/not a plain object/);
    });

    test("a preloaded query may select, and its rows still find their owners", async () => {
      const movie = (await repo.get(Movie, (await film()).id)) as Movie;
      const loaded = await repo.preload(movie, {
        characters: from(Character)
          .orderBy("name")
          .select((c) => ({ only: c.name })),
      });
      expect(loaded.characters).toEqual([{ only: "Art" }, { only: "Sorrento" }, { only: "Wade" }]);
    });

    test("of an embed's associations", async () => {
      const movie = await film();
      expect(movie.characters).toHaveLength(3);
      const moved = putMeta(movie as unknown as Movie, { state: "loaded" });
      expect(names((await repo.preload(moved, "characters")).characters)).toEqual(["Wade", "Sorrento", "Art"]);
    });
  });
});
