import { describe, expect, it } from "vitest";
import {
  type AnySchema,
  type AssociationInfo,
  type JoinedAssociation,
  belongsTo,
  checkSchemas,
  embeddedSchema,
  field,
  hasMany,
  hasOne,
  manyToMany,
  schema,
  type SchemaInfo,
} from "ectype";

const infoOf = (cls: AnySchema) => (cls as unknown as { schema: SchemaInfo }).schema;
const look = (cls: AnySchema, name: string): AssociationInfo => infoOf(cls).association(name) as AssociationInfo;
const joinOf = (cls: AnySchema, name: string) => (look(cls, name) as JoinedAssociation).join;
/** What is wrong with the one association "x" of a schema, at once or at its first use. */
const refuses = (thunk: () => unknown, message: RegExp, more: Record<string, unknown> = {}) => {
  class Bad extends schema("bads", { ...more, x: thunk } as never as Record<string, never>) {}
  const problems = checkSchemas([Bad as never]);
  expect(problems.map((problem) => problem.message).join("\n")).toMatch(message);
  expect(problems[0]?.message).toContain("Bad");
};

class Movie extends schema("movies", {
  title: field.string(),
  kind: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor, { foreignKey: "filmId", references: "code", onDelete: "nilifyAll" }),
  code: field.uuid(),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  crew: () =>
    manyToMany(Actor, {
      joinThrough: Credit,
      joinKeys: { movieCode: "code", personId: "id" },
      joinWhere: { role: "crew" },
      joinDefaults: { role: "crew" },
    }),
  colleagues: () => hasMany.through(["actors", "movies", "actors"]),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { film: () => belongsTo(Movie, { references: "code" }) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
class Credit extends schema("credits", { movieCode: field.uuid({ source: "m" }), personId: field.integer(), role: field.string() }) {}

describe("the kinds of associations", () => {
  it("hasMany and hasOne find the key on the other side", () => {
    expect(look(Movie, "characters")).toMatchObject({ kind: "hasMany", cardinality: "many", ownerKeys: ["id"], relatedKeys: ["movieId"] });
    expect(look(Movie, "distributor")).toMatchObject({
      kind: "hasOne",
      cardinality: "one",
      ownerKeys: ["code"],
      relatedKeys: ["filmId"],
      onDelete: "nilifyAll",
    });
  });
  it("belongsTo adds the key, of the type of the field that it refers to", () => {
    expect(Distributor.schema.fields).toEqual(["id", "filmId"]);
    expect(Distributor.schema.types.filmId).toBe(Movie.schema.types.code);
    refuses(() => belongsTo(Movie, { foreignKey: "x" }), /must have another name/);
  });
  it("manyToMany knows its join table", () => {
    expect(joinOf(Movie, "actors")).toMatchObject({
      source: "movies_actors",
      schema: null,
      ownerColumns: ["movie_id"],
      relatedColumns: ["actor_id"],
    });
    expect(joinOf(Movie, "crew")).toMatchObject({
      source: "credits",
      ownerFields: ["movieCode"],
      ownerColumns: ["m"],
      relatedColumns: ["person_id"],
      where: { role: "crew" },
    });
    expect(look(Movie, "crew")).toMatchObject({ ownerKeys: ["code"], relatedKeys: ["id"] });
  });
  it("may name another table for the related schema", () => {
    class A extends schema("as", { x: () => hasMany(Character, { source: "old_characters", foreignKey: "movieId" }) }) {}
    expect(look(A, "x").relatedSource).toBe("old_characters");
    refuses(() => hasMany(Character, { source: 1 as never, foreignKey: "movieId" }), /source is the table's name/);
    refuses(() => hasMany("characters" as never), /target is not a schema/);
  });
});

describe("keys", () => {
  it("names a field that is missing, and the option that helps", () => {
    refuses(() => hasMany(Character), /hasMany "x".*schema Character has no field "badId".*option foreignKey/);
    refuses(() => hasMany(Character, { foreignKey: "movieId", references: "nope" }), /schema Bad has no field "nope".*option references/);
    refuses(() => belongsTo(Movie, { references: "nope" }), /schema Movie has no field "nope"/);
    class Log extends schema("logs", { text: field.string() }, { primaryKey: false }) {}
    refuses(() => belongsTo(Log), /schema Log has no primary key/);
  });
  it("lets two associations share a key that is declared apart", () => {
    class A extends schema("as", {
      movieId: field.id(),
      movie: () => belongsTo(Movie, { defineField: false }),
      lead: () => belongsTo(Movie, { defineField: false, foreignKey: "movieId", where: { kind: "lead" } }),
    }) {}
    expect(A.schema.fields).toEqual(["id", "movieId"]);
    expect(look(A, "lead").ownerKeys).toEqual(["movieId"]);
    refuses(() => belongsTo(Movie, { defineField: false }), /schema Bad has no field "xId"/);
  });
  it("hands options on to the key", () => {
    class A extends schema("as", {
      movie: () => belongsTo(Movie, { type: field.string(), column: "film", null: false, redact: true, writable: "insert" }),
    }) {}
    expect(A.schema.field("movieId")).toMatchObject({
      column: "film",
      nullable: false,
      redact: true,
      writable: "insert",
      type: { name: "string" },
    });
  });
  it("composite keys: of both sides, by name", () => {
    class Place extends schema(
      "places",
      { seats: () => hasMany(Seat, { foreignKey: ["placeRow", "placeNo"] }) },
      { primaryKey: { row: field.string(), no: field.integer() } },
    ) {}
    class Seat extends schema("seats", {
      place: () => belongsTo(Place, { foreignKey: ["placeRow", "placeNo"], references: ["row", "no"] }),
    }) {}
    expect(Seat.schema.fields).toEqual(["id", "placeRow", "placeNo"]);
    expect([Seat.schema.types.placeRow?.name, Seat.schema.types.placeNo?.name]).toEqual(["string", "integer"]);
    expect(look(Seat, "place")).toMatchObject({ ownerKeys: ["placeRow", "placeNo"], relatedKeys: ["row", "no"] });
    expect(look(Place, "seats")).toMatchObject({ ownerKeys: ["row", "no"], relatedKeys: ["placeRow", "placeNo"] });
    refuses(() => belongsTo(Place), /foreignKey: \["xRow", "xNo"\]/);
    refuses(() => belongsTo(Place, { foreignKey: ["a"], references: ["row", "no"] }), /same number of fields/);
  });
  it("stands on itself, and on keys of any type", () => {
    class Node extends schema(
      "nodes",
      {
        parent: () => belongsTo(Node),
        children: () => hasMany(Node, { foreignKey: "parentId" }),
        peers: () => manyToMany(Node, { joinThrough: "peers", joinKeys: { nodeId: "id", peerId: "id" } }),
      },
      { primaryKey: { id: field.uuid({ autogenerate: true }) } },
    ) {}
    expect(Node.schema.types.parentId?.name).toBe("uuid");
    expect(checkSchemas([Node])).toEqual([]);
  });
});

describe("options", () => {
  it("refuses one that the kind does not have", () => {
    refuses(() => hasMany(Character, { onReplaces: "delete" } as never), /unknown option "onReplaces"\. Did you mean "onReplace"/);
    refuses(() => belongsTo(Movie, { onDelete: "deleteAll" } as never), /unknown option "onDelete"/);
  });
  it("where must be an object of fields that are there", () => {
    refuses(() => belongsTo(Movie, { where: "x" as never }), /where must be an object/);
    refuses(() => belongsTo(Movie, { where: { nope: 1 } }), /where names the field "nope", which Movie does not have/);
  });
  it("defaults must be an object or a function", () => {
    refuses(() => belongsTo(Movie, { defaults: "x" as never }), /defaults must be an object/);
    refuses(() => belongsTo(Movie, { defaults: { nope: 1 } }), /defaults names the field "nope"/);
  });
  it("preloadOrder must name fields and directions that exist", () => {
    class A extends schema("as", { x: () => belongsTo(Movie, { preloadOrder: ["title", { id: "desc" }] }) }) {}
    expect(look(A, "x").preloadOrder).toEqual([
      ["title", "asc"],
      ["id", "desc"],
    ]);
    refuses(() => belongsTo(Movie, { preloadOrder: "nope" }), /no field "nope"/);
    refuses(() => belongsTo(Movie, { preloadOrder: { title: "down" as never } }), /direction "down"/);
  });
  it("onDelete depends on the kind", () => {
    refuses(
      () => hasMany(Character, { foreignKey: "movieId", onDelete: "explode" as never }),
      /onDelete is "explode"; it may be "nothing", "nilifyAll", "deleteAll"/,
    );
    refuses(() => manyToMany(Actor, { joinThrough: "t", onDelete: "nilifyAll" as never }), /it may be "nothing", "deleteAll"$/m);
  });
  it.each([
    ["hasMany", ["raise", "markAsInvalid", "nilify", "delete", "deleteIfExists"]],
    ["hasOne", ["raise", "markAsInvalid", "nilify", "update", "delete", "deleteIfExists"]],
    ["belongsTo", ["raise", "markAsInvalid", "nilify", "update", "delete", "deleteIfExists"]],
    ["manyToMany", ["raise", "markAsInvalid", "delete"]],
  ] as const)("onReplace of %s may be %s and nothing else", (kind, allowed) => {
    for (const onReplace of ["raise", "markAsInvalid", "nilify", "update", "delete", "deleteIfExists", "explode"] as const) {
      const options = { onReplace } as never;
      class A extends schema("as", {
        x: () =>
          kind === "hasMany"
            ? hasMany(Character, options)
            : kind === "hasOne"
              ? hasOne(Character, options)
              : kind === "belongsTo"
                ? belongsTo(Movie, options)
                : manyToMany(Actor, { joinThrough: "t", ...(options as {}) }),
      } as never as Record<string, never>) {}
      if ((allowed as readonly string[]).includes(onReplace)) expect(look(A as never, "x").onReplace).toBe(onReplace);
      else expect(() => infoOf(A as never)).toThrow(/onReplace is "\w+"; it may be/);
    }
  });
  it("a through association walks at least two steps, the first of them its owner's", () => {
    expect(look(Movie, "colleagues").related).toBe(Actor.schema);
    refuses(() => hasMany.through(["nope", "movies"]), /first step "nope" is not an association/);
    refuses(() => hasMany.through(["y"] as never), /at least two steps/, { y: () => belongsTo(Movie) });
    refuses(() => hasMany.through(["y", "nope"]), /through "x" of schema Bad: its step "nope" is none: schema Movie has no association/, {
      y: () => belongsTo(Movie),
    });
  });
  it("joinThrough and joinKeys must have their shape", () => {
    refuses(() => manyToMany(Actor, {} as never), /joinThrough must be/);
    refuses(() => manyToMany(Actor, { joinThrough: class {} as never }), /joinThrough is not a schema/);
    for (const joinKeys of [{ a: "id" }, { a: "id", b: "id", c: "id" }, [{ a: "id" }], "x", { a: 1, b: "id" }]) {
      refuses(() => manyToMany(Actor, { joinThrough: "t", joinKeys: joinKeys as never }), /joinKeys takes two pairs/);
    }
    refuses(() => manyToMany(Actor, { joinThrough: "t", joinKeys: { a: "nope", b: "id" } }), /schema Bad has no field "nope"/);
    refuses(() => manyToMany(Actor, { joinThrough: Credit, joinKeys: { a: "id", b: "id" } }), /schema Credit has no field "a"/);
  });
  it("joinDefaults needs a join schema; a conflict raises or does nothing", () => {
    refuses(() => manyToMany(Actor, { joinThrough: "t", joinDefaults: { a: 1 } }), /joinDefaults needs a join schema/);
    refuses(() => manyToMany(Actor, { joinThrough: "t", onJoinThroughConflict: "explode" as never }), /onJoinThroughConflict is "explode"/);
  });
});

describe("late validation", () => {
  it("finds no fault with schemas that work", () => {
    expect(checkSchemas([Movie, Character, Distributor, Actor, Credit])).toEqual([]);
  });
  it("gathers what is wrong in all schemas at once", () => {
    class A extends schema("as", { x: () => hasMany(Character), y: () => belongsTo(Movie, { where: { nope: 1 } }) }) {}
    class B extends schema("bs", { title: field.string({ nul: 1 } as never) }) {}
    const messages = checkSchemas([A, B, String as never]).map(({ message }) => message);
    expect(messages).toHaveLength(4);
    expect(messages[0]).toMatch(/hasMany "x" of schema A/);
    expect(messages[1]).toMatch(/belongsTo "y" of schema A/);
    expect(messages[2]).toMatch(/schema B, "title"/);
    expect(messages[3]).toMatch(/checkSchemas takes schema classes/);
  });
  it("tells a target that its module has not made yet, or that is no table", () => {
    refuses(() => hasMany(undefined as never), /import circle/);
    class Address extends embeddedSchema({ street: field.string() }) {}
    refuses(() => hasMany(Address), /Address is an embedded schema, which has no table/);
    class Early extends schema("earlies", { x: () => hasMany(Late) }) {}
    expect(() => Early.schema).toThrow(/target of association "x" is not defined yet/);
    class Late extends schema("lates", { earlyId: field.id() }) {}
    expect(Early.schema.association("x")?.related).toBe(Late.schema);
  });
});
