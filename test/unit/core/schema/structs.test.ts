import assert from "node:assert/strict";
import { inspect as nodeInspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  ArgumentError,
  belongsTo,
  buildAssoc,
  change,
  Decimal,
  embeddedDump,
  embeddedLoad,
  embeddedSchema,
  embedsMany,
  embedsOne,
  enumCast,
  enumDumpValues,
  enumMappings,
  enumValues,
  field,
  hasMany,
  hasOne,
  inspect,
  isLoaded,
  LoadError,
  manyToMany,
  meta,
  NoPrimaryKeyFieldError,
  NotLoadedError,
  primaryKey,
  primaryKeyOrThrow,
  putMeta,
  resetFields,
  schema,
  types,
} from "ectype";

class Movie extends schema("movies", {
  title: field.string({ default: "untitled" }),
  secret: field.string({ redact: true }),
  status: field.enum({ draft: 1, public: 2 }),
  tags: field.array(field.enum(["a", "b"])),
  characters: () => hasMany(Character, { defaults: { kind: "lead" } }),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  others: () => hasMany.through(["characters", "movie"]),
  classics: () =>
    hasMany(Character, {
      source: "classics",
      defaults: (struct: object, owner: { title: string }) => Object.assign(struct, { name: owner.title }),
    }),
}) {
  shout() {
    return `${this.title}!`;
  }
}
class Character extends schema("characters", { name: field.string(), kind: field.string(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string() }) {}
class Log extends schema("logs", { text: field.string() }, { primaryKey: false }) {}
class Address extends embeddedSchema({ street: field.string({ source: "str" }), since: field.date(), amount: field.decimal() }) {}
class Person extends schema("people", { home: embedsOne(() => Address), others: embedsMany(() => Address) }) {}

describe("a struct", () => {
  it("is its data and nothing else, to JSON, spread, keys and structuredClone", () => {
    const movie = Movie.build({ id: 1, title: "x" });
    const data = { id: 1, title: "x", secret: null, status: null, tags: null };
    expect(Object.keys(movie)).toEqual(Object.keys(data));
    // What is redacted is not in JSON.
    expect(JSON.parse(JSON.stringify(movie))).toEqual({ id: 1, title: "x", status: null, tags: null });
    expect({ ...movie }).toEqual(data);
    expect(structuredClone(movie)).toEqual(data);
    expect(Object.entries(movie)).toEqual(Object.entries(data));
  });
  it("has the methods of its class", () => {
    expect(Movie.build({ title: "x" }).shout()).toBe("x!");
  });
  it("holds associated structs that it was built with", () => {
    const movie = Movie.build({ characters: [Character.build({ name: "a" })], distributor: Distributor.build() });
    expect(movie.characters).toHaveLength(1);
    expect(isLoaded(movie, "characters")).toBe(true);
    expect(JSON.parse(JSON.stringify(movie)).characters[0].name).toBe("a");
  });
  it("is never made by new", () => {
    expect(() => new Movie(0 as never)).toThrow(/use Movie\.build\(/);
  });
  it("refuses unknown attributes, wrong associated structs, and through associations", () => {
    expect(() => Movie.build({ titel: "x" } as never)).toThrow(/unknown attribute "titel"\. Did you mean "title"/);
    expect(() => Movie.build({ characters: {} } as never)).toThrow(/"characters" takes a list of Character structs, not a plain object/);
    expect(() => Movie.build({ characters: [{ name: "x" }] } as never)).toThrow(/takes Character structs, not a plain object/);
    expect(() => Movie.build({ distributor: Actor.build() } as never)).toThrow(/takes Distributor structs/);
    expect(() => Movie.build({ others: [] } as never)).toThrow(/through association, which is read-only/);
    expect(() => Movie.build([] as never)).toThrow(ArgumentError);
    expect(() => Movie.build("x" as never)).toThrow(/not a string/);
  });
  it("of a subclass is one of the subclass, with its own methods", () => {
    class Short extends Movie {
      minutes() {
        return 5;
      }
    }
    const short = Short.build({ title: "x" });
    expect(short).toBeInstanceOf(Movie);
    expect(short.minutes()).toBe(5);
    expect(Short.schema.name).toBe("Short");
    expect(Short.schema.source).toBe("movies");
    expect(nodeInspect(short)).toMatch(/^Short \{/);
    expect(isLoaded(short, "actors")).toBe(false);
  });
});

describe("meta", () => {
  it("tells schema, source, prefix, state and context", () => {
    expect(meta(Movie.build())).toEqual({ schema: Movie, source: "movies", prefix: null, state: "built", context: null });
  });
  it("is changed in a copy", () => {
    const movie = Movie.build({ title: "x" });
    const moved = putMeta(movie, { prefix: "p", source: "s", state: "loaded", context: 1 });
    expect(meta(moved)).toMatchObject({ prefix: "p", source: "s", state: "loaded", context: 1 });
    expect(meta(movie).state).toBe("built");
    expect(moved).toEqual(movie);
    expect(moved).toBeInstanceOf(Movie);
  });
  it("refuses unknown keys and states, and what is no struct", () => {
    expect(() => putMeta(Movie.build(), { sorce: "x" } as never)).toThrow(/not "sorce"/);
    expect(() => putMeta(Movie.build(), { state: "gone" } as never)).toThrow(/"built", "loaded" or "deleted", not "gone"/);
    expect(() => meta({})).toThrow(/expected a struct of a schema, got a plain object/);
    expect(() => meta(null as never)).toThrow(/got null/);
  });
});

describe("what a struct is asked", () => {
  it("reads the primary key", () => {
    expect(primaryKey(Movie.build({ id: 3 }))).toEqual({ id: 3 });
    expect(primaryKey(Log.build())).toEqual({});
    expect(() => primaryKeyOrThrow(Log.build())).toThrow(NoPrimaryKeyFieldError);
  });
  it("resets fields and associations to what a new struct has", () => {
    const movie = Movie.build({ id: 1, title: "x", secret: "s", characters: [] });
    const reset = resetFields(movie, ["title", "characters"]);
    expect(reset).toMatchObject({ id: 1, title: "untitled", secret: "s" });
    expect(isLoaded(reset, "characters")).toBe(false);
    expect(movie.title).toBe("x");
    expect(() => resetFields(movie, ["nope" as never])).toThrow(/no association "nope"/);
  });
  it("tells whether an association is loaded: null, a struct and a list are", () => {
    const movie = Movie.build({ distributor: null });
    expect([isLoaded(movie, "distributor"), isLoaded(movie, "actors")]).toEqual([true, false]);
    expect(() => isLoaded(movie, "nope" as never)).toThrow(/no association "nope"/);
  });
  it("dumps and loads embedded data, with a schema or with types", () => {
    const address = Address.build({
      id: "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b",
      street: "Main",
      since: "2026-11-22",
      amount: new Decimal("1.50"),
    });
    const data = embeddedDump(address);
    expect(data).toEqual({ id: "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b", str: "Main", since: "2026-11-22", amount: "1.5" });
    const loaded = embeddedLoad(Address, JSON.parse(JSON.stringify(data)));
    expect(loaded).toBeInstanceOf(Address);
    expect(loaded).toEqual(address);
    expect(embeddedLoad({ n: "integer", d: types.date() }, { n: "1", d: "2026-11-22" })).toEqual({ n: 1, d: "2026-11-22" });
    expect(() => embeddedLoad(Address, [] as never)).toThrow(/takes data as an object .*not a list/);
    expect(() => embeddedLoad(Address, { amount: [] })).toThrow(LoadError);
    expect(() => embeddedDump({})).toThrow(/takes a struct/);
    expect(() => embeddedDump(address, "xml" as never)).toThrow(/unknown format "xml"/);
    const untyped = { data: { n: 7n, at: null, d: new Decimal("1.50") }, types: { n: "bigint", at: "utcDatetime", d: "decimal" } };
    expect(embeddedDump(untyped)).toEqual({ n: "7", at: null, d: "1.5" });
    expect(() => embeddedDump({ data: { n: "x" }, types: { n: "integer" } })).toThrow(TypeError);
  });
});

describe("the JSON of embeds", () => {
  const type = (name: string) => Person.schema.types[name] as NonNullable<(typeof Person.schema.types)[string]>;
  it("ignores unknown keys, gives missing ones their default, and reads each value by its type", () => {
    const loaded = (type("home").load as (value: unknown) => Address)({
      id: "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4c",
      str: "x",
      amount: "2.50",
      other: 1,
    });
    expect(loaded).toBeInstanceOf(Address);
    expect({ ...loaded }).toEqual({ id: "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4c", street: "x", since: null, amount: new Decimal("2.5") });
  });
  it("reads null of a list as an empty one", () => {
    expect((type("others").load as (value: unknown) => unknown)(null)).toEqual([]);
  });
  it("refuses data that is no object, and structs of another schema", () => {
    expect(() => (type("home").load as (value: unknown) => unknown)("x")).toThrow(TypeError);
    expect(() => type("home").dump(Movie.build())).toThrow(/Movie is not a struct of Address/);
    expect(() => type("others").dump({})).toThrow(/is not a list of Address/);
    expect(() => type("others").dump([{}])).toThrow(/not a struct of Address/);
  });
});

describe("enums of fields", () => {
  it("tells names, stored values and mappings of a field", () => {
    expect(enumValues(Movie, "status")).toEqual(["draft", "public"]);
    expect(enumDumpValues(Movie, "status")).toEqual([1, 2]);
    expect(enumMappings(Movie, "status")).toEqual({ draft: 1, public: 2 });
    expect(enumCast(Movie, "status", 2)).toEqual({ ok: true, value: "public" });
    expect(enumValues(Movie, "tags")).toEqual(["a", "b"]);
    expect(enumValues({ status: types.enum(["x"]) }, "status")).toEqual(["x"]);
  });
  it("refuses fields that are unknown or no enum", () => {
    expect(() => enumValues(Movie, "title")).toThrow(/string is not an enum/);
    expect(() => enumValues(Movie, "statuz" as never)).toThrow(/schema Movie has no field "statuz"\. Did you mean "status"/);
    expect(() => enumValues({ a: "string" }, "b" as never)).toThrow(/the types has no field|have no field|no field "b"/);
  });
});

describe("an association that is not loaded", () => {
  const movie = Movie.build({ title: "x" });
  const actors = movie.actors as unknown as unknown[];
  const text = '#NotLoaded<association "actors" is not loaded>';
  const uses: Record<string, () => unknown> = {
    iterating: () => [...actors],
    "for of": () => {
      for (const actor of actors) return actor;
    },
    indexing: () => actors[0],
    "reading length": () => actors.length,
    mapping: () => actors.map((one) => one),
    writing: () => {
      actors[0] = 1;
    },
    "reading a field": () => (actors as unknown as { name: string }).name,
    "Array.from": () => Array.from(actors),
  };
  it.each(Object.keys(uses))("throws on %s, and says what would load it", (use) => {
    expect(uses[use]).toThrow(NotLoadedError);
    expect(uses[use]).toThrow(/association "actors" of Movie is not loaded.*repo\.preload\(struct, "actors"\)/);
  });
  it("names the association and the code in the error", () => {
    try {
      actors.length;
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "NOT_LOADED", association: "actors" });
    }
  });
  it("prints, in templates, inspect and console.log", () => {
    expect(`${actors}`).toBe(text);
    expect(String(actors)).toBe(text);
    expect(nodeInspect(actors)).toBe(text);
    expect(inspect(actors)).toBe(text);
    expect(nodeInspect({ actors })).toContain(text);
    expect(nodeInspect(movie)).toContain(`actors: ${text}`);
  });
  it("is left out of JSON", () => {
    expect(JSON.stringify({ actors })).toBe("{}");
    expect(JSON.stringify(actors)).toBeUndefined();
  });
  it("lets await, in, spread, keys, typeof and equality be", async () => {
    expect(await (actors as unknown)).toBe(actors);
    expect("name" in actors).toBe(false);
    expect({ ...actors }).toEqual({});
    expect(Object.keys(actors)).toEqual([]);
    expect(typeof actors).toBe("object");
    expect(Array.isArray(actors)).toBe(false);
    expect(actors).toBe(movie.actors);
    expect(Movie.build().actors).toBe(actors);
  });
  it("does not blow up in the comparisons of test runners", () => {
    const other = Movie.build({ title: "x" });
    expect(other).toEqual(movie);
    expect(other).toStrictEqual(movie);
    assert.deepEqual(other, movie);
    expect(() => expect(actors).toEqual([])).toThrow(/expected/);
    expect(() => assert.deepEqual(actors, [])).toThrow(assert.AssertionError);
    expect(() => expect(movie).toEqual(Movie.build({ title: "y" }))).toThrow(/expected/);
    expect(movie).toMatchObject({ title: "x" });
    expect(() => expect(movie).toMatchObject({ actors: [] })).toThrow(/expected/);
    assert.deepEqual({ actors }, { actors });
  });
  it("cannot be cloned as data by accident, but its struct can", () => {
    expect(structuredClone(movie)).not.toHaveProperty("actors");
  });
});

describe("buildAssoc", () => {
  const movie = Movie.build({ id: 7, title: "RPO" });
  it("sets the foreign key and defaults, and overrides a foreign key among the attributes", () => {
    expect(buildAssoc(movie, "characters", { name: "Wade", movieId: 1 })).toMatchObject({ name: "Wade", movieId: 7, kind: "lead" });
    expect(buildAssoc(movie, "characters", { kind: "extra" }).kind).toBe("extra");
    expect(buildAssoc(movie, "distributor")).toBeInstanceOf(Distributor);
    expect(meta(buildAssoc(movie, "characters")).state).toBe("built");
  });
  it("takes the association's table, and defaults by a function", () => {
    const classic = buildAssoc(movie, "classics");
    expect(meta(classic).source).toBe("classics");
    expect(classic.name).toBe("RPO");
  });
  it("sets no keys for a belongsTo or a manyToMany", () => {
    const character = Character.build({ movieId: 3 });
    expect(buildAssoc(character, "movie", { title: "x" }).id).toBeNull();
    expect(buildAssoc(movie, "actors", { name: "x" })).toMatchObject({ id: null, name: "x" });
  });
  it("refuses unknown and through associations, and unknown attributes", () => {
    expect(() => buildAssoc(movie, "nope" as never)).toThrow(/no association "nope"/);
    expect(() => buildAssoc(movie, "others" as never)).toThrow(/through association/);
    expect(() => buildAssoc(movie, "characters", { nope: 1 } as never)).toThrow(/unknown attribute "nope"/);
  });
});

describe("redaction", () => {
  class Account extends schema("accounts", {
    pin: field.integer({ redact: true }),
    codes: embedsMany({ code: field.string({ redact: true }) }),
    keys: field.array(field.integer(), { redact: true }),
  }) {}
  const account = Account.build({ pin: 4711 });
  it("hides the value in a printed struct, and shows a null", () => {
    expect(nodeInspect(account)).toContain("pin: **redacted**");
    expect(nodeInspect(account)).not.toContain("open sesame");
    expect(nodeInspect(Account.build())).toContain("pin: null");
    expect(inspect([account])).not.toContain("open sesame");
    expect(nodeInspect({ account })).not.toContain("open sesame");
  });
  it("hides it in a changeset: changes, params, errors and what they print", () => {
    const cs = change(account, { pin: 4712 });
    expect(nodeInspect(cs)).toContain("pin: **redacted**");
    const failed = cs.validateNumber("pin", { lessThan: 1 });
    expect(nodeInspect(failed)).not.toContain("4712");
    expect(() => failed.applyActionOrThrow("insert")).toThrow(/Account/);
    try {
      failed.applyActionOrThrow("insert");
    } catch (error) {
      expect(String(error)).not.toContain("4712");
      expect(nodeInspect(error)).not.toContain("4712");
    }
  });
});
