import { from, inspect, map, QueryError, struct } from "ectype";
import { expect, test } from "vitest";
import { rowLoader } from "../../../../src/core/plan/index.ts";
import { infoOf, type SchemaInfo } from "../../../../src/core/schema/index.ts";
import { Movie } from "../../../../src/testing/cases/queries/schemas.ts";

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ["an unknown field", ["titel"], /no field "titel"\. Did you mean "title"/],
  ["an unknown association", ["id", { charactrs: ["id"] }], /Movie has no association "charactrs"\. Did you mean "characters"/],
  ["one beside one that is known", ["id", { characters: ["id"], actor: ["id"] }], /no association "actor"\. Did you mean "actors"/],
  ["an unknown field below", ["id", { characters: ["nam"] }], /Character has no field "nam"\. Did you mean "name"/],
  ["one further below", ["id", { characters: ["id", { movie: ["titel"] }] }], /Movie has no field "titel"/],
  ["an association as a field below", ["id", { characters: ["movie"] }], /"movie" of Character is an association.*\{ movie: \["…"\] \}/],
  ["a virtual field below", ["id", { characters: ["id", { movie: ["shout"] }] }], /"shout" of Movie is virtual/],
  ["a list for a field", ["id", { title: ["id"] }], /"title" of Movie is a field.*without a list/],
  ["a list for an embed", ["id", { studio: ["name"] }], /"studio" of Movie is a field.*without a list/],
  ["no fields", [], /at least one field/],
  ["no fields of its own", [{ characters: ["id"] }], /at least one field beside lists/],
  ["no fields below", ["id", { characters: [] }], /"characters" takes a list of at least one field/],
  ["no fields of its own below", ["id", { characters: [{ movie: ["id"] }] }], /"characters" takes at least one field beside lists/],
  ["a text for a list", ["id", { characters: "id" }], /"characters" takes a list of fields, not a string/],
  ["undefined for a list", ["id", { characters: undefined }], /"characters" takes a list of fields, not undefined/],
  ["a number", ["id", 3], /names of fields, and lists of them for associations, not a number/],
  ["null", ["id", null], /not null/],
  ["a list in a list", ["id", ["title"]], /not a list/],
  ["a struct", ["id", Movie.build({ title: "x" })], /not a Movie/],
];

test.each(wrong)("a list of fields with %s", (_, list, message) => {
  const refused = (build: () => unknown) => {
    expect(build).toThrow(QueryError);
    expect(build).toThrow(message);
  };
  refused(() => from(Movie).select((m) => struct(m, list as never)));
  refused(() => from(Movie).select((m) => map(m, list as never)));
  refused(() => from(Movie).select(list as never));
  refused(() => from(Movie, { select: list as never }));
});

test("what is no list", () => {
  for (const list of ["id", null, undefined, 1, { characters: ["id"] }])
    expect(() => from(Movie).select((m) => struct(m, list as never))).toThrow(/takes a list of fields|takes an object/);
});

test("lists for associations need a schema", () => {
  const list = ["id", { characters: ["id"] }] as never;
  expect(() => from("movies").select(list)).toThrow(/"characters" cannot have a list of fields, since the source has no schema/);
  expect(() => from("movies").select((m) => map(m, list))).toThrow(/"characters" cannot have a list of fields/);
});

test("the lists print as they were given", () => {
  const query = from(Movie).select((m) => struct(m, ["id", { characters: ["name", { movie: ["id"] }], actors: ["id"] }]));
  expect(inspect(query)).toBe(
    '#Query<from m0 in Movie, select: struct(m0, ["id", { characters: ["name", { movie: ["id"] }] }, { actors: ["id"] }])>',
  );
});

test.each([true, false])("the root as a plain object is where preloads start, code made at run time: %s", (generate) => {
  const fields = [{ name: "id", at: 0, type: null }];
  const info = infoOf(Movie) as SchemaInfo;
  const load = rowLoader({ kind: "map", info, fields, meta: null, nullable: false, root: true }, () => null, generate);
  const roots: object[] = [];
  const made = load([1], roots);
  expect(made).toEqual({ id: 1 });
  expect(roots).toEqual([made]);
  expect(roots[0]).toBe(made);
});
