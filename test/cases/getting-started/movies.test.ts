import {
  ArgumentError,
  belongsTo,
  buildAssoc,
  cast,
  change,
  ConstraintError,
  EctypeError,
  field,
  from,
  hasMany,
  hasOne,
  inspect,
  InvalidChangesetError,
  isLoaded,
  manyToMany,
  meta,
  NotLoadedError,
  type Params,
  type Repo,
  schema,
} from "ectype";
import { type Migration, migrate, migration, references, rollback } from "ectype/migration";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Movie extends schema("movies", {
  title: field.string(),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {
  static changeset(character: Character | import("ectype").Built<Character>, params: Params) {
    return cast(character, params, ["name", "movieId"]).validateRequired(["name"]).foreignKeyConstraint("movieId");
  }
}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}

const migrations: { version: number; name: string; migration: Migration }[] = [
  migration({
    change(m) {
      m.createTable("movies", (t) => {
        t.add("title", "string");
        t.add("tagline", "string");
      });
    },
  }),
  migration({
    change(m) {
      m.createTable("characters", (t) => {
        t.add("name", "string");
        t.add("movie_id", references("movies"));
      });
    },
  }),
  migration({
    change(m) {
      m.createTable("distributors", (t) => {
        t.add("name", "string");
        t.add("movie_id", references("movies"));
      });
      m.createUniqueIndex("distributors", ["movie_id"]);
    },
  }),
  migration({
    change(m) {
      m.createTable("actors", (t) => t.add("name", "string"));
    },
  }),
  migration({
    change(m) {
      m.createTable("movies_actors", (t) => {
        t.add("movie_id", references("movies"));
        t.add("actor_id", references("actors"));
      });
      m.createUniqueIndex("movies_actors", ["movie_id", "actor_id"]);
    },
  }),
].map((one, at) => ({ version: 20261122200100 + at, name: `step_${at}`, migration: one }));

describe.each(databases)("the lesson on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await migrate(repo, { migrations, quiet: true });
  });
  beforeEach(async () => {
    for (const table of ["movies_actors", "characters", "distributors", "actors", "movies"]) await repo.query(`delete from ${table}`);
  });
  const insertMovie = () => repo.insertOrThrow(Movie.build({ title: "Ready Player One", tagline: "Something about video games" }));

  test("a built movie prints as one that is not in the database yet, its associations not loaded", () => {
    const movie = Movie.build({ title: "Ready Player One", tagline: "Something about video games" });
    expect(inspect(movie)).toBe(
      [
        "Movie {",
        '  #meta: <built, "movies">,',
        "  id: null,",
        '  title: "Ready Player One",',
        '  tagline: "Something about video games",',
        '  characters: #NotLoaded<association "characters" is not loaded>,',
        '  distributor: #NotLoaded<association "distributor" is not loaded>,',
        '  actors: #NotLoaded<association "actors" is not loaded>',
        "}",
      ].join("\n"),
    );
  });

  test("buildAssoc ties a character and a distributor to their movie", async () => {
    const movie = await insertMovie();
    expect(movie.id).toBeTypeOf("number");
    const character = buildAssoc(movie, "characters", { name: "Wade Watts" });
    expect([character.movieId, meta(character).state]).toEqual([movie.id, "built"]);
    const saved = await repo.insertOrThrow(character);
    expect([saved.name, saved.movieId, meta(saved).state]).toEqual(["Wade Watts", movie.id, "loaded"]);
    expect(meta(character).state).toBe("built");
    const distributor = await repo.insertOrThrow(buildAssoc(movie, "distributor", { name: "Netflix" }));
    expect(distributor.movieId).toBe(movie.id);
  });

  test("putAssoc ties an actor that exists, then makes a brand new one", async () => {
    const movie = await insertMovie();
    await repo.insertOrThrow(buildAssoc(movie, "characters", { name: "Wade Watts" }));
    await repo.insertOrThrow(buildAssoc(movie, "distributor", { name: "Netflix" }));
    const actor = await repo.insertOrThrow(Actor.build({ name: "Tyler Sheridan" }));
    const loaded = await repo.preload(movie, ["distributor", "characters", "actors"]);
    expect([loaded.distributor?.name, loaded.characters.map((c) => c.name), loaded.actors]).toEqual(["Netflix", ["Wade Watts"], []]);

    const movieChangeset = change(loaded);
    expect(inspect(movieChangeset)).toBe("#Changeset<action: null, changes: {}, errors: [], data: #Movie<>, valid: true>");
    const saved = await repo.updateOrThrow(movieChangeset.putAssoc("actors", [actor]));
    expect(saved.actors.map((one) => [one.id, one.name])).toEqual([[actor.id, "Tyler Sheridan"]]);
    expect(saved.characters.map((one) => one.name)).toEqual(["Wade Watts"]);

    const more = await repo.updateOrThrow(movieChangeset.putAssoc("actors", [{ name: "Gary" }]));
    expect(more.actors.map((one) => one.name)).toEqual(["Gary"]);
    expect(await repo.aggregate("movies_actors", "count")).toBe(2);
    const again = await repo.preload(movie, "actors");
    expect(again.actors.map((one) => one.name).sort()).toEqual(["Gary", "Tyler Sheridan"]);
    expect(isLoaded(movie, "actors")).toBe(false);
  });

  test("an association that is not loaded throws at any use, and says how to load it", async () => {
    const movie = await insertMovie();
    const untyped = movie as unknown as { actors: unknown[]; distributor: { name: string } };
    expect(() => untyped.actors.length).toThrow(NotLoadedError);
    expect(() => untyped.actors[0]).toThrow(/preload\(struct, "actors"\)/);
    expect(() => [...untyped.actors]).toThrow(NotLoadedError);
    expect(() => untyped.distributor.name).toThrow(/association "distributor" of Movie is not loaded/);
    expect(JSON.parse(JSON.stringify(movie))).toEqual({ id: movie.id, title: movie.title, tagline: movie.tagline });
    expect(Object.keys({ ...movie })).toEqual(["id", "title", "tagline"]);
    expect(structuredClone(movie)).toEqual({ id: movie.id, title: movie.title, tagline: movie.tagline });
    expect(() => (change(movie) as unknown as { putAssoc(name: string, value: unknown): unknown }).putAssoc("actors", [])).toThrow(
      NotLoadedError,
    );
  });

  test("a second distributor is a field error where it is declared, and a ConstraintError that says how to declare it where not", async () => {
    const movie = await insertMovie();
    await repo.insertOrThrow(buildAssoc(movie, "distributor", { name: "Netflix" }));
    const second = change(buildAssoc(movie, "distributor", { name: "HBO" }));
    const result = await repo.insert(second.uniqueConstraint("movieId"));
    expect(result.ok ? null : result.error.traverseErrors()).toEqual({ movieId: ["has already been taken"] });
    expect(result.ok ? null : result.error.errors[0]).toMatchObject({
      field: "movieId",
      constraint: "unique",
      constraintName: "distributors_movie_id_index",
    });
    await expect(repo.insert(second)).rejects.toThrow(ConstraintError);
    await expect(repo.insert(second)).rejects.toThrow(/uniqueConstraint\("movieId"/);
    await expect(repo.insertOrThrow(second.uniqueConstraint("movieId"))).rejects.toThrow(InvalidChangesetError);
    expect(await repo.aggregate(Distributor, "count")).toBe(1);
  });

  test("a movie that does not exist is a foreign key error", async () => {
    const changeset = Character.changeset(Character.build(), { name: "Nobody", movieId: "999999" });
    const result = await repo.insert(changeset);
    expect(result.ok ? null : result.error.traverseErrors()).toEqual({ movieId: ["does not exist"] });
    await expect(repo.insert(Character.build({ name: "x", movieId: 999999 }))).rejects.toThrow(/foreignKeyConstraint/);
    expect(await repo.exists(Character)).toBe(false);
  });

  test("replacing characters without onReplace throws and names the option", async () => {
    const movie = await insertMovie();
    await repo.insertOrThrow(buildAssoc(movie, "characters", { name: "Wade Watts" }));
    const loaded = await repo.preload(movie, "characters");
    expect(() => change(loaded).putAssoc("characters", [])).toThrow(ArgumentError);
    expect(() => change(loaded).putAssoc("characters", [])).toThrow(/onReplace/);
  });

  test("a nested write that fails leaves nothing behind", async () => {
    const movie = await insertMovie();
    const loaded = await repo.preload(movie, ["characters", "distributor"]);
    await repo.insertOrThrow(buildAssoc(movie, "distributor", { name: "Netflix" }));
    const changeset = change(loaded, { title: "Other" })
      .putAssoc("characters", [{ name: "a" }, { name: "b" }])
      .putAssoc("distributor", change(Distributor.build({ name: "HBO" })).uniqueConstraint("movieId"));
    const result = await repo.update(changeset);
    expect(result.ok ? null : result.error.traverseErrors()).toEqual({ distributor: { movieId: ["has already been taken"] } });
    expect(await repo.aggregate(Character, "count")).toBe(0);
    expect((await repo.getOrThrow(Movie, movie.id)).title).toBe("Ready Player One");
  });

  test("a whole graph goes in with one insert", async () => {
    const movie = await repo.insertOrThrow(
      Movie.build({
        title: "Bright",
        characters: [Character.build({ name: "Ward" })],
        distributor: Distributor.build({ name: "Netflix" }),
        actors: [Actor.build({ name: "Will" })],
      }),
    );
    const found = await repo.oneOrThrow(
      from(Movie)
        .where({ id: movie.id })
        .preload(["characters", "distributor", { actors: "movies" }]),
    );
    expect([found.characters[0]?.name, found.distributor?.name, found.actors[0]?.name, found.actors[0]?.movies[0]?.title]).toEqual([
      "Ward",
      "Netflix",
      "Will",
      "Bright",
    ]);
  });

  test("wrong arguments are rejections of the promise, never throws beside it", async () => {
    const wrong = repo as unknown as Record<string, (...args: unknown[]) => unknown>;
    const calls: [string, ...unknown[]][] = [
      ["get", Movie, null],
      ["get", Movie, "x"],
      ["all", 42],
      ["one", null],
      ["getBy", Movie, {}],
      ["getBy", Movie, { title: undefined }],
      ["allBy", Movie, []],
      ["exists", {}],
      ["aggregate", Movie, "sum"],
      ["reload", {}],
      ["preload", [{}], "actors"],
      ["insert", null],
      ["update", Movie.build()],
      ["delete", "x"],
      ["insertAll", Movie, "rows"],
      ["updateAll", Movie, { put: {} }],
      ["deleteAll", from(Movie).limit(1)],
      ["query", 1],
      ["transact", 1],
    ];
    for (const [name, ...args] of calls) {
      const answer = wrong[name]?.(...args);
      expect(answer, name).toBeInstanceOf(Promise);
      await expect(answer, name).rejects.toThrow(EctypeError);
    }
  });

  test("two rounds of migrations end where they began", async () => {
    await rollback(repo, { migrations, all: true, quiet: true });
    await expect(repo.all(Movie)).rejects.toThrow(/movies/);
    await migrate(repo, { migrations, quiet: true });
    expect(await repo.all(Movie)).toEqual([]);
  });

  test("a migration that fails in the middle leaves the database as it was", async () => {
    const broken = {
      version: 20261122200900,
      name: "broken",
      migration: migration({
        change(m) {
          m.createTable("half", (t) => t.add("name", "string"));
          m.execute("insert into nowhere values (1)", "");
        },
      }),
    };
    await expect(migrate(repo, { migrations: [...migrations, broken], quiet: true })).rejects.toThrow(/broken|Broken/);
    await expect(repo.query("select * from half")).rejects.toThrow();
    expect((await repo.query("select version from schema_migrations order by version")).rows).toHaveLength(5);
  });
});

class Order extends schema('order"s', { select: field.string(), "it's": field.integer({ source: "it's" }) }) {}

describe.each(databases)("names that need quoting on $label", (database) => {
  test('a table called order"s and a column called select work in every statement', async () => {
    const repo = await openRepo(database);
    const create = migration({
      change(m) {
        m.createTable('order"s', (t) => {
          t.add("select", "string");
          t.add("it's", "integer");
        });
        m.createUniqueIndex('order"s', ["select"], { name: 'ix"x' });
      },
    });
    await migrate(repo, { migrations: [{ version: 1, name: "create", migration: create }], quiet: true });
    const order = await repo.insertOrThrow(Order.build({ select: "'; drop table movies; --", "it's": 1 }));
    expect(
      await repo.all(
        from(Order)
          .where((o) => o.select.eq("'; drop table movies; --"))
          .select((o) => [o.select, o["it's"]]),
      ),
    ).toEqual([["'; drop table movies; --", 1]]);
    const changed = await repo.updateOrThrow(change(order, { select: 'a"b' }));
    expect(await repo.getBy(Order, { select: 'a"b' })).toEqual(changed);
    const twice = await repo.insert(change(Order.build({ select: 'a"b' })).uniqueConstraint("select", { name: 'ix"x' }));
    expect(twice.ok ? null : twice.error.traverseErrors()).toEqual({ select: ["has already been taken"] });
    await repo.deleteOrThrow(changed);
    expect(await repo.all(Order)).toEqual([]);
  });
});
