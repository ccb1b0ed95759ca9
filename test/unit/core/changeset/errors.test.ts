import { afterEach, describe, expect, test } from "vitest";
import { inspect } from "node:util";
import { ArgumentError, print } from "../../../../src/core/base/index.ts";
import {
  cast,
  change,
  type ChangesetError,
  type ChangesetState,
  errorMessage,
  setErrorTranslator,
} from "../../../../src/core/changeset/index.ts";
import { Actor, Distributor, Movie } from "./schemas.ts";
import { loaded } from "./support.ts";

afterEach(() => setErrorTranslator(null));
const nested = () =>
  cast(Movie.build(), { actors: [{ name: "a" }, {}] }, ["title"])
    .castAssoc("actors")
    .validateRequired("title");

describe("traverseErrors", () => {
  test("nests relations, keeps the places of a list, and leaves out those without errors", () => {
    expect(nested().traverseErrors()).toEqual({ title: ["can't be blank"], actors: [{}, { name: ["can't be blank"] }] });
    expect(
      cast(Movie.build(), { actors: [{ name: "a" }] }, [])
        .castAssoc("actors")
        .traverseErrors(),
    ).toEqual({});
    const one = change(Movie.build()).putAssoc("distributor", change(Distributor.build()).addError("name", "is odd"));
    expect(one.valid).toBe(false);
    expect(one.traverseErrors()).toEqual({ distributor: { name: ["is odd"] } });
  });

  test("takes a function of the error, or of changeset, field and error", () => {
    expect(nested().traverseErrors((error) => error.validation).actors).toEqual([{}, { name: ["required"] }]);
    expect(
      nested().traverseErrors(
        (changeset: ChangesetState, field: string, error: ChangesetError) => `${changeset.info?.name}.${field}: ${error.message}`,
      ),
    ).toEqual({
      title: ["Movie.title: can't be blank"],
      actors: [{}, { name: ["Actor.name: can't be blank"] }],
    });
    expect(() => nested().traverseErrors(1 as never)).toThrow(ArgumentError);
  });

  test("fills placeholders in, those that have a value", () => {
    expect(errorMessage({ field: "x", message: "%{a} of %{b}, %{c} $& %{constructor}", a: 1, b: ["x", "y"] })).toBe(
      "1 of x, y, %{c} $& %{constructor}",
    );
    const cs = change(Movie.build()).addError("title", "a").addError("title", "b");
    expect(cs.traverseErrors().title).toEqual(["b", "a"]);
  });

  test("an error on the relation itself stands where its entries have none", () => {
    expect(change(Movie.build()).addError("actors", "are odd").traverseErrors().actors).toEqual(["are odd"]);
  });
});

test("messages can be replaced for a whole application", () => {
  setErrorTranslator((error, { field }) => `${field}: ${errorMessage({ ...error, message: "zu kurz (%{count})" })}`);
  const cs = change(Movie.build(), { title: "a" }).validateLength("title", { min: 3 });
  expect(cs.traverseErrors().title).toEqual(["title: zu kurz (3)"]);
  expect(() => setErrorTranslator("de" as never)).toThrow(ArgumentError);
  setErrorTranslator(null);
  expect(cs.traverseErrors().title).toEqual(["should be at least 3 character(s)"]);
});

test("validations and constraints are readable, nested ones by traverseValidations", () => {
  const cs = change(Movie.build())
    .validateLength("title", { min: 1 })
    .putAssoc("actors", [change(Actor.build()).validateFormat("name", /x/)])
    .uniqueConstraint("title");
  expect(cs.validations).toEqual([{ field: "title", validation: "length", min: 1 }]);
  expect(cs.constraints).toHaveLength(1);
  expect(cs.traverseValidations((validation) => validation.validation)).toEqual({ title: ["length"], actors: [{ name: ["format"] }] });
});

describe("printing", () => {
  test("is as Ecto prints, on one line where it fits", () => {
    const cs = change(loaded(Movie.build({ id: 1 })), { title: "a" });
    expect(print(cs, 200)).toBe('#Changeset<action: null, changes: { title: "a" }, errors: [], data: #Movie<>, valid: true>');
    expect(inspect(cs).replace(/\s+/g, " ").replaceAll(" >", ">").replace("< ", "<")).toBe(
      '#Changeset<action: null, changes: { title: "a" }, errors: [], data: #Movie<>, valid: true>',
    );
  });

  test("sorts changes, and prints nested changesets inside", () => {
    const cs = change(Movie.build(), { year: 1, title: "a" }).putAssoc("actors", [{ name: "Gary" }]);
    expect(print(cs, 500)).toBe(
      '#Changeset<action: null, changes: { actors: [#Changeset<action: "insert", changes: { name: "Gary" }, errors: [], data: #Actor<>, valid: true>], title: "a", year: 1 }, errors: [], data: #Movie<>, valid: true>',
    );
    expect(print({ cs: change({ data: { a: 1 }, types: { a: "integer" } }, { a: 2 }) }, 200)).toBe(
      "{ cs: #Changeset<action: null, changes: { a: 2 }, errors: [], data: { a: 1 }, valid: true> }",
    );
  });

  test("hides redacted values, in JSON too", () => {
    const cs = change(Movie.build({ secret: "old hidden" }), { secret: "hidden" }).addError("secret", "is short");
    expect(print(cs)).toContain("secret: **redacted**");
    for (const text of [print(cs), inspect(cs), inspect({ deep: [cs] }), JSON.stringify(cs)]) expect(text).not.toContain("hidden");
    expect(JSON.parse(JSON.stringify(cs))).toEqual({ action: null, valid: false, errors: { secret: ["is short"] } });
  });
});
