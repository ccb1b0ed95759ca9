import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { cast, change, type ChangesetState, dataOf } from "../../../../src/core/changeset/index.ts";
import { belongsTo, embeddedSchema, embedsOne, field, schema } from "../../../../src/core/schema/index.ts";
import { Address, Movie, Person } from "./schemas.ts";
import { loaded } from "./support.ts";

const address = (id: string, street: string) => Address.build({ id, street }) as unknown as Address;
const person = (attrs: object = {}) => loaded(Person.build({ id: 1, ...attrs } as never));
const shape = (change: unknown) => (change as ChangesetState[]).map((one) => [one.action, dataOf(one).id, one.changes]);
const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";

describe("embeds", () => {
  test("are cast by id, and a built struct is a new one", () => {
    const cs = cast(
      person({ others: [address(A, "a"), address(B, "b")] }),
      { others: [{ id: B, street: "x" }, { street: "y" }] },
      [],
    ).castEmbed("others");
    expect(shape(cs.changes.others)).toEqual([
      ["update", B, { street: "x" }],
      ["insert", null, { street: "y" }],
      ["replace", A, {}],
    ]);
    expect(cs.applyChanges().others?.map((one) => one.street)).toEqual(["x", "y"]);
  });

  test("the order of embedsMany is part of the value", () => {
    const one = person({ others: [address(A, "a"), address(B, "b")] });
    expect(cast(one, { others: [{ id: A }, { id: B }] }, []).castEmbed("others").changes).toEqual({});
    expect(shape(cast(one, { others: [{ id: B }, { id: A }] }, []).castEmbed("others").changes.others)).toEqual([
      ["update", B, {}],
      ["update", A, {}],
    ]);
  });

  test("a struct with a known id changes nothing, one with an unknown id is inserted", () => {
    const one = person({ others: [address(A, "a")] });
    expect(change(one).putEmbed("others", [address(A, "edited")]).changes).toEqual({});
    expect(shape(change(one).putEmbed("others", [address(A, "a"), address(B, "b")]).changes.others)).toEqual([
      ["update", A, {}],
      ["insert", B, {}],
    ]);
  });

  test("onReplace holds for embeds", () => {
    expect(() => change(person({ strict: [address(A, "a")] })).putEmbed("strict", [])).toThrow(/on the embed/);
    expect(() => change(person({ home: address(A, "a") })).putEmbed("home", null)).toThrow(ArgumentError);
    const updated = change(person({ second: address(A, "a") })).putEmbed("second", { street: "b" });
    expect(updated.changes.second).toMatchObject({ action: "update", changes: { street: "b" } });
  });

  test("castEmbed has the options and the errors of castAssoc", () => {
    const cs = cast(person(), { home: { zip: "1" }, others: "x" }, [])
      .castEmbed("home")
      .castEmbed("others");
    expect(cs.traverseErrors()).toEqual({ home: { street: ["can't be blank"] }, others: ["is invalid"] });
    expect(cs.errors[0]).toMatchObject({ validation: "embed", type: "array of map" });
    expect(cast(person(), {}, []).castEmbed("home", { required: true, requiredMessage: "is needed" }).errors[0]?.message).toBe("is needed");
    expect(() => change(person()).putEmbed("name", null as never)).toThrow(ArgumentError);
    expect(() => change(person()).putEmbed("children" as never, null as never)).toThrow(/putAssoc/);
  });

  test("getEmbed gives changesets or structs", () => {
    const one = person({ home: address(A, "a"), others: [address(B, "b")] });
    expect(change(one).getEmbed("home")).toMatchObject({ changes: {} });
    expect(change(one).getEmbed("others", "struct")).toEqual(one.others);
    expect(change(one).getEmbed("others")).toHaveLength(1);
  });
});

test("an embedded struct may have associations, which are changed like others", () => {
  class Credit extends embeddedSchema({ role: field.string(), movie: () => belongsTo(Movie) }) {}
  class Release extends schema("releases", { credit: embedsOne(() => Credit) }) {}
  const cs = change(Credit.build({ role: "x" })).putAssoc("movie", { title: "Bright" });
  expect(cs.changes.movie).toMatchObject({ action: "insert", changes: { title: "Bright" } });
  expect(change(Release.build()).putEmbed("credit", cs).applyChanges().credit?.movie).toMatchObject({ title: "Bright" });
});
