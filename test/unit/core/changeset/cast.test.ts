import { describe, expect, test } from "vitest";
import { cast, change, emptyValues, type Params } from "../../../../src/core/changeset/index.ts";
import { ArgumentError, CastError } from "../../../../src/core/base/index.ts";
import { customType, Decimal, err, ok, types } from "./imports.ts";
import { Actor, Movie, Person } from "./schemas.ts";
import { loaded, thrown } from "./support.ts";

const movie = () => Movie.build();

describe("the value of a changeset", () => {
  test("holds what Ecto's holds", () => {
    const cs = cast(movie(), { title: "Bright" }, ["title"]);
    expect(cs).toMatchObject({
      valid: true,
      changes: { title: "Bright" },
      errors: [],
      required: [],
      action: null,
      emptyValues: [""],
      repo: null,
      repoOpts: {},
    });
    expect(cs).toMatchObject({ params: { title: "Bright" }, validations: [], constraints: [], filters: {}, prepare: [] });
    expect(cs.data).toBeInstanceOf(Movie);
    expect(cs.types.year).toBe(types.integer());
  });

  test("never changes: every step gives another", () => {
    const first = cast(movie(), {}, ["title"]);
    const second = first.validateRequired("title");
    expect(second).not.toBe(first);
    expect(first.valid).toBe(true);
    expect(second.valid).toBe(false);
  });
});

describe("cast", () => {
  test("converts by type and takes permitted fields only", () => {
    const cs = cast(movie(), { title: "Bright", year: "2017", rating: "6.3", seen: "12", price: 1, nope: 1 }, [
      "title",
      "year",
      "rating",
      "seen",
    ]);
    expect(cs.changes).toEqual({ title: "Bright", year: 2017, rating: new Decimal("6.3"), seen: 12n });
    expect(cs.valid).toBe(true);
  });

  test("takes a struct, a changeset or data with types", () => {
    expect(cast(change(movie(), { tagline: "x" }), { title: "y" }, ["title"]).changes).toEqual({ tagline: "x", title: "y" });
    expect(cast({ data: { age: 1 }, types: { age: "integer" } }, { age: "2" }, ["age"]).changes).toEqual({ age: 2 });
    expect(() => cast("movie" as never, {}, [])).toThrow(ArgumentError);
    expect(() => cast(null as never, {}, [])).toThrow(ArgumentError);
    expect(() => cast({} as never, {}, [])).toThrow(ArgumentError);
  });
});

describe("the shapes of params", () => {
  test("anything but a plain object or a form is a CastError", () => {
    for (const params of [null, undefined, "title=x", 1, [], [["title", "x"]], new Map(), new Date(), movie(), change(movie())]) {
      expect(() => cast(movie(), params as never, ["title"])).toThrow(CastError);
    }
  });

  test("a struct as params is named in the error, and its values are not", () => {
    const error = thrown(() => cast(movie(), Movie.build({ secret: "hidden" }) as never, []));
    expect(error.message).toContain("a Movie struct");
    expect(error.message).not.toContain("hidden");
  });

  test("mixed keys are a CastError", () => {
    expect(() => cast(movie(), { title: "x", [Symbol("title")]: "y" } as never, ["title"])).toThrow(CastError);
  });

  test('"invalid" gives an invalid changeset without errors and params', () => {
    const cs = cast(movie(), "invalid", ["title"]);
    expect(cs).toMatchObject({ valid: false, errors: [], params: null, changes: {} });
    expect(() => cast(movie(), "invalid", ["titel" as never])).toThrow(ArgumentError);
  });

  test("inherited keys are no params", () => {
    const params = Object.create({ title: "x" }) as Params;
    expect(() => cast(movie(), params, ["title"])).toThrow(CastError);
    expect(cast({ data: {}, types: { constructor: "string", toString: "any" } }, {}, ["constructor", "toString"] as never).changes).toEqual(
      {},
    );
  });

  test("forms nest by brackets", () => {
    const form = new URLSearchParams("title=Bright&actors[0][name]=Gary&actors[1][name]=Ann&tags[]=a&tags[]=b&deep[a][b][]=1");
    const cs = cast(movie(), form, ["title", "tags"]);
    expect(cs.changes).toEqual({ title: "Bright", tags: ["a", "b"] });
    expect(cs.params).toMatchObject({ actors: { 0: { name: "Gary" }, 1: { name: "Ann" } }, deep: { a: { b: ["1"] } } });
  });

  test("forms may list entries without indexes", () => {
    const form = new URLSearchParams("actors[][name]=Gary&actors[][age]=3&actors[][name]=Ann");
    expect(cast(movie(), form, []).params).toMatchObject({ actors: [{ name: "Gary", age: "3" }, { name: "Ann" }] });
  });

  test("FormData is read, files are kept as they are", () => {
    const form = new FormData();
    form.append("title", "Bright");
    form.append("poster", new Blob(["x"]), "x.png");
    const cs = cast(movie(), form, ["title"]);
    expect(cs.changes).toEqual({ title: "Bright" });
    expect(cs.params?.poster).toBeInstanceOf(Blob);
  });

  test("a form cannot reach prototypes, nor nest without end, and odd brackets are plain names", () => {
    const cs = cast(
      movie(),
      new URLSearchParams("__proto__[polluted]=1&constructor[prototype][polluted]=1&a]b[=1&[x]=2&a[b=3&a[b]c]=4"),
      [],
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(cs.params).toMatchObject({ "a]b[": "1", "[x]": "2", "a[b": "3", "a[b]c]": "4" });
    const deep = cast(movie(), new URLSearchParams(`title${"[b]".repeat(10_000)}=1`), ["title"]);
    expect(deep.traverseErrors()).toEqual({ title: ["is invalid"] });
  });
});

describe("the permitted fields", () => {
  test("an unknown one throws with a suggestion and the known fields", () => {
    const { message } = thrown(() => cast(movie(), {}, ["titel" as never]));
    expect(message).toContain('Did you mean "title"?');
    expect(message).toContain("tagline");
  });

  test("associations and embeds name their own functions, a through association is read-only", () => {
    expect(thrown(() => cast(movie(), {}, ["actors" as never])).message).toContain('.castAssoc("actors")');
    expect(thrown(() => cast(Person.build(), {}, ["home"])).message).toContain('.castEmbed("home")');
    expect(thrown(() => cast(movie(), {}, ["critics" as never])).message).toContain("read-only");
  });

  test("names that are no text, and no list at all, throw", () => {
    expect(() => cast(movie(), {}, [1 as never])).toThrow(ArgumentError);
    expect(() => cast(movie(), {}, "title" as never)).toThrow(ArgumentError);
    expect(() => cast(movie(), {}, ["title"], { force: true } as never)).toThrow(/unknown option "force"/);
  });
});

describe("values that cannot be cast", () => {
  test('give "is invalid" with the type', () => {
    const cs = cast(movie(), { year: "x", tags: "y", title: 1 }, ["title", "year", "tags"]);
    expect(cs.errors).toEqual([
      { field: "title", message: "is invalid", type: "string", validation: "cast" },
      { field: "year", message: "is invalid", type: "integer", validation: "cast" },
      { field: "tags", message: "is invalid", type: "array of string", validation: "cast" },
    ]);
    expect(cs.valid).toBe(false);
    expect(cs.changes).toEqual({});
  });

  test("a custom type gives its own message and metadata", () => {
    const even = customType({
      type: "integer",
      load: (v: number) => v,
      dump: (v: number) => v,
      cast: (v) => (Number(v) % 2 === 0 ? ok(Number(v)) : err({ message: "is odd", by: 1 })),
    });
    const cs = cast({ data: {}, types: { n: even } }, { n: "3" }, ["n"]);
    expect(cs.errors).toMatchObject([{ field: "n", message: "is odd", by: 1, validation: "cast" }]);
  });
});

describe("messages of one's own", () => {
  test("a function of field and metadata makes the text, or null for the usual one", () => {
    const message = (field: string, meta: Readonly<Record<string, unknown>>) => (field === "year" ? `no ${String(meta.type)}` : null);
    const cs = cast(movie(), { year: "x", price: "y" }, ["year", "price"], { message });
    expect(cs.errors.map((error) => error.message)).toEqual(["no integer", "is invalid"]);
  });

  test("a function of another shape throws", () => {
    expect(() => cast(movie(), {}, [], { message: ((_a: 1, _b: 2, _c: 3) => null) as never })).toThrow(ArgumentError);
    expect(() => cast(movie(), {}, [], { message: "no" as never })).toThrow(ArgumentError);
  });
});

test("forceChanges keeps values that equal the data", () => {
  const data = loaded(Movie.build({ title: "Bright", year: 2017 }));
  expect(cast(data, { title: "Bright", year: "2017" }, ["title", "year"]).changes).toEqual({});
  expect(cast(data, { title: "Bright" }, ["title"], { forceChanges: true }).changes).toEqual({ title: "Bright" });
});

describe("empty values and trimming", () => {
  test("blank text becomes the field's default, else null; other text keeps its spaces", () => {
    const data = loaded(Movie.build({ title: "x", tagline: "y", price: 1, status: "public" }));
    const cs = cast(data, { title: "   ", tagline: " z ", price: "", status: "" }, ["title", "tagline", "price", "status"]);
    expect(cs.changes).toEqual({ title: null, tagline: " z ", price: 9.5, status: "draft" });
  });

  test("empty elements leave a list, and then the list itself is compared", () => {
    const data = loaded(Movie.build({ tags: ["x"], labels: ["y"] }));
    expect(cast(data, { tags: ["", " ", "a"] }, ["tags"]).changes).toEqual({ tags: ["a"] });
    expect(cast(data, { tags: [""] }, ["tags"]).changes).toEqual({ tags: [] });
    expect(cast(data, { tags: [""], labels: [""] }, ["tags", "labels"], { emptyValues: ["", []] }).changes).toEqual({
      tags: null,
      labels: ["new"],
    });
  });
});

describe("the empty values", () => {
  test('are [""] unless said otherwise', () => {
    expect(emptyValues()).toEqual([""]);
    const cs = cast(loaded(Movie.build({ title: "x" })), { title: "none", tagline: "" }, ["title", "tagline"], { emptyValues: ["none"] });
    expect(cs.changes).toEqual({ title: null, tagline: "" });
  });

  test("as an option on a changeset they are for this cast alone", () => {
    const cs = cast(cast(movie(), {}, []), { title: "none" }, ["title"], { emptyValues: ["none"] });
    expect(cs.emptyValues).toEqual([""]);
    // The option is of one cast, also of the first; what is set on the changeset is of all that come.
    const first = cast(movie(), { title: "none" }, ["title"], { emptyValues: ["none"] });
    expect(first.emptyValues).toEqual([""]);
    expect(first.cast({ tagline: "none" }, ["tagline"]).changes).toMatchObject({ tagline: "none" });
    const set = change(movie()).withEmptyValues([...emptyValues(), "none"]);
    expect(cast(set, { title: "none", tagline: "" }, ["title", "tagline"]).changes).toEqual({});
    expect(change(movie()).putChange("title", "none").withEmptyValues(["none"]).validateRequired("title").valid).toBe(false);
    expect(() => change(movie()).withEmptyValues("" as never)).toThrow(ArgumentError);
    expect(cs.cast({ title: "none" }, ["title"]).changes).toEqual({ title: "none" });
  });

  test("functions among them throw", () => {
    expect(() => cast(movie(), {}, [], { emptyValues: [() => true] })).toThrow(/trimValues/);
    expect(() => cast(movie(), {}, [], { emptyValues: "" as never })).toThrow(ArgumentError);
  });
});

test("trimming may be replaced, and bytes are not trimmed", () => {
  expect(cast(movie(), { title: " " }, ["title"], { trimValues: (_, value) => value }).changes).toEqual({ title: " " });
  expect(cast(movie(), { bytes: " " }, ["bytes"]).changes).toEqual({ bytes: new Uint8Array([32]) });
  expect(cast(movie(), { bytes: "" }, ["bytes"]).changes).toEqual({});
  expect(() => cast(movie(), {}, [], { trimValues: true as never })).toThrow(ArgumentError);
});

test("a missing param leaves the field, null sets null, undefined is missing", () => {
  const data = loaded(Movie.build({ title: "x", tagline: "y", year: 1 }));
  expect(cast(data, { tagline: null, year: undefined }, ["title", "tagline", "year"]).changes).toEqual({ tagline: null });
});

test("casts add up: params and changes merge, errors unite, one invalid cast stays", () => {
  const cs = cast(movie(), { title: "x", year: "a" }, ["title", "year"]);
  const again = cs.cast({ title: "y", price: "b", year: "a" }, ["title", "price", "year"]);
  expect(again.params).toEqual({ title: "y", price: "b", year: "a" });
  expect(again.changes).toEqual({ title: "y" });
  expect(again.errors.map((error) => error.field)).toEqual(["year", "price"]);
  expect(again.cast({ title: "z" }, ["title"]).valid).toBe(false);
});

test("a changeset needs no schema, and then has no relations", () => {
  const source = {
    data: { age: 1 },
    types: { age: "integer", tags: types.array("string"), kind: types.enum(["a", "b"]), at: "utcDatetime" },
  } as const;
  const cs = cast(source, { age: "2", tags: ["x"], kind: "b", at: "2026-11-22T00:00:00Z" }, ["age", "tags", "kind", "at"]);
  expect(cs.applyChanges()).toEqual({ age: 2, tags: ["x"], kind: "b", at: new Date("2026-11-22T00:00:00Z") });
  expect(source.data).toEqual({ age: 1 });
  expect(cast(source, { kind: "c" }, ["kind"]).valid).toBe(false);
  expect(() => cs.castAssoc("tags" as never)).toThrow(/without a schema/);
  expect(() => cast({ data: {}, types: { age: "number" as never } }, {}, ["age"])).toThrow(ArgumentError);
});

test("cast compares with the pending change first", () => {
  const data = loaded(Movie.build({ title: "a" }));
  const cs = change(data, { title: "b" });
  expect(cs.cast({ title: "b" }, ["title"]).changes).toEqual({ title: "b" });
  expect(cs.cast({ title: "a" }, ["title"]).changes).toEqual({ title: "a" });
});

test("casting 1,000 children takes time in proportion", () => {
  const params = (count: number) => ({ title: "x", actors: Array.from({ length: count }, (_, at) => ({ name: `Actor ${at}` })) });
  const time = (count: number) => {
    // Time of this process alone, whatever else the machine is busy with.
    const start = process.cpuUsage();
    const cs = cast(movie(), params(count), ["title"]).castAssoc("actors");
    expect(cs.changes.actors).toHaveLength(count);
    return process.cpuUsage(start).user / 1000;
  };
  time(1000);
  const small = Math.min(time(1000), time(1000), time(1000));
  expect(Math.min(time(8000), time(8000))).toBeLessThan(Math.max(small, 2) * 8 * 6);
  expect(Actor.schema.name).toBe("Actor");
});
