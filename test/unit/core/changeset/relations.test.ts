import { describe, expect, test, vi } from "vitest";
import { ArgumentError, CastError, NotLoadedError } from "../../../../src/core/base/index.ts";
import { cast, change, type ChangesetState, dataOf, relationChangesets } from "../../../../src/core/changeset/index.ts";
import { meta, putMeta } from "../../../../src/core/schema/index.ts";
import { Actor, Character, Film, Movie, Person, type Plain, Studio } from "./schemas.ts";
import { loaded, thrown } from "./support.ts";

type Any = Record<string, never>;
const film = (id: number, title = `film ${id}`) => loaded(Film.build({ id, title }));
const studio = (name: string, value: unknown) => loaded(Studio.build({ id: 1, [name]: value } as never));
/** Puts without the help of the types, as JavaScript does. */
const put = (name: string, current: unknown, value: unknown) => (change(studio(name, current)) as unknown as Putter).putAssoc(name, value);
const castInto = (name: string, current: unknown, params: unknown, options: object = {}) =>
  (cast(studio(name, current), { [name]: params } as Any, []) as unknown as Putter).castAssoc(name, options);
interface Putter extends ChangesetState {
  putAssoc(name: string, value: unknown): Putter;
  castAssoc(name: string, options?: object): Putter;
}
const shape = (cs: ChangesetState, name: string) => {
  const change = cs.changes[name] as ChangesetState | ChangesetState[] | null | undefined;
  const one = (entry: ChangesetState) => [entry.action, dataOf(entry).id, entry.changes];
  return Array.isArray(change) ? change.map(one) : change ? one(change) : change;
};

describe("onReplace", () => {
  const two = () => [film(1), film(2)];

  test('"raise" throws, names the option and the choices', () => {
    const { message } = thrown(() => put("raising", two(), [film(1)]));
    expect(message).toContain("onReplace");
    expect(message).toContain('"nilify"');
    expect(message).toContain('"raising" of Studio');
    expect(() => castInto("raising", two(), [{ id: 1 }])).toThrow(ArgumentError);
    expect(() => put("oneRaising", film(1), null)).toThrow(ArgumentError);
    expect(() => put("oneRaising", film(1), { title: "other" })).toThrow(ArgumentError);
    expect(() => castInto("oneRaising", film(1), null)).toThrow(ArgumentError);
  });

  test('"markAsInvalid" puts an error on the association', () => {
    const cs = put("marking", two(), []);
    expect(cs.errors).toEqual([{ field: "marking", message: "is invalid", type: "array of map" }]);
    expect(cs.changes).toEqual({});
    expect(put("oneMarking", film(1), null).errors).toEqual([{ field: "oneMarking", message: "is invalid", type: "map" }]);
    expect(castInto("marking", two(), [{ id: 1 }]).errors).toEqual([
      { field: "marking", message: "is invalid", validation: "assoc", type: "array of map" },
    ]);
    expect(castInto("oneMarking", film(1), { title: "x" }).valid).toBe(false);
  });

  test('the other policies give a changeset with the action "replace", behind the kept ones', () => {
    for (const name of ["nilifying", "deleting", "ifExists"]) {
      expect(shape(put(name, two(), [film(2), { title: "new" }]), name)).toEqual([
        ["update", 2, {}],
        ["insert", null, { title: "new" }],
        ["replace", 1, {}],
      ]);
      expect(shape(put(name, two(), []), name)).toEqual([
        ["replace", 1, {}],
        ["replace", 2, {}],
      ]);
    }
    expect(put("oneDeleting", film(1), null).changes).toEqual({ oneDeleting: null });
    expect(shape(put("oneDeleting", film(1), { title: "x" }), "oneDeleting")).toEqual(["insert", null, { title: "x" }]);
  });

  test('"update" updates the current entry, whatever its id; structs and changesets throw; null unlinks', () => {
    expect(shape(put("oneUpdating", film(1), { title: "x" }), "oneUpdating")).toEqual(["update", 1, { title: "x" }]);
    expect(shape(put("oneUpdating", film(1), { id: 5, title: "x" }), "oneUpdating")).toEqual(["update", 1, { id: 5, title: "x" }]);
    expect(shape(castInto("oneUpdating", film(1), { title: "x" }), "oneUpdating")).toEqual(["update", 1, { title: "x" }]);
    expect(() => put("oneUpdating", film(1), film(2))).toThrow(/foreign key/);
    expect(() => put("oneUpdating", film(1), change(film(2)))).toThrow(ArgumentError);
    expect(put("oneUpdating", film(1), null).changes).toEqual({ oneUpdating: null });
  });
});

describe("a through association", () => {
  test("is read-only", () => {
    const cs = cast(Movie.build(), {}, []) as unknown as Putter;
    expect(() => cs.putAssoc("critics", [])).toThrow(/read-only/);
    expect(() => cs.castAssoc("critics")).toThrow(/read-only/);
    expect(() => change(Movie.build(), { critics: [] } as never)).toThrow(/read-only/);
  });
});

describe("put by the kind of value", () => {
  test("attributes update the entry with their key, or make one with the association's defaults and table", () => {
    expect(shape(put("deleting", [film(1)], [{ id: 1, title: "x" }, { title: "y" }]), "deleting")).toEqual([
      ["update", 1, { title: "x" }],
      ["insert", null, { title: "y" }],
    ]);
    const cs = put("classics", [], [{ title: "x" }]);
    const [entry] = cs.changes.classics as [ChangesetState];
    expect(dataOf(entry).kind).toBe("classic");
    expect(meta(entry.data).source).toBe("classics");
    expect(entry.changes).toEqual({ title: "x" });
    expect(() => put("deleting", [], [{ titel: "x" }])).toThrow(/Did you mean "title"/);
  });

  test("a key that no entry has is a new entry with that key", () => {
    expect(shape(put("deleting", [], [{ id: 9, title: "x" }]), "deleting")).toEqual([["insert", null, { id: 9, title: "x" }]]);
  });

  test("a changeset is taken as it is, its action by its struct's state", () => {
    const gone = putMeta(Film.build({ id: 3 }), { state: "deleted" });
    expect(
      shape(put("deleting", [], [change(Film.build(), { title: "a" }), change(film(2), { title: "b" }), change(gone)]), "deleting"),
    ).toEqual([
      ["insert", null, { title: "a" }],
      ["update", 2, { title: "b" }],
      ["delete", 3, {}],
    ]);
    const invalid = change(film(1)).addError("title", "is odd");
    expect(put("deleting", [film(1)], [invalid]).valid).toBe(false);
  });

  test("a struct is linked, and its own differences are not saved", () => {
    expect(shape(put("deleting", [], [film(1, "edited"), Film.build({ title: "new" })]), "deleting")).toEqual([
      ["update", 1, {}],
      ["insert", null, {}],
    ]);
    expect(put("deleting", [film(1)], [film(1, "edited")]).changes).toEqual({});
  });

  test("the action of a changeset may be set, as far as it fits", () => {
    expect(shape(put("deleting", [film(1)], [change(film(1)).withAction("delete")]), "deleting")).toEqual([["delete", 1, {}]]);
    expect(put("deleting", [film(1)], [change(film(1)).withAction("ignore")]).changes).toEqual({});
    expect(() => put("deleting", [film(1)], [change(film(1)).withAction("insert")])).toThrow(/already associated/);
    const earlier = put("deleting", [film(1)], []).changes.deleting as ChangesetState[];
    expect(() => put("deleting", [film(1)], earlier)).toThrow(/earlier put or cast/);
  });

  test("the wrong schema and the wrong shape throw", () => {
    expect(thrown(() => put("deleting", [], [Movie.build()])).message).toContain("takes Film structs, not a Movie");
    expect(() => put("deleting", [], [change(Movie.build())])).toThrow(ArgumentError);
    expect(() => put("deleting", [], [change({ data: {}, types: {} })])).toThrow(ArgumentError);
    expect(thrown(() => put("deleting", [], "films")).message).toContain("takes a list");
    expect(() => put("deleting", [], [1])).toThrow(ArgumentError);
    expect(() => put("oneDeleting", null, [film(1)])).toThrow(ArgumentError);
    expect(() => put("nope", null, [])).toThrow(ArgumentError);
    expect(() => put("name", null, [])).toThrow(/plain field/);
  });
});

describe("a put value is whole", () => {
  test("null and the empty list clear", () => {
    expect(shape(put("deleting", [film(1)], null), "deleting")).toEqual([["replace", 1, {}]]);
    expect(shape(put("joined", [loaded(Actor.build({ id: 1 }))], []), "joined")).toEqual([["replace", 1, {}]]);
  });
});

test("the same entries without changes are no change, and take an earlier one away", () => {
  expect(put("deleting", [film(1), film(2)], [film(2), { id: 1 }]).changes).toEqual({});
  expect(put("oneDeleting", film(1), film(1)).changes).toEqual({});
  expect(put("deleting", [film(1)], []).putAssoc("deleting", [film(1)]).changes).toEqual({});
  expect(put("deleting", [], []).changes).toEqual({});
});

test("castAssoc wants a cast before, a relation, and its own kind", () => {
  expect(() => change(Movie.build()).castAssoc("actors")).toThrow(/call cast first/);
  expect(() => (cast(Movie.build(), {}, []) as unknown as Putter).castAssoc("actor")).toThrow(/Did you mean "actors"/);
  expect(() => (cast(Movie.build(), {}, []) as unknown as Putter).castAssoc("title")).toThrow(ArgumentError);
  expect(() => (cast(Person.build(), {}, []) as unknown as Putter).castAssoc("home")).toThrow(/castEmbed/);
  expect(() => cast(Movie.build(), {}, []).castEmbed("actors" as never)).toThrow(/castAssoc/);
  expect(cast(Movie.build(), "invalid", []).castAssoc("actors").valid).toBe(false);
  expect(() => cast(Movie.build(), {}, []).castAssoc("actors", { wit: 1 } as never)).toThrow(/unknown option "wit"/);
});

describe("what is not loaded", () => {
  test("cannot be cast or put on a loaded struct, and is empty in a built one", () => {
    const movie = loaded(Movie.build({ id: 1 }));
    const error = thrown(() => (change(movie) as unknown as Putter).putAssoc("actors", [])) as NotLoadedError;
    expect(error).toBeInstanceOf(NotLoadedError);
    expect(error.association).toBe("actors");
    expect(error.message).toContain("preload");
    expect(() => (cast(movie, { actors: [] }, []) as unknown as Putter).castAssoc("actors")).toThrow(NotLoadedError);
    expect((cast(movie, {}, []) as unknown as Putter).castAssoc("actors").valid).toBe(true);
    expect(change(Movie.build()).putAssoc("actors", [{ name: "x" }]).changes.actors).toHaveLength(1);
  });
});

describe("the function that casts an entry", () => {
  test("is the related schema's own unless said otherwise", () => {
    const cs = cast(Movie.build(), { actors: [{ name: "Gary" }] }, []).castAssoc("actors");
    expect(cs.changes.actors?.[0]).toMatchObject({ action: "insert", changes: { name: "Gary" }, required: ["name"] });
    expect(() => castInto("plain", [], [{ name: "x" }])).toThrow(/Plain has no static function changeset/);
    expect(
      shape(castInto("plain", [], [{ name: "x" }], { with: (one: Plain, params: never) => cast(one, params, ["name"]) }), "plain"),
    ).toEqual([["insert", null, { name: "x" }]]);
  });

  test("gets the position in a list, and none in a relation of one", () => {
    const at: number[] = [];
    const cs = cast(Movie.build(), { actors: [{}, {}] }, []).castAssoc("actors", {
      with: (one, params, position) => {
        at.push(position);
        return cast(one, params, ["name"]);
      },
    });
    expect(at).toEqual([0, 1]);
    expect(cs.valid).toBe(true);
    const three = (one: Film, params: never, _position: number) => cast(one, params, ["title"]);
    expect(() => castInto("oneDeleting", null, {}, { with: three })).toThrow(/no position/);
  });

  test("must be a function that returns a changeset", () => {
    expect(() => castInto("deleting", [], [{}], { with: 1 })).toThrow(ArgumentError);
    expect(() => castInto("deleting", [], [{}], { with: (one: Film) => one })).toThrow(/must return a changeset/);
  });

  test("sees params that contain themselves as an error", () => {
    const params: { name: string; children: unknown[] } = { name: "x", children: [] };
    params.children.push(params);
    const deep = (one: Person, given: never): ChangesetState =>
      cast(one, given, ["name"]).castAssoc("children" as never, { with: deep as never });
    expect(() => deep(Person.build() as never, params as never)).toThrow(CastError);
  });
});

describe("required", () => {
  const required = { required: true };
  test('wants an entry that remains: "can\'t be blank"', () => {
    expect(castInto("deleting", [], [], required).errors).toEqual([
      { field: "deleting", message: "can't be blank", validation: "required" },
    ]);
    expect(castInto("deleting", [film(1)], [], required).valid).toBe(false);
    expect(castInto("deleting", [film(1)], [{ id: 1 }], required).valid).toBe(true);
    expect(castInto("oneDeleting", film(1), null, required).valid).toBe(false);
    expect(castInto("deleting", [], undefined, required).valid).toBe(false);
    expect(castInto("deleting", [film(1)], undefined, required).valid).toBe(true);
    expect(castInto("deleting", [], [{ title: "x" }], required).required).toEqual(["deleting"]);
  });

  test("has messages of its own", () => {
    expect(castInto("deleting", [], [], { required: true, requiredMessage: "is needed" }).errors[0]?.message).toBe("is needed");
    expect(castInto("deleting", [], "x", { invalidMessage: { message: "is odd", code: 1 } }).errors).toEqual([
      { field: "deleting", message: "is odd", code: 1, validation: "assoc", type: "array of map" },
    ]);
  });
});

test("params of another shape are invalid", () => {
  for (const params of ["x", 1, true, null, ["x"], [null], [[]], { 0: "x" }]) {
    expect(castInto("deleting", [], params).errors).toEqual([
      { field: "deleting", message: "is invalid", validation: "assoc", type: "array of map" },
    ]);
  }
  for (const params of ["x", 1, [], [{}]])
    expect(castInto("oneDeleting", null, params).errors).toEqual([
      { field: "oneDeleting", message: "is invalid", validation: "assoc", type: "map" },
    ]);
});

test("a map of indexes is sorted by number", () => {
  const params = { b: { title: "last" }, 10: { title: "10" }, 2: { title: "2" }, "01": { title: "1" } };
  expect(shape(castInto("deleting", [], params), "deleting")).toMatchObject([
    ["insert", null, { title: "1" }],
    ["insert", null, { title: "2" }],
    ["insert", null, { title: "10" }],
    ["insert", null, { title: "last" }],
  ]);
});

describe("ids in nested params", () => {
  test("the same id updates, as text too; no id or an unknown one inserts without using it; missing ones are replaced", () => {
    const cs = castInto(
      "deleting",
      [film(1), film(2)],
      [{ id: "2", title: "x" }, { title: "y" }, { id: 7, title: "z" }, { id: "odd", title: "o" }],
    );
    expect(shape(cs, "deleting")).toEqual([
      ["update", 2, { title: "x" }],
      ["insert", null, { title: "y" }],
      ["insert", null, { title: "z" }],
      ["insert", null, { title: "o" }],
      ["replace", 1, {}],
    ]);
  });

  test("an unchanged entry stays in the list, and a list of them is no change", () => {
    expect(shape(castInto("deleting", [film(1), film(2)], [{ id: 1 }, { id: 2, title: "x" }]), "deleting")).toEqual([
      ["update", 1, {}],
      ["update", 2, { title: "x" }],
    ]);
    const same = castInto("deleting", [film(1), film(2)], [{ id: 2 }, { id: 1 }]);
    expect(same.changes).toEqual({});
    expect(same.forceUpdate).toBe(false);
  });

  test("one entry is matched by its id as well", () => {
    expect(shape(castInto("oneDeleting", film(1), { id: "1", title: "x" }), "oneDeleting")).toEqual(["update", 1, { title: "x" }]);
    expect(shape(castInto("oneDeleting", film(1), { id: 2, title: "x" }), "oneDeleting")).toEqual(["insert", null, { title: "x" }]);
    expect(castInto("oneDeleting", film(1), { id: 1 }).changes).toEqual({});
  });
});

test("the function may set the action, as far as it fits", () => {
  const acting = (action: "insert" | "update" | "delete" | "ignore") => ({
    with: (one: Film, params: never) => cast(one, params, ["title"]).withAction(action),
  });
  expect(shape(castInto("deleting", [film(1)], [{ id: 1 }], acting("delete")), "deleting")).toEqual([["delete", 1, {}]]);
  expect(castInto("deleting", [], [{ title: "x" }], acting("ignore")).changes).toEqual({});
  expect(shape(castInto("deleting", [film(1)], [{ title: "x" }], acting("ignore")), "deleting")).toEqual([["replace", 1, {}]]);
  expect(() => castInto("deleting", [film(1)], [{ id: 1 }], acting("insert"))).toThrow(/already associated/);
  expect(() => castInto("deleting", [], [{ title: "x" }], acting("update"))).toThrow(/set the foreign key instead/);
  expect(() => castInto("deleting", [], [{ title: "x" }], acting("delete"))).toThrow(ArgumentError);
});

describe("duplicate ids", () => {
  test("the second entry has the error on its key, in hasMany and in a unique manyToMany", () => {
    const cs = put("deleting", [], [{ id: 1 }, { id: 1 }]);
    expect(cs.valid).toBe(false);
    expect((cs.changes.deleting as ChangesetState[]).map((one) => one.errors)).toEqual([
      [],
      [{ field: "id", message: "has already been taken" }],
    ]);
    const actor = loaded(Actor.build({ id: 1 }));
    expect(put("uniquely", [], [actor, actor]).valid).toBe(false);
    expect(put("joined", [], [actor, actor]).valid).toBe(true);
  });

  test("in loaded data they warn", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    put("deleting", [film(1), film(1)], [film(1)]);
    expect(warn.mock.calls[0]?.[0]).toContain("duplicate primary keys");
  });
});

describe("sort and drop params", () => {
  const nested = (params: object, current: unknown[] = []) =>
    (cast(studio("deleting", current), params as Any, []) as unknown as Putter).castAssoc("deleting", {
      sortParam: "sort",
      dropParam: "drop",
    });
  const titles = (cs: ChangesetState) => (cs.changes.deleting as ChangesetState[]).map((one) => one.changes.title);
  const three = { 1: { title: "a" }, 2: { title: "b" }, 3: { title: "c" } };

  test("the sorted come first, then the others by number", () => {
    expect(titles(nested({ deleting: three, sort: ["2"] }))).toEqual(["b", "a", "c"]);
    expect(titles(nested({ deleting: three, sort: [3, 1] }))).toEqual(["c", "a", "b"]);
  });

  test("an unknown index is a new entry, a dropped one is gone, and drop wins", () => {
    expect(titles(nested({ deleting: three, sort: ["new", "1"] }))).toEqual([undefined, "a", "b", "c"]);
    expect(titles(nested({ deleting: three, drop: ["1", "9"] }))).toEqual(["b", "c"]);
    expect(titles(nested({ deleting: three, sort: ["1", "3"], drop: ["1"] }))).toEqual(["c", "b"]);
  });

  test("either alone triggers the cast", () => {
    expect(titles(nested({ sort: ["new"] }))).toEqual([undefined]);
    expect(shape(nested({ drop: ["0"] }, [film(1)]), "deleting")).toEqual([["replace", 1, {}]]);
  });

  test("lists of entries ignore them, and other values than lists are ignored", () => {
    expect(titles(nested({ deleting: [{ title: "a" }, { title: "b" }], sort: ["1"] }))).toEqual(["a", "b"]);
    expect(titles(nested({ deleting: three, sort: "2", drop: { 0: 1 } }))).toEqual(["a", "b", "c"]);
  });

  test("positions are counted after dropping", () => {
    const at: number[] = [];
    const options = {
      dropParam: "drop",
      with: (one: Film, params: never, position: number) => cast(one, params, ["title"]).addError("title", String(at.push(position))),
    };
    (cast(studio("deleting", []), { deleting: three, drop: ["1"] } as never, []) as unknown as Putter).castAssoc("deleting", options);
    expect(at).toEqual([0, 1]);
  });

  test("a relation of one has no order", () => {
    expect(() => castInto("oneDeleting", null, {}, { sortParam: "sort" })).toThrow(ArgumentError);
    expect(() => castInto("oneDeleting", null, {}, { dropParam: "drop" })).toThrow(ArgumentError);
  });
});

test("a cast that changes entries forces the update of the row, unless told not to; a put never does", () => {
  expect(castInto("deleting", [], [{ title: "x" }]).forceUpdate).toBe(true);
  expect(castInto("deleting", [], [{ title: "x" }], { forceUpdateOnChange: false }).forceUpdate).toBe(false);
  expect(put("deleting", [], [{ title: "x" }]).forceUpdate).toBe(false);
});

describe("reorderAssoc", () => {
  test("puts deletes first, then updates, then inserts, or sorts as it is told", () => {
    const cs = put("deleting", [film(1), film(2)], [{ title: "new" }, { id: 2, title: "x" }]) as unknown as ReturnType<
      typeof change<Studio>
    >;
    expect((cs.reorderAssoc("deleting").changes.deleting as ChangesetState[]).map((one) => one.action)).toEqual([
      "replace",
      "update",
      "insert",
    ]);
    const byTitle = cs.reorderAssoc("deleting", (a, b) => String(b.changes.title).localeCompare(String(a.changes.title)));
    expect((byTitle.changes.deleting as ChangesetState[]).map((one) => one.changes.title)).toEqual(["x", undefined, "new"]);
  });

  test("throws without changes, and on a relation of one", () => {
    expect(() => change(Movie.build()).reorderAssoc("actors")).toThrow(ArgumentError);
    expect(() => change(Movie.build()).putAssoc("distributor", { name: "x" }).reorderAssoc("distributor")).toThrow(ArgumentError);
  });
});

test("relationChangesets lists what is to be written", () => {
  const cs = change(Character.build()).putAssoc("movie", { title: "x" });
  expect(relationChangesets(cs)).toMatchObject([
    { name: "movie", association: { kind: "belongsTo" }, embed: null, entries: [{ action: "insert" }] },
  ]);
  expect(relationChangesets(change({ data: {}, types: {} }))).toEqual([]);
});
