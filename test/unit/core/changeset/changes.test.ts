import { describe, expect, test, vi } from "vitest";
import { ArgumentError, InvalidChangesetError, NotLoadedError } from "../../../../src/core/base/index.ts";
import { cast, change, isChangeset, withRepo } from "../../../../src/core/changeset/index.ts";
import { meta } from "../../../../src/core/schema/index.ts";
import { Decimal } from "./imports.ts";
import { Actor, Character, Film, Movie, Studio } from "./schemas.ts";
import { loaded, thrown } from "./support.ts";

const bright = () => loaded(Movie.build({ id: 1, title: "Bright", tagline: "x", rating: new Decimal("1.0") }));

describe("change", () => {
  test("builds on a struct, a changeset, or data with types, without validation", () => {
    expect(change(bright()).changes).toEqual({});
    expect(change(bright(), { title: "Dark" }).changes).toEqual({ title: "Dark" });
    expect(change(change(bright(), { title: "Dark" }), { tagline: "y" }).changes).toEqual({ title: "Dark", tagline: "y" });
    expect(change({ data: { a: 1 }, types: { a: "integer" } }, { a: 2 }).changes).toEqual({ a: 2 });
    expect(change(bright(), { year: "x" as never }).valid).toBe(true);
  });

  test("throws on unknown names and on anything but an object", () => {
    expect(thrown(() => change(bright(), { titel: "x" } as never)).message).toContain('Did you mean "title"?');
    expect(() => change(bright(), { critics: [] } as never)).toThrow(/read-only/);
    for (const changes of ["title", 1, null, [["title", "x"]], bright()])
      expect(() => change(bright(), changes as never)).toThrow(ArgumentError);
  });
});

describe("equal values are no changes", () => {
  test("by the type's rules", () => {
    expect(change(bright(), { title: "Bright", rating: new Decimal("1.00") }).changes).toEqual({});
  });

  test("setting back takes the earlier change away", () => {
    expect(change(bright(), { title: "Dark" }).putChange("title", "Bright").changes).toEqual({});
    expect(change(bright(), { title: "Dark" }).change({ title: "Bright" }).changes).toEqual({});
  });

  test("the force variants keep them", () => {
    expect(change(bright()).forceChange("title", "Bright").changes).toEqual({ title: "Bright" });
  });
});

test("putChange puts without a cast, and relations as putAssoc does", () => {
  expect(change(bright()).putChange("year", 2017).changes).toEqual({ year: 2017 });
  expect(() => change(bright()).putChange("titel" as never, "x" as never)).toThrow(ArgumentError);
  const cs = change(Movie.build()).putChange("actors" as never, [{ name: "Gary" }] as never);
  expect(isChangeset((cs.changes.actors as unknown[])[0])).toBe(true);
});

test("forceChange refuses relations and unknown fields", () => {
  expect(thrown(() => change(bright()).forceChange("actors" as never, [] as never)).message).toContain("putAssoc");
  expect(() => change(bright()).forceChange("titel" as never, "x" as never)).toThrow(ArgumentError);
});

test("updateChange maps a change that is there", () => {
  expect(change(bright(), { title: "dark" }).updateChange("title", (title) => `${title}`.toUpperCase()).changes).toEqual({ title: "DARK" });
  expect(change(bright(), { title: "dark" }).updateChange("title", () => "Bright").changes).toEqual({});
  expect(change(bright()).updateChange("title", () => "x").changes).toEqual({});
});

test("deleteChange takes a change away", () => {
  expect(change(bright(), { title: "Dark", year: 1 }).deleteChange("title").changes).toEqual({ year: 1 });
  const cs = change(bright());
  expect(cs.deleteChange("title")).toBe(cs);
});

test("getChange and fetchChange read changes only", () => {
  const cs = change(bright(), { tagline: null });
  expect(cs.getChange("tagline")).toBe(null);
  expect(cs.getChange("title")).toBe(null);
  expect(cs.getChange("title", "none")).toBe("none");
  expect(cs.fetchChange("tagline")).toEqual({ ok: true, value: null });
  expect(cs.fetchChange("title")).toEqual({ ok: false, error: "title" });
  expect(cs.fetchChangeOrThrow("tagline")).toBe(null);
  expect(() => cs.fetchChangeOrThrow("title")).toThrow(ArgumentError);
});

describe("getField and fetchField", () => {
  test("read the change, else the data, and say which", () => {
    const cs = change(bright(), { title: "Dark" });
    expect(cs.getField("title")).toBe("Dark");
    expect(cs.getField("tagline")).toBe("x");
    expect(cs.fetchField("title")).toEqual({ ok: true, value: "Dark", source: "changes" });
    expect(cs.fetchField("tagline")).toEqual({ ok: true, value: "x", source: "data" });
    expect(cs.fetchField("nope" as never)).toEqual({ ok: false, error: "nope" });
    expect(cs.fetchField("constructor" as never)).toEqual({ ok: false, error: "constructor" });
    expect(() => cs.fetchFieldOrThrow("nope" as never)).toThrow(ArgumentError);
  });

  test("relations are structs with changes applied, deleted and replaced ones left out", () => {
    const [one, two] = [loaded(Film.build({ id: 1, title: "a" })), loaded(Film.build({ id: 2, title: "b" }))];
    const studio = loaded(Studio.build({ id: 1, deleting: [one, two] }));
    const cs = change(studio, { deleting: [{ id: 1, title: "c" }] } as never);
    const films = cs.getField("deleting" as never) as Film[];
    expect(films.map((film) => film.title)).toEqual(["c"]);
    expect(() => change(bright()).getField("actors" as never)).toThrow(NotLoadedError);
    expect(change(Movie.build()).getField("actors")).toEqual([]);
  });
});

test("getAssoc gives changesets, unchanged ones too, or structs", () => {
  const movie = Movie.build({ actors: [Actor.build({ name: "Gary" })] });
  const cs = change(movie);
  expect(cs.getAssoc("actors").map((one) => one.changes)).toEqual([{}]);
  expect(cs.getAssoc("actors", "struct")).toEqual(movie.actors);
  expect(change(Movie.build()).getAssoc("distributor")).toBe(null);
  expect(cs.putAssoc("actors", [{ name: "Ann" }]).getAssoc("actors")[0]?.changes).toEqual({ name: "Ann" });
  expect(() => cs.getAssoc("title" as never)).toThrow(ArgumentError);
});

describe("changed", () => {
  test("tells whether, from what and to what", () => {
    const cs = change(bright(), { title: "Dark", rating: new Decimal(2) });
    expect(cs.changed("title")).toBe(true);
    expect(cs.changed("tagline")).toBe(false);
    expect(cs.changed("title", { from: "Bright", to: "Dark" })).toBe(true);
    expect(cs.changed("title", { from: "x" })).toBe(false);
    expect(cs.changed("title", { to: "x" })).toBe(false);
    expect(cs.changed("rating", { to: new Decimal("2.00") })).toBe(true);
    expect(cs.changed("tagline", { from: "x" })).toBe(false);
  });

  test("asks relations for changes inside, without options", () => {
    const cs = change(Movie.build()).putAssoc("actors", [{ name: "x" }]);
    expect(cs.changed("actors")).toBe(true);
    expect(() => cs.changed("actors", { to: [] })).toThrow(ArgumentError);
    expect(() => cs.changed("nope" as never)).toThrow(ArgumentError);
    expect(() => change(bright(), { title: "Dark" }).changed("title", { of: 1 } as never)).toThrow(ArgumentError);
    const linked = change(Movie.build()).putAssoc("actors", [loaded(Actor.build({ id: 1 }))]);
    expect(linked.changed("actors")).toBe(false);
  });
});

test("fieldMissing sees null and empty values", () => {
  expect(change(bright(), { tagline: null }).fieldMissing("tagline")).toBe(true);
  expect(change(bright(), { tagline: "" }).fieldMissing("tagline")).toBe(true);
  expect(change(bright()).fieldMissing("tagline")).toBe(false);
  expect(() => change(bright()).fieldMissing("nope" as never)).toThrow(ArgumentError);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(change(Movie.build()).fieldMissing("characters")).toBe(false);
  expect(warn).toHaveBeenCalledOnce();
});

describe("applyChanges", () => {
  test("gives a copy with all changes, of the same class and state", () => {
    const movie = bright();
    const applied = change(movie, { title: "Dark" }).applyChanges();
    expect(applied).toBeInstanceOf(Movie);
    expect(applied.title).toBe("Dark");
    expect(movie.title).toBe("Bright");
    expect(meta(applied).state).toBe("loaded");
    expect(change(movie).applyChanges()).toBe(movie);
  });

  test("sets the foreign key of a parent that was put", () => {
    const applied = change(Character.build({ name: "x" }))
      .putAssoc("movie", bright())
      .applyChanges();
    expect(applied.movieId).toBe(1);
    expect(applied.movie?.title).toBe("Bright");
    expect(
      change(loaded(Character.build({ movie: bright(), movieId: 1 })))
        .putChange("movie" as never, null as never)
        .applyChanges().movieId,
    ).toBe(null);
  });

  test("applies nested changes", () => {
    const applied = change(Movie.build())
      .putAssoc("actors", [{ name: "Gary" }])
      .applyChanges();
    expect(applied.actors.map((actor) => actor.name)).toEqual(["Gary"]);
  });
});

describe("applyAction", () => {
  test("gives the data, or the changeset with the action", () => {
    const cs = cast(Movie.build(), { title: "x" }, ["title"]);
    expect(cs.applyAction("insert")).toMatchObject({ ok: true, value: { title: "x" } });
    const failed = cs.addError("title", "is odd").applyAction("insert");
    expect(failed).toMatchObject({ ok: false, error: { action: "insert", valid: false } });
    expect(() => cs.applyAction(1 as never)).toThrow(ArgumentError);
  });

  test("throws an error that tells the messages and no redacted value", () => {
    const cs = change(Movie.build(), { secret: "hidden", tagline: "shown" }).addError("title", "is odd");
    const error = thrown(() => cs.applyActionOrThrow("insert"));
    expect(error).toBeInstanceOf(InvalidChangesetError);
    expect((error as InvalidChangesetError<typeof cs>).changeset.action).toBe("insert");
    expect(error.message).toContain("could not insert Movie");
    expect(error.message).toContain("is odd");
    expect(error.message).toContain("shown");
    expect(error.message).not.toContain("hidden");
    expect(cast(Movie.build(), { title: "x" }, ["title"]).applyActionOrThrow("insert").title).toBe("x");
  });
});

describe("merge", () => {
  test("joins two changesets of the same data, the second wins", () => {
    const movie = bright();
    const one = cast(movie, { title: "a", year: "x" }, ["title", "year"])
      .validateRequired("title")
      .uniqueConstraint("title")
      .prepareChanges((cs) => cs);
    const two = cast(movie, { title: "b" }, ["title"])
      .validateRequired("tagline")
      .validateLength("title", { max: 3 })
      .checkConstraint("year", { name: "c" });
    const both = one.merge(two);
    expect(both.changes).toEqual({ title: "b" });
    expect(both.params).toEqual({ title: "b", year: "x" });
    expect(both.required).toEqual(["title", "tagline"]);
    expect(both.errors).toHaveLength(1);
    expect(both.valid).toBe(false);
    expect([both.constraints.length, both.validations.length, both.prepare.length]).toEqual([2, 1, 1]);
  });

  test("throws where data, action, repo or empty values differ", () => {
    const movie = bright();
    expect(() => change(movie).merge(change(loaded(Movie.build({ id: 2 }))) as never)).toThrow(ArgumentError);
    expect(() => change(movie).withAction("insert").merge(change(movie).withAction("delete"))).toThrow(ArgumentError);
    expect(
      () =>
        withRepo(change(movie), {}) &&
        (withRepo(change(movie), { a: 1 }) as ReturnType<typeof change<Movie>>).merge(withRepo(change(movie), { b: 1 }) as never),
    ).toThrow(ArgumentError);
    expect(() =>
      cast(movie, {}, [])
        .withEmptyValues([0])
        .merge(cast(movie, {}, [])),
    ).toThrow(ArgumentError);
    expect(change(movie).withAction("insert").merge(change(movie)).action).toBe("insert");
  });
});

describe("addError", () => {
  test("puts an error on any key and makes the changeset invalid", () => {
    const cs = change(bright()).addError("base", "is %{how}", { how: "odd" });
    expect(cs.errors).toEqual([{ field: "base", message: "is odd".replace("odd", "%{how}"), how: "odd" }]);
    expect(cs.valid).toBe(false);
    expect(() => cs.addError("base", 1 as never)).toThrow(ArgumentError);
  });
});

test("errors stand newest first, several per field; those of a cast in the order of the permitted fields", () => {
  const cs = cast(Movie.build(), { year: "x", price: "y" }, ["year", "price"]).validateRequired(["title"]).addError("title", "second");
  expect(cs.errors.map((error) => [error.field, error.message])).toEqual([
    ["title", "second"],
    ["title", "can't be blank"],
    ["year", "is invalid"],
    ["price", "is invalid"],
  ]);
});

test("the action is null until somebody says what is to be done", () => {
  expect(change(bright()).action).toBe(null);
  expect(change(bright()).withAction("delete").action).toBe("delete");
});
