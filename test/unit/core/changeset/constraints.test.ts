import type { ConstraintFailure } from "../../../../src/core/base/index.ts";
import { describe, expect, test, vi } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { addConstraintError, change, declaredText, matchConstraint, withAction } from "../../../../src/core/changeset/index.ts";
import { putMeta } from "../../../../src/core/schema/index.ts";
import { Actor, Address, Character, Film, Movie } from "./schemas.ts";
import { loaded, thrown } from "./support.ts";

const violation = (given: Partial<ConstraintFailure>): ConstraintFailure => ({
  kind: "unique",
  constraint: null,
  table: null,
  columns: [],
  ...given,
});
const movie = () => change(loaded(Movie.build({ id: 1 })));

describe("constraints", () => {
  test("are declared, and checked by the database alone", () => {
    expect(movie().uniqueConstraint("title").valid).toBe(true);
  });

  test("need a table", () => {
    expect(() => change(Address.build()).uniqueConstraint("street")).toThrow(/needs a table/);
    expect(() => change({ data: {}, types: { a: "string" } }).checkConstraint("a", { name: "c" })).toThrow(ArgumentError);
  });
});

describe("uniqueConstraint", () => {
  test("names the index by table and columns, and puts the error on the first field", () => {
    expect(change(Actor.build()).uniqueConstraint(["name", "id"]).constraints).toEqual([
      {
        type: "unique",
        constraint: "actors_full_name_id_index",
        match: "exact",
        field: "name",
        errorMessage: "has already been taken",
        errorType: "unique",
        columns: ["full_name", "id"],
      },
    ]);
  });

  test("takes the table of the struct, another key for the error, and another name", () => {
    expect(change(putMeta(Movie.build(), { source: "films" })).uniqueConstraint("title").constraints[0]?.constraint).toBe(
      "films_title_index",
    );
    expect(movie().uniqueConstraint("title", { errorKey: "base", name: "x", message: "is there" }).constraints[0]).toMatchObject({
      field: "base",
      constraint: "x",
      errorMessage: "is there",
    });
  });

  test("throws on unknown fields and options", () => {
    expect(thrown(() => movie().uniqueConstraint("titel" as never)).message).toContain('Did you mean "title"?');
    expect(movie().uniqueConstraint("elsewhere" as never, { name: "x" }).constraints[0]?.field).toBe("elsewhere");
    expect(() => movie().uniqueConstraint([])).toThrow(ArgumentError);
    expect(() => movie().uniqueConstraint("title", { nam: "x" } as never)).toThrow(/unknown option "nam"/);
    expect(() => movie().uniqueConstraint("title", { message: 1 } as never)).toThrow(ArgumentError);
  });
});

test("foreignKeyConstraint", () => {
  expect(change(Character.build()).foreignKeyConstraint("movieId").constraints[0]).toMatchObject({
    type: "foreignKey",
    constraint: "characters_movie_id_fkey",
    field: "movieId",
    errorMessage: "does not exist",
    errorType: "foreign",
  });
});

test("assocConstraint is for belongsTo, with the error on the association", () => {
  expect(change(Character.build()).assocConstraint("movie").constraints[0]).toMatchObject({
    constraint: "characters_movie_id_fkey",
    field: "movie",
    errorType: "assoc",
    errorMessage: "does not exist",
  });
  expect(() => movie().assocConstraint("characters")).toThrow(/noAssocConstraint/);
  expect(() => movie().assocConstraint("character" as never)).toThrow(/Did you mean "characters"/);
});

test("noAssocConstraint is for hasOne and hasMany", () => {
  expect(movie().noAssocConstraint("characters").constraints[0]).toMatchObject({
    constraint: "characters_movie_id_fkey",
    field: "characters",
    errorType: "noAssoc",
    errorMessage: "are still associated with this entry",
  });
  expect(movie().noAssocConstraint("distributor").constraints[0]?.errorMessage).toBe("is still associated with this entry");
  expect(() => movie().noAssocConstraint("actors")).toThrow(ArgumentError);
  expect(() => change(Character.build()).noAssocConstraint("movie")).toThrow(ArgumentError);
});

test("checkConstraint needs a name", () => {
  expect(movie().checkConstraint("year", { name: "year_is_late" }).constraints[0]).toMatchObject({
    type: "check",
    constraint: "year_is_late",
    errorMessage: "is invalid",
    errorType: "check",
  });
  expect(() => movie().checkConstraint("year", {})).toThrow(/needs the constraint's name/);
  expect(() => movie().checkConstraint("year", undefined as never)).toThrow(ArgumentError);
});

test("exclusionConstraint", () => {
  expect(movie().exclusionConstraint("releasedOn").constraints[0]).toMatchObject({
    type: "exclusion",
    constraint: "movies_released_on_exclusion",
    errorMessage: "violates an exclusion constraint",
    errorType: "exclusion",
  });
});

describe("matching", () => {
  const matches = (options: object, constraint: string) =>
    matchConstraint(movie().uniqueConstraint("title", options), violation({ constraint })) !== null;

  test("by the whole name, its end, its beginning, or an expression", () => {
    expect(matches({}, "movies_title_index")).toBe(true);
    expect(matches({}, "movies_title_index1")).toBe(false);
    expect(matches({ name: "title_index", match: "suffix" }, "movies_p1_title_index")).toBe(true);
    expect(matches({ name: "title_index", match: "suffix" }, "title_index_1")).toBe(false);
    expect(matches({ name: "movies_", match: "prefix" }, "movies_p1_title_index")).toBe(true);
    expect(matches({ name: "title", match: "prefix" }, "movies_title")).toBe(false);
    expect(matches({ name: /^movies_p\d+_title/ }, "movies_p12_title_index")).toBe(true);
    expect(matches({ match: /title/g }, "movies_title_index")).toBe(true);
    expect(matches({ match: /other/ }, "movies_title_index")).toBe(false);
  });

  test("throws where match cannot be meant", () => {
    expect(() => movie().uniqueConstraint("title", { name: /x/, match: "suffix" })).toThrow(ArgumentError);
    expect(() => movie().uniqueConstraint("title", { name: "x", match: /x/ })).toThrow(ArgumentError);
    expect(() => movie().uniqueConstraint("title", { match: "infix" as never })).toThrow(/"infix"/);
    expect(() => movie().uniqueConstraint("title", { name: 1 as never })).toThrow(ArgumentError);
  });

  test("wants the same kind, and the last declaration wins", () => {
    const cs = movie()
      .uniqueConstraint("title", { name: "x", message: "first" })
      .uniqueConstraint("year", { name: "x", message: "second" });
    expect(matchConstraint(cs, violation({ kind: "check", constraint: "x" }))).toBe(null);
    expect(matchConstraint(cs, violation({ kind: "notNull", constraint: "x" }))).toBe(null);
    expect(matchConstraint(cs, violation({ constraint: "x" }))?.[0]?.message).toBe("second");
  });
});

describe("databases that do not tell names", () => {
  test("a unique violation matches by columns in any order, by name otherwise", () => {
    const cs = movie().uniqueConstraint(["title", "year"], { name: "odd_name" });
    expect(matchConstraint(cs, violation({ table: "movies", columns: ["year", "title"] }))).toMatchObject([
      { field: "title", constraintName: "odd_name" },
    ]);
    expect(matchConstraint(cs, violation({ table: "movies", columns: ["title"] }))).toBe(null);
    const named = movie().uniqueConstraint("year", { name: "movies_title_index" });
    expect(matchConstraint(named, violation({ table: "movies", columns: ["title"] }))).not.toBe(null);
  });

  test("a foreign key violation takes the only declaration that fits, and never one of several", () => {
    const failed = violation({ kind: "foreignKey" });
    const film = change(Film.build());
    expect(matchConstraint(film, failed)).toBe(null);
    expect(matchConstraint(film.foreignKeyConstraint("studioId"), failed)?.[0]?.field).toBe("studioId");
    const two = change(Film.build()).foreignKeyConstraint("title").foreignKeyConstraint("studioId");
    expect(matchConstraint(two.putChange("studioId", 1), failed)).toBe(null);
    expect(matchConstraint(film.foreignKeyConstraint("studioId").checkConstraint("title", { name: "c" }), failed)?.[0]?.field).toBe(
      "studioId",
    );
  });

  test("a constraint of several names matches by each, its own first", () => {
    const cs = movie().uniqueConstraint("title", { name: "own" }).uniqueConstraint("year", { name: "usual" });
    expect(matchConstraint(cs, violation({ constraint: "own", others: ["usual"] }))?.[0]).toMatchObject({
      field: "title",
      constraintName: "own",
    });
    expect(matchConstraint(cs, violation({ constraint: "else", others: ["usual"] }))?.[0]).toMatchObject({
      field: "year",
      constraintName: "else",
    });
  });

  test("a delete means the rows that refer to this one", () => {
    const failed = violation({ kind: "foreignKey" });
    const cs = movie().noAssocConstraint("characters");
    expect(matchConstraint(withAction(cs, "delete") as typeof cs, failed)?.[0]).toMatchObject({
      field: "characters",
      constraint: "noAssoc",
    });
    expect(matchConstraint(withAction(cs, "update") as typeof cs, failed)).toBe(null);
  });

  test("a check without a name matches where a single one is declared", () => {
    const failed = violation({ kind: "check" });
    expect(matchConstraint(movie().checkConstraint("year", { name: "a" }), failed)).not.toBe(null);
    expect(matchConstraint(movie().checkConstraint("year", { name: "a" }).checkConstraint("year", { name: "b" }), failed)).toBe(null);
  });
});

test("a constraint error tells the kind and the database's name", () => {
  const cs = addConstraintError(movie().uniqueConstraint("title"), violation({ constraint: "movies_title_index" }));
  expect(cs?.valid).toBe(false);
  expect(cs?.errors).toEqual([
    { field: "title", message: "has already been taken", constraint: "unique", constraintName: "movies_title_index" },
  ]);
});

test("an undeclared violation is nobody's error, and the declared ones can be listed", () => {
  const cs = movie().uniqueConstraint("title").checkConstraint("year", { name: "late", match: "suffix" });
  expect(addConstraintError(cs, violation({ constraint: "other" }))).toBe(null);
  expect(declaredText(cs)).toContain("movies_title_index (unique)");
  expect(declaredText(cs)).toContain("late (check, by suffix)");
  expect(declaredText(movie())).toContain("no constraint");
});

test("an error lands on the nested changeset that declared the constraint", () => {
  const cs = change(Movie.build()).putAssoc("actors", [{ name: "a" }, change(Actor.build({ name: "b" })).uniqueConstraint("name")]);
  const [first, second] = cs.changes.actors ?? [];
  const failed = addConstraintError(second as never, violation({ constraint: "actors_full_name_index" }));
  const parent = Object.assign(
    cs.pipe((one) => change(one)),
    { changes: { actors: [first, failed] } },
  );
  expect(parent.traverseErrors().actors).toEqual([{}, { name: ["has already been taken"] }]);
});

test("prepareChanges keeps functions in the order of their declaration", () => {
  const one = <C>(cs: C) => cs;
  const two = <C>(cs: C) => cs;
  expect(movie().prepareChanges(one).prepareChanges(two).prepare).toEqual([one, two]);
  expect(() => movie().prepareChanges(1 as never)).toThrow(ArgumentError);
});

describe("optimisticLock", () => {
  test("filters by the current value and counts up inside the repo only", async () => {
    const cs = change(loaded(Movie.build({ lockVersion: 3 }))).optimisticLock("lockVersion");
    expect(cs.filters).toEqual({ lockVersion: 3 });
    expect(cs.changes).toEqual({});
    expect((await cs.prepare[0]?.(cs))?.changes).toEqual({ lockVersion: 4 });
  });

  test("rolls over after the largest integer, or counts as it is told", async () => {
    const last = change(loaded(Movie.build({ lockVersion: 2_147_483_647 }))).optimisticLock("lockVersion");
    expect((await last.prepare[0]?.(last))?.changes.lockVersion).toBe(1);
    const own = change(loaded(Movie.build({ tagline: "v1" }))).optimisticLock("tagline", (current) => `${current}+`);
    expect((await own.prepare[0]?.(own))?.changes.tagline).toBe("v1+");
  });

  test("null warns, does not filter, and becomes 1", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const cs = change(loaded(Movie.build({ lockVersion: null }))).optimisticLock("lockVersion");
    expect(warn).toHaveBeenCalledOnce();
    expect(cs.filters).toEqual({});
    expect((await cs.prepare[0]?.(cs))?.changes.lockVersion).toBe(1);
  });
});
