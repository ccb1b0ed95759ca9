import { describe, expect, it } from "vitest";
import {
  type AnySchema,
  belongsTo,
  type CustomType,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  meta,
  ok,
  type ParameterizedType,
  SchemaError,
  schema,
  type SchemaInfo,
  type TypeContext,
  types,
} from "ectype";

const infoOf = (cls: AnySchema) => (cls as unknown as { schema: SchemaInfo }).schema;
const problem = (make: () => AnySchema) => {
  try {
    infoOf(make());
  } catch (error) {
    return error as SchemaError;
  }
  throw new Error("nothing was thrown");
};
const refuses = (definition: Record<string, unknown>, options: object, message: RegExp) => {
  const error = problem(() => class Bad extends schema("bads", definition as Record<string, never>, options as {}) {});
  expect(error).toBeInstanceOf(SchemaError);
  expect(error.message).toContain("Bad");
  expect(error.message).toMatch(message);
};

class Movie extends schema("movies", { title: field.string({ null: false }), tagline: field.string() }) {}

describe("a schema", () => {
  it("has a source, fields and a struct of its own class", () => {
    expect(Movie.source).toBe("movies");
    expect(Movie.schema.source).toBe("movies");
    expect(Movie.schema.name).toBe("Movie");
    expect(Movie.schema.fields).toEqual(["id", "title", "tagline"]);
    expect(Movie.build()).toBeInstanceOf(Movie);
  });
  it("refuses a source that is no text", () => {
    expect(() => schema(1 as never, {})).toThrow(/table's name/);
    expect(() => schema("", {})).toThrow(/table's name/);
  });
  it("is told apart from another of the same table", () => {
    class Other extends schema("movies", { title: field.string() }) {}
    expect(Other.schema).not.toBe(Movie.schema);
  });
  it("refuses an option that it does not know, and names a close one", () => {
    refuses({}, { primarykey: false }, /unknown option "primarykey"\. Did you mean "primaryKey"/);
  });
  it("refuses an entry that is neither field, embed nor association", () => {
    refuses({ title: "string" }, {}, /"title" is neither a field/);
  });
});

describe("an embedded schema", () => {
  class Address extends embeddedSchema({ street: field.string() }) {}
  it("has no source and no meta, and a key that is a generated UUID", () => {
    expect(Address.schema.source).toBeNull();
    expect(Address.schema.primaryKey).toEqual(["id"]);
    expect(Address.schema.types.id).toBe(types.uuid());
    expect(Address.schema.autogenerateFields).toEqual(["id"]);
    expect(String(Object.keys(Address.build({ street: "x" })))).toBe("id,street");
  });
  it("may be without a key, or with another", () => {
    class Bare extends embeddedSchema({ x: field.string() }, { primaryKey: false }) {}
    class Keyed extends embeddedSchema({ x: field.string() }, { primaryKey: { code: field.string() } }) {}
    expect(Bare.schema.primaryKey).toEqual([]);
    expect(Keyed.schema.primaryKey).toEqual(["code"]);
  });
});

describe("an embedded schema with a belongsTo", () => {
  it("adds the key, and takes fields of any type", () => {
    class Item extends embeddedSchema({ anything: field.any(), movie: () => belongsTo(Movie) }) {}
    expect(Item.schema.fields).toEqual(["id", "anything", "movieId"]);
    expect(Item.schema.association("movie")?.related).toBe(Movie.schema);
  });
});

describe("the primary key", () => {
  it("is an id that the database numbers unless said otherwise", () => {
    expect(Movie.schema.primaryKey).toEqual(["id"]);
    expect(Movie.schema.field("id")?.autogenerate).toBe("database");
  });
  it("may be a field of any name and type", () => {
    class Token extends schema("tokens", {}, { primaryKey: { key: field.uuid({ autogenerate: true }) } }) {}
    expect(Token.schema.primaryKey).toEqual(["key"]);
  });
  it.each([[true], ["id"], [[]], [{}], [{ id: "uuid" }]])("refuses %j", (primaryKey) => {
    refuses({}, { primaryKey }, /primary key|primaryKey/);
  });
  it("must be said to be one where it stands among the fields", () => {
    refuses({ id: field.uuid() }, {}, /primaryKey: true/);
    class Ok extends schema("oks", { id: field.uuid({ primaryKey: true }) }) {}
    expect(Ok.schema.primaryKey).toEqual(["id"]);
  });
});

describe("other keys", () => {
  it("may be none", () => {
    class Log extends schema("logs", { text: field.string() }, { primaryKey: false }) {}
    expect(Log.schema.primaryKey).toEqual([]);
    expect(Log.schema.fields).toEqual(["text"]);
  });
  it("may be several fields, declared either way", () => {
    class A extends schema("as", {}, { primaryKey: { x: field.integer(), y: field.string() } }) {}
    class B extends schema(
      "bs",
      { x: field.integer({ primaryKey: true }), y: field.string({ primaryKey: true }) },
      { primaryKey: false },
    ) {}
    expect(A.schema.primaryKey).toEqual(["x", "y"]);
    expect(B.schema.primaryKey).toEqual(["x", "y"]);
  });
  it("may be a foreign key", () => {
    class Detail extends schema("details", { movie: () => belongsTo(Movie, { primaryKey: true }) }, { primaryKey: false }) {}
    expect(Detail.schema.primaryKey).toEqual(["movieId"]);
    expect(Detail.schema.field("movieId")?.nullable).toBe(false);
  });
});

describe("options of a whole schema", () => {
  it("keeps prefix and context in the meta of its structs", () => {
    class Tenant extends schema("tenants", {}, { prefix: "acme", context: { shard: 7 } }) {}
    expect(meta(Tenant.build())).toMatchObject({ prefix: "acme", context: { shard: 7 }, source: "tenants", state: "built" });
  });
  it("gives foreign keys the type of the option, else that of the key they refer to", () => {
    class Token extends schema("tokens", {}, { primaryKey: { key: field.uuid({ autogenerate: true }) } }) {}
    class Said extends schema("saids", { movie: () => belongsTo(Movie) }, { foreignKeyType: field.uuid() }) {}
    class Inferred extends schema("inferreds", { token: () => belongsTo(Token) }) {}
    expect(Said.schema.types.movieId).toBe(types.uuid());
    expect(Inferred.schema.types.tokenId?.name).toBe("uuid");
    expect(Inferred.schema.association("token")?.relatedKeys).toEqual(["key"]);
  });
  it("merges house defaults of schema.with, timestamps too, below those of one schema", () => {
    const house = schema.with({
      primaryKey: { id: field.uuid({ autogenerate: true }) },
      timestamps: { type: "utcDatetime" },
      prefix: "house",
    });
    class A extends house("as", { name: field.string() }) {}
    class B extends house("bs", {}, { prefix: "other", timestamps: false }) {}
    expect(A.schema.fields).toEqual(["id", "name", "insertedAt", "updatedAt"]);
    expect(A.schema.types.insertedAt).toBe(types.utcDatetime());
    expect(A.schema.prefix).toBe("house");
    expect(B.schema.fields).toEqual(["id"]);
    expect(B.schema.prefix).toBe("other");
    class C extends house("cs", {}, { timestamps: true }) {}
    class D extends house("ds", {}, { timestamps: { updatedAt: false, insertedAt: "madeAt" } }) {}
    expect([C.schema.types.updatedAt, C.schema.fields]).toEqual([types.utcDatetime(), ["id", "insertedAt", "updatedAt"]]);
    expect([D.schema.types.madeAt, D.schema.fields]).toEqual([types.utcDatetime(), ["id", "madeAt"]]);
    const made: Date | null = D.build().madeAt;
    const updated: Date | null = C.build().updatedAt;
    // @ts-expect-error There is none.
    D.build().updatedAt;
    expect([made, updated]).toEqual([null, null]);
    const plain = schema.with({ timestamps: true });
    class E extends plain("es", {}, { timestamps: { type: "utcDatetimeUsec" } }) {}
    expect(E.schema.types.insertedAt?.name).toBe("utcDatetimeUsec");
    E.build().insertedAt satisfies Date | null;
    const none = schema.with({ timestamps: false });
    class F extends none("fs", {}, { timestamps: { updatedAt: false } }) {}
    expect([F.schema.fields, class extends none("gs", {}) {}.schema.fields]).toEqual([["id", "insertedAt"], ["id"]]);
  });
  it("the options of a belongsTo reach the field of its key", () => {
    class Kept extends schema("kept", {
      movie: () =>
        belongsTo(Movie, { default: 7, loadInQuery: false, readAfterWrites: true, writable: "insert", onWritableViolation: "raise" }),
    }) {}
    const { default: value, readAfterWrites, writable, onWritableViolation } = Kept.schema.fieldOrThrow("movieId");
    expect([value, Kept.schema.queryFields, readAfterWrites, writable, onWritableViolation]).toEqual([7, ["id"], true, "insert", "raise"]);
    expect(Kept.build().movieId).toBe(7);
  });
  it("lets the class say how its structs become JSON, and redacted fields print", () => {
    class Card extends schema("cards", { pin: field.string({ redact: true }) }, { inspectRedacted: true }) {
      toJSON() {
        return { id: this.id };
      }
    }
    expect(JSON.stringify(Card.build({ id: 1, pin: "1234" }))).toBe('{"id":1}');
    expect(Card.build({ pin: "1234" })).toSatisfy(
      (card: object) => String((card as never)[Symbol.for("nodejs.util.inspect.custom")]).length > 0,
    );
  });
  it("redacts all but the key, except where a field says otherwise", () => {
    class Secret extends schema("secrets", { a: field.string(), b: field.string({ redact: false }) }, { redact: "allExceptPrimaryKeys" }) {}
    expect(Secret.schema.redactFields).toEqual(["a"]);
  });
  it("maps names to columns", () => {
    class AsIs extends schema("as", { firstName: field.string(), x: field.string({ source: "Y" }) }, { columns: "asIs" }) {}
    class Upper extends schema("us", { firstName: field.string() }, { columns: (name) => name.toUpperCase() }) {}
    class Snake extends schema("ss", { firstName: field.string(), movie: () => belongsTo(Movie) }) {}
    expect(AsIs.schema.columns).toEqual({ id: "id", firstName: "firstName", x: "Y" });
    expect(Upper.schema.columns).toEqual({ id: "ID", firstName: "FIRSTNAME" });
    expect(Snake.schema.columns).toEqual({ id: "id", firstName: "first_name", movieId: "movie_id" });
  });
});

describe("fields", () => {
  it("refuses a name twice", () => {
    refuses({ movieId: field.id(), movie: () => belongsTo(Movie) }, {}, /"movieId".*declared twice/);
    refuses({ insertedAt: field.date() }, { timestamps: true }, /"insertedAt".*declared twice/);
  });
  it("refuses an option that no field has, and one that only another type has", () => {
    refuses({ title: field.string({ defualt: "x" } as never) }, {}, /"title".*unknown option "defualt"\. Did you mean "default"/);
    refuses({ title: field.string({ usec: true } as never) }, {}, /unknown option "usec"/);
  });
  it("refuses what is no type", () => {
    expect(() => field.of("nope" as never)).toThrow(/takes a type/);
    expect(() => field.of(Movie as never)).toThrow(/belongsTo/);
    expect(() => field.of({ type: "datetime", cast: ok, load: ok, dump: ok } as never)).toThrow(
      /unknown type "datetime"\. Use "utcDatetime"/,
    );
    expect(() => field.array("string" as never)).toThrow();
  });
  it("puts the default in new structs, and makes it anew where it is a function", () => {
    class A extends schema("as", { tags: field.array(field.string(), { default: () => [] }), kind: field.string({ default: "x" }) }) {}
    const [one, two] = [A.build(), A.build()];
    expect(one).toMatchObject({ tags: [], kind: "x" });
    expect(one.tags).not.toBe(two.tags);
  });
  it("checks the default against the type, unless told not to", () => {
    refuses({ age: field.integer({ default: "x" as never }) }, {}, /"age".*default is not of type integer/);
    class Loose extends schema("ls", { age: field.integer({ default: "x" as never, skipDefaultValidation: true }) }) {}
    expect(Loose.build().age).toBe("x");
  });
  it("has another column where source says so", () => {
    class A extends schema("as", { name: field.string({ source: "full_name" }) }) {}
    expect(A.schema.columns.name).toBe("full_name");
    refuses({ name: field.string({ source: 1 as never }) }, {}, /source is the column's name/);
  });
  it("is in the struct alone where it is virtual; only there a source schema takes any", () => {
    class A extends schema("as", { note: field.any({ virtual: true, default: 1 }) }) {}
    expect(A.schema.fields).toEqual(["id"]);
    expect(A.schema.virtualFields).toEqual(["note"]);
    expect(A.build().note).toBe(1);
    refuses({ x: field.any() }, {}, /any can only be virtual/);
    refuses({ x: field.string({ virtual: true, primaryKey: true }) }, {}, /virtual field has no column/);
  });
  it("lists what queries read and what writes read back", () => {
    class A extends schema("as", { big: field.text({ loadInQuery: false }), seq: field.integer({ readAfterWrites: true }) }) {}
    expect(A.schema.queryFields).toEqual(["id", "seq"]);
    expect(A.schema.readAfterWrites).toEqual(["seq"]);
  });
  it("generates by the type or by a function", () => {
    class A extends schema("as", {
      token: field.uuid({ autogenerate: true, version: 7 }),
      code: field.string({ autogenerate: () => "c" }),
    }) {}
    const make = (name: string) => (A.schema.field(name)!.autogenerate as () => string)();
    expect(make("token").charAt(14)).toBe("7");
    expect(make("code")).toBe("c");
    refuses({ x: field.string({ autogenerate: true }) }, {}, /cannot make values by itself/);
    refuses({}, { primaryKey: { id: field.id({ autogenerate: () => 1 }) } }, /numbered by the database/);
  });
  it("numbers one key of a table, and never with readAfterWrites or a lock on writing", () => {
    refuses({ x: field.id({ autogenerate: true }) }, {}, /only a primary key/);
    refuses({ x: field.id({ primaryKey: true }) }, {}, /"id" is it already/);
    refuses({ x: field.uuid({ autogenerate: true, readAfterWrites: true }) }, {}, /exclude each other/);
    refuses({ x: field.uuid({ autogenerate: true, writable: "insert" }) }, {}, /must be writable always/);
  });
  it("knows when a field may be written, and what happens otherwise", () => {
    class A extends schema(
      "as",
      { a: field.string({ writable: "insert" }), b: field.string({ writable: "never", onWritableViolation: "raise" }) },
      { onWritableViolation: "warn" },
    ) {}
    expect(A.schema.insertableFields).toEqual(["id", "a"]);
    expect(A.schema.updatableFields).toEqual(["id"]);
    expect(A.schema.field("a")!.onWritableViolation).toBe("warn");
    expect(A.schema.field("b")!.onWritableViolation).toBe("raise");
    refuses({ x: field.string({ writable: "sometimes" as never }) }, {}, /writable is "sometimes"; it may be "always", "insert", "never"/);
    refuses({ x: field.string({ onWritableViolation: "explode" as never }) }, {}, /onWritableViolation is "explode"/);
  });
});

describe("timestamps", () => {
  it("adds both fields, generated together", () => {
    class A extends schema("as", {}, { timestamps: true }) {}
    expect(A.schema.fields).toEqual(["id", "insertedAt", "updatedAt"]);
    expect(A.schema.field("insertedAt")!.autogenerateGroup).toBe(A.schema.field("updatedAt")!.autogenerateGroup);
    expect(A.schema.field("insertedAt")!.autoupdate).toBeNull();
    expect(A.schema.field("updatedAt")!.autoupdate).toBeTypeOf("function");
  });
  it("takes other names, columns, or none", () => {
    class A extends schema("as", {}, { timestamps: { insertedAt: "createdAt", updatedAt: false, insertedAtSource: "made" } }) {}
    expect(A.schema.columns).toEqual({ id: "id", createdAt: "made" });
  });
  it("takes any type of time, and a generator", () => {
    class A extends schema("as", {}, { timestamps: { type: "utcDatetimeUsec" } }) {}
    class B extends schema("bs", {}, { timestamps: { type: field.date() } }) {}
    class C extends schema("cs", {}, { timestamps: { type: field.bigint(), autogenerate: () => 5n } }) {}
    expect((A.schema.field("insertedAt")!.autogenerate as () => unknown)()).toBeInstanceOf(Date);
    expect((B.schema.field("updatedAt")!.autoupdate as () => unknown)()).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect((C.schema.field("updatedAt")!.autoupdate as () => unknown)()).toBe(5n);
    class Plain extends schema("ps", {}, { timestamps: true }) {}
    expect((Plain.schema.field("insertedAt")!.autogenerate as () => unknown)()).toBeInstanceOf(Date);
    refuses({}, { timestamps: { type: field.string() } }, /give autogenerate/);
  });
  it("lets insertedAt be written at insert only", () => {
    class A extends schema("as", {}, { timestamps: { insertedAtWritable: "insert", insertedAtOnWritableViolation: "raise" } }) {}
    expect(A.schema.field("insertedAt")).toMatchObject({ writable: "insert", onWritableViolation: "raise" });
    refuses({}, { timestamps: { insertedat: "x" } }, /unknown option "insertedat"\. Did you mean "insertedAt"/);
  });
});

describe("a parameterized type", () => {
  const seen: TypeContext[] = [];
  const Prefixed: ParameterizedType<string, { prefix: string }> = {
    init: (options, context) => {
      seen.push(context);
      if (!options.prefix) throw new Error("prefix is needed");
      return options;
    },
    type: () => "string",
    cast: (value, { prefix }) => ok(value === null ? null : `${prefix}${String(value)}`),
    load: (value: string | null) => value,
    dump: (value) => value,
  };
  it("is told the field and the schema where it is used, also inside an array and a map", () => {
    class A extends schema("as", {
      one: field.of(Prefixed, { prefix: "a" }),
      many: field.array(field.of(Prefixed, { prefix: "b" })),
      by: field.map(field.of(Prefixed, { prefix: "c" })),
    }) {}
    seen.length = 0;
    const { types: made } = A.schema;
    expect(seen).toEqual([
      { field: "one", schema: "A" },
      { field: "many", schema: "A" },
      { field: "by", schema: "A" },
    ]);
    expect(made.one?.cast("x")).toEqual(ok("ax"));
    expect(made.many?.cast(["x"])).toEqual(ok(["bx"]));
    expect(made.by?.cast({ k: "x" })).toEqual(ok({ k: "cx" }));
  });
  it("gives its foreign keys the same type", () => {
    class Keyed extends schema("ks", {}, { primaryKey: { code: field.of(Prefixed, { prefix: "p" }) } }) {}
    class Child extends schema("cs", { keyed: () => belongsTo(Keyed) }) {}
    expect(Child.schema.types.keyedId?.cast("1")).toEqual(ok("p1"));
  });
  it("lets a custom type make values, and stands in a field", () => {
    const Slug: CustomType<string> = {
      type: "string",
      cast: (value) => ok(String(value)),
      load: (value: string) => value,
      dump: (value) => value,
      autogenerate: () => "slug",
    };
    class A extends schema("as", { slug: field.of(Slug, { autogenerate: true }) }) {}
    expect((A.schema.field("slug")!.autogenerate as () => unknown)()).toBe("slug");
  });
});

describe("embeds", () => {
  class Address extends embeddedSchema({ street: field.string({ default: "Main" }) }) {}
  class Person extends schema("people", {
    home: embedsOne(() => Address),
    work: embedsOne(() => Address, { defaultsToStruct: true, source: "job", loadInQuery: false }),
    others: embedsMany(() => Address),
    birth: embedsOne({ city: field.string(), on: field.date() }, { primaryKey: false, onReplace: "update" }),
    pets: embedsMany({ name: field.string() }),
  }) {}
  it("start as null and as an empty list", () => {
    expect(Person.build()).toMatchObject({ home: null, others: [] });
    expect(Person.build().others).not.toBe(Person.build().others);
  });
  it("may start as a struct", () => {
    expect(Person.build().work).toBeInstanceOf(Address);
    expect(Person.build().work?.street).toBe("Main");
  });
  it("may be declared in place; the schema has the name of the field", () => {
    const birth = Person.schema.embed("birth");
    expect(birth?.related.name).toBe("Birth");
    expect(birth?.related.fields).toEqual(["city", "on"]);
    expect(Person.schema.embed("pets")?.related.primaryKey).toEqual(["id"]);
    expect(birth?.onReplace).toBe("update");
  });
  it("have a column, are left out of queries, and refuse a policy that they cannot have", () => {
    expect(Person.schema.columns.work).toBe("job");
    expect(Person.schema.queryFields).not.toContain("work");
    refuses(
      { x: embedsMany(() => Address, { onReplace: "update" }) },
      {},
      /onReplace is "update"; it may be "raise", "markAsInvalid", "delete"/,
    );
  });
  it("refuse a target that is no schema", () => {
    class Bad extends schema("bads", { x: embedsOne(() => String as never) }) {}
    expect(() => Bad.schema.embed("x")?.related).toThrow(/"x" of schema Bad: its target is not a schema/);
  });
});

describe("reflection", () => {
  class A extends schema("as", {
    name: field.string({ source: "n" }),
    note: field.string({ virtual: true }),
    home: embedsOne({ street: field.string() }),
    movie: () => belongsTo(Movie),
  }) {}
  it("knows the schema", () => {
    expect(A.schema).toMatchObject({
      source: "as",
      prefix: null,
      primaryKey: ["id"],
      fields: ["id", "name", "home", "movieId"],
      virtualFields: ["note"],
    });
  });
  it("knows a field, and nothing of an unknown one", () => {
    expect(A.schema.field("name")).toMatchObject({ column: "n", virtual: false });
    expect(A.schema.types.note).toBe(types.string());
    expect(A.schema.columns.note).toBeUndefined();
    expect(A.schema.field("nope")).toBeUndefined();
    expect(A.schema.types.nope).toBeUndefined();
  });
  it("knows associations and embeds, and nothing of unknown ones", () => {
    expect(A.schema.associations).toEqual(["movie"]);
    expect(A.schema.embeds).toEqual(["home"]);
    expect(A.schema.association("movie")).toMatchObject({
      kind: "belongsTo",
      cardinality: "one",
      ownerKeys: ["movieId"],
      relatedKeys: ["id"],
    });
    expect(A.schema.embed("home")).toMatchObject({ cardinality: "one" });
    expect([A.schema.association("nope"), A.schema.embed("nope"), A.schema.embed("name")]).toEqual([undefined, undefined, undefined]);
  });
  it("has a type for each field, virtual ones and embeds too", () => {
    expect(Object.keys(A.schema.types)).toEqual(["id", "name", "note", "home", "movieId"]);
  });
});
