import {
  type AnySchema,
  ArgumentError,
  belongsTo,
  type Built,
  buildAssoc,
  checkSchemas,
  Decimal,
  embeddedDump,
  embeddedLoad,
  embeddedSchema,
  field,
  from,
  hasMany,
  hasOne,
  inspect,
  isLoaded,
  manyToMany,
  meta,
  type NotLoaded,
  NotLoadedError,
  type Preloaded,
  primaryKey,
  putMeta,
  type Repo,
  resetFields,
  schema,
} from "ectype";
import { inspect as show } from "node:util";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { Actor, Address, Character, Distributor, Movie, User } from "../../support/movies.ts";

describe("a schema class", () => {
  test("is the value, the type and the home of its functions", () => {
    expectTypeOf<Movie["title"]>().toEqualTypeOf<string | null>();
    expectTypeOf<Movie["id"]>().toEqualTypeOf<number>();
    expectTypeOf<Character["movieId"]>().toEqualTypeOf<number | null>();
    expectTypeOf<User["email"]>().toEqualTypeOf<string>();
    expectTypeOf<User["views"]>().toEqualTypeOf<bigint | null>();
    expectTypeOf<User["balance"]>().toEqualTypeOf<Decimal | null>();
    expectTypeOf<User["avatar"]>().toEqualTypeOf<Uint8Array | null>();
    expectTypeOf<User["loggedInAt"]>().toEqualTypeOf<Date | null>();
    expectTypeOf<User["role"]>().toEqualTypeOf<"admin" | "user" | null>();
    expectTypeOf<User["settings"]>().toEqualTypeOf<{ theme: string } | null>();
    expectTypeOf<User["tags"]>().toEqualTypeOf<string[] | null>();
    expectTypeOf<Built<Movie>["id"]>().toEqualTypeOf<number | null>();
    expectTypeOf<Preloaded<Movie, "actors">["actors"]>().toEqualTypeOf<Actor[]>();
    expectTypeOf<Preloaded<Movie, "distributor">["distributor"]>().toEqualTypeOf<Distributor | null>();
    expectTypeOf<Movie["actors"]>().toEqualTypeOf<Actor[] | NotLoaded<"actors">>();
  });

  test("build makes a struct with defaults; associated structs are attributes too; unknown keys throw", () => {
    const movie = Movie.build({ title: "Bright", characters: [Character.build({ name: "Ward" })], distributor: Distributor.build() });
    expectTypeOf(movie).toEqualTypeOf<Built<Movie>>();
    expect(movie).toBeInstanceOf(Movie);
    expect([movie.id, movie.title, movie.tagline]).toEqual([null, "Bright", null]);
    expect(isLoaded(movie, "characters") && movie.characters[0]?.name).toBe("Ward");
    const user = User.build();
    expect([user.confirmed, user.visits, user.places]).toEqual([false, 1, []]);
    // @ts-expect-error no such key
    expect(() => Movie.build({ titel: "x" })).toThrow(/titel.*Did you mean "title"/);
    // @ts-expect-error no number
    Movie.build({ title: 1 });
    // @ts-expect-error a distributor is no actor
    expect(() => Movie.build({ actors: [Distributor.build()] })).toThrow(ArgumentError);
    // @ts-expect-error not a list
    expect(() => Movie.build({ actors: Actor.build() })).toThrow(/actors/);
  });

  test("new is a type error and throws", () => {
    // @ts-expect-error one way to make a struct
    expect(() => new Movie()).toThrow(/Movie\.build/);
  });

  test("structs are plain data: JSON, spread and structuredClone see fields and nothing else", () => {
    const movie = Movie.build({ title: "Bright" });
    expect(Object.keys(movie).sort()).toEqual(
      ["actors", "characters", "distributor", "id", "tagline", "title"].filter((key) => Object.keys(movie).includes(key)),
    );
    expect(JSON.parse(JSON.stringify(movie))).toEqual({ id: null, title: "Bright", tagline: null });
    expect({ ...movie }.title).toBe("Bright");
    expect(structuredClone({ ...movie })).toMatchObject({ id: null, title: "Bright", tagline: null });
    expect(structuredClone(movie)).toMatchObject({ title: "Bright" });
  });

  test("meta tells schema, source, prefix, state and context; putMeta gives a copy with another", () => {
    const movie = Movie.build();
    expect(meta(movie)).toMatchObject({ schema: Movie, source: "movies", prefix: null, state: "built" });
    expect("context" in meta(movie)).toBe(true);
    const other = putMeta(movie, { prefix: "archive", state: "loaded", source: "films", context: { a: 1 } });
    expect(meta(other)).toMatchObject({ prefix: "archive", state: "loaded", source: "films", context: { a: 1 } });
    expect(meta(movie).state).toBe("built");
    expect(() => putMeta(movie, { stat: "loaded" } as never)).toThrow(/stat/);
    expect(() => putMeta(movie, { state: "gone" } as never)).toThrow(/state/);
    expect(() => meta({} as never)).toThrow(ArgumentError);
  });

  test("an association that is not loaded prints, is left out of JSON, and throws where it is used", () => {
    const movie = Movie.build();
    expect(String(movie.actors)).toBe('#NotLoaded<association "actors" is not loaded>');
    expect(show(movie.actors)).toBe('#NotLoaded<association "actors" is not loaded>');
    expect(JSON.stringify(movie)).not.toMatch(/actors/);
    const actors = movie.actors as unknown as Actor[];
    for (const use of [() => [...actors], () => actors.length, () => actors[0], () => actors.map((one) => one)]) {
      expect(use).toThrow(NotLoadedError);
      expect(use).toThrow(/actors.*preload/s);
    }
    // @ts-expect-error not loaded
    expect(() => movie.actors.length).toThrow(NotLoadedError);
    expect(isLoaded(movie, "actors")).toBe(false);
    const some: Movie | Built<Movie> = movie;
    if (isLoaded(some, "actors")) expectTypeOf(some.actors[0]).toMatchTypeOf<unknown>();
    // @ts-expect-error no such association
    expect(() => isLoaded(movie, "actor")).toThrow(/actor/);
  });

  test("console.log prints meta, fields and associations, and hides what is redacted", () => {
    const text = show(Movie.build({ title: "Bright" }));
    expect(text.replace(/\s+/g, " ")).toBe(
      'Movie { #meta: <built, "movies">, id: null, title: "Bright", tagline: null, characters: #NotLoaded<association "characters" is not loaded>, distributor: #NotLoaded<association "distributor" is not loaded>, actors: #NotLoaded<association "actors" is not loaded> }',
    );
    expect(inspect(User.build({ password: "secret" }))).toMatch(/password: \*\*redacted\*\*/);
    expect(show(User.build({ password: "secret" }))).not.toMatch(/secret/);
  });

  test("columns are snake_case, unless a field or the schema says otherwise", () => {
    class Odd extends schema("odd", { firstName: field.string(), html5Id: field.string(), other: field.string({ source: "OTHER" }) }) {}
    expect(Odd.schema.columns).toEqual({ id: "id", firstName: "first_name", html5Id: "html5_id", other: "OTHER" });
    class AsIs extends schema("odd", { firstName: field.string() }, { columns: "asIs" }) {}
    expect(AsIs.schema.columns.firstName).toBe("firstName");
    class Own extends schema("odd", { firstName: field.string() }, { columns: (name) => `c_${name}` }) {}
    expect(Own.schema.columns.firstName).toBe("c_firstName");
    expect(Character.schema.columns.movieId).toBe("movie_id");
  });

  test("options: primaryKey, foreignKeyType, prefix, timestamps; schema.with sets house defaults", () => {
    const house = schema.with({
      primaryKey: { id: field.uuid({ autogenerate: true }) },
      foreignKeyType: field.uuid(),
      timestamps: { type: "utcDatetime" },
    });
    class Post extends house("posts", { title: field.string(), comments: () => hasMany(Comment) }, { prefix: "blog" }) {}
    class Comment extends house("comments", { post: () => belongsTo(Post) }) {}
    expectTypeOf<Post["id"]>().toEqualTypeOf<string>();
    expectTypeOf<Comment["postId"]>().toEqualTypeOf<string | null>();
    expectTypeOf<Post["insertedAt"]>().toEqualTypeOf<Date>();
    expect([Post.schema.prefix, Comment.schema.prefix, Post.schema.source]).toEqual(["blog", null, "posts"]);
    expect(Post.schema.fields).toEqual(expect.arrayContaining(["insertedAt", "updatedAt"]));
    expect(meta(Post.build()).prefix).toBe("blog");
    class None extends schema("none", { name: field.string() }, { primaryKey: false }) {}
    expect(None.schema.primaryKey).toEqual([]);
    class Times extends schema("times", {}, { timestamps: { insertedAt: "createdAt", updatedAt: false } }) {}
    expectTypeOf<Times["createdAt"]>().toEqualTypeOf<Date>();
    expect(Times.schema.fields).toEqual(["id", "createdAt"]);
    // @ts-expect-error no such option
    class Wrong extends schema("wrong", {}, { primarykey: false }) {}
    expect(() => Wrong.build()).toThrow(/primarykey.*primaryKey/s);
  });

  test("reflection", () => {
    const info = Movie.schema;
    expect(info.source).toBe("movies");
    expect(info.prefix).toBeNull();
    expect(info.primaryKey).toEqual(["id"]);
    expect(info.fields).toEqual(["id", "title", "tagline"]);
    expect(info.associations).toEqual(["characters", "distributor", "actors"]);
    expect(User.schema.virtualFields).toEqual(["temporary"]);
    expect(User.schema.embeds).toEqual(["address", "places"]);
    expect(User.schema.fields).not.toContain("temporary");
    expect(Object.keys(User.schema.types)).toContain("email");
    expect(Address.schema.source).toBeNull();
    expect(Movie.source).toBe("movies");
  });

  test("schemas may be circular, refer to themselves, and reach further through others", () => {
    class Node_ extends schema(
      "nodes",
      {
        name: field.string(),
        parent: () => belongsTo(Node_),
        children: () => hasMany(Node_, { foreignKey: "parentId" }),
        grandchildren: () => hasMany.through(["children", "children"]),
      },
      { name: "Node" },
    ) {}
    expectTypeOf<Node_["parentId"]>().toEqualTypeOf<number | null>();
    expectTypeOf<Preloaded<Node_, "grandchildren">["grandchildren"]>().toEqualTypeOf<Node_[]>();
    class Author extends schema("authors", { profile: () => hasOne(Profile), country: () => hasOne.through(["profile", "country"]) }) {}
    class Country extends schema("countries", { name: field.string() }) {}
    class Profile extends schema("profiles", { author: () => belongsTo(Author), country: () => belongsTo(Country) }) {}
    expectTypeOf<Preloaded<Author, "country">["country"]>().toEqualTypeOf<Country | null>();
    expect(Author.schema.associations).toEqual(["profile", "country"]);
  });

  test("wrong declarations say schema, field and fix", () => {
    class Loose extends schema("loose", { movie: () => hasMany(Movie) }) {}
    expect(checkSchemas([Loose])[0]?.message).toMatch(/Loose.*looseId|looseId.*Loose/s);
    class Twice extends schema("twice", { movieId: field.integer(), movie: () => belongsTo(Movie) }) {}
    expect(() => Twice.build()).toThrow(/movieId.*defineField/s);
    expect(() => schema("" as never, {})).toThrow(/table/);
    // @ts-expect-error no such option
    class Nul extends schema("nul", { title: field.string({ nul: false }) }) {}
    expect(() => Nul.build()).toThrow(/Nul.*"title".*nul/s);
    expect(() => field.enum([])).toThrow();
  });

  test("custom types cast, load and dump, with parameters too", () => {
    const Cents = {
      type: "integer",
      cast: (value: unknown) => (typeof value === "string" ? Math.round(Number(value) * 100) : (value as number)),
      load: (value: number) => value,
      dump: (value: number) => value,
    } as const;
    class Priced extends schema("priced", { price: field.of(Cents as never) as ReturnType<typeof field.integer> }) {}
    expect(Priced.build({ price: 5 }).price).toBe(5);
  });

  test("free functions: buildAssoc, primaryKey, resetFields, embeddedLoad, embeddedDump", () => {
    const movie = putMeta(Movie.build({ id: 7, title: "x" }), { state: "loaded" }) as unknown as Movie;
    const character = buildAssoc(movie, "characters", { name: "Wade" });
    expectTypeOf(character).toEqualTypeOf<Built<Character>>();
    expect([character.movieId, character.name, meta(character).state]).toEqual([7, "Wade", "built"]);
    expect(buildAssoc(movie, "distributor").movieId).toBe(7);
    // @ts-expect-error no such field
    expect(() => buildAssoc(movie, "characters", { nam: "x" })).toThrow(/nam/);
    // @ts-expect-error no such association
    expect(() => buildAssoc(movie, "character")).toThrow(/"characters"/);
    expect(primaryKey(movie)).toEqual({ id: 7 });
    expect(resetFields(movie, ["title"]).title).toBeNull();
    const address = embeddedLoad(Address, { street: "s", city: "c" }, "json");
    expect(address).toBeInstanceOf(Address);
    expect(embeddedDump(address, "json")).toMatchObject({ street: "s", city: "c" });
  });

  test("an embedded schema has no source, and a UUID as its key", () => {
    class Point extends embeddedSchema({ x: field.float(), y: field.float() }, { primaryKey: false }) {}
    expectTypeOf<Address["id"]>().toEqualTypeOf<string>();
    expect(Point.schema.fields).toEqual(["x", "y"]);
    expect(() => from(Point as AnySchema)).toThrow(/Point/);
  });
});

class Everything extends schema("everything", {
  uuid: field.uuid(),
  string: field.string(),
  text: field.text(),
  integer: field.integer(),
  bigint: field.bigint(),
  float: field.float(),
  decimal: field.decimal(),
  boolean: field.boolean(),
  binary: field.binary(),
  date: field.date(),
  time: field.time(),
  naive: field.naiveDatetime(),
  utc: field.utcDatetime(),
  json: field.json<{ a: number[] }>(),
  array: field.array(field.integer()),
  enum: field.enum(["a", "b"]),
  mapped: field.enum({ one: 1, two: 2 }),
  map: field.map(field.integer()),
  duration: field.duration(),
}) {}

describe.each(databases)("fields on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Everything]);
  });

  test("values of every type are what the page says", async () => {
    const values = {
      uuid: "0f0e0d0c-0b0a-4908-8706-050403020100",
      string: "ä\u{1F600}",
      text: "long",
      integer: 2 ** 40,
      bigint: -(2n ** 62n),
      float: 0.1,
      decimal: new Decimal("12345678901234567890.123456789"),
      boolean: true,
      binary: new Uint8Array([1, 2, 0]),
      date: "2026-11-22",
      time: "23:59:59",
      naive: "2026-11-22T10:00:00",
      utc: new Date("2026-11-22T10:00:00Z"),
      json: { a: [1, 2] },
      array: [1, 2, 3],
      enum: "a" as const,
      mapped: "two" as const,
      map: { x: 1 },
      duration: "P1DT2H",
    };
    const made = await repo.insertOrThrow(Everything.build(values));
    const found = await repo.getOrThrow(Everything, made.id);
    for (const [name, value] of Object.entries(values)) {
      const loaded = (found as unknown as Record<string, unknown>)[name];
      if (value instanceof Decimal) expect((loaded as Decimal).toFixed()).toBe(value.toFixed());
      else if (value instanceof Uint8Array) expect([...(loaded as Uint8Array)]).toEqual([...value]);
      else expect([name, loaded]).toEqual([name, value]);
    }
    for (const name of ["integer", "bigint", "decimal", "boolean", "date", "utc", "enum", "mapped", "uuid"] as const) {
      expect([name, await repo.exists(from(Everything).where({ [name]: values[name] } as never))]).toEqual([name, true]);
    }
  });

  test("an integer outside ±2^53 is an error, never a rounded number", async () => {
    await repo.query(`insert into everything (integer) values (9007199254740993)`);
    await expect(
      repo.all(
        from(Everything)
          .where((e) => e.string.isNull())
          .select((e) => e.integer),
      ),
    ).rejects.toThrow(/9007199254740993|2\^53/);
    await expect((async () => repo.insert(Everything.build({ integer: 2 ** 60 })))()).rejects.toThrow(/integer/);
  });

  test("a value that is not of its field's type names schema and field", async () => {
    await expect((async () => repo.insert(Everything.build({ date: "tomorrow" })))()).rejects.toThrow(
      /"date".*Everything|Everything.*"?date/s,
    );
    await expect((async () => repo.insert(Everything.build({ enum: "c" as never })))()).rejects.toThrow(/enum/);
  });
});

test("manyToMany needs to know its join table", () => {
  // @ts-expect-error joinThrough is required
  class Lost extends schema("lost", { movies: () => manyToMany(Movie) }) {}
  expect(() => from(Lost).join("movies" as never)).toThrow(/joinThrough/);
});
