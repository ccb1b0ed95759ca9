import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cast, type Changeset, type ChangesetState, dataOf, toStandardSchema } from "../../../../src/core/changeset/index.ts";
import {
  belongsTo,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  hasMany,
  hasOne,
  manyToMany,
  schema,
} from "../../../../src/core/schema/index.ts";

const SORTING = { sortParam: "s", dropParam: "d" };
class Dot extends embeddedSchema({ x: field.integer() }) {
  static changeset(dot: Dot, params: object): Changeset<Dot> {
    return cast(dot, params as never, ["x"]);
  }
}
class Mark extends embeddedSchema({ word: field.string(), at: field.utcDatetime(), marks: embedsMany(() => Dot) }) {
  static changeset(mark: Mark, params: object): Changeset<Mark> {
    return cast(mark, params as never, ["word", "at"]).castEmbed("marks", SORTING);
  }
}
class Keyed extends schema("keyed", { name: field.string() }, { primaryKey: { a: field.uuid(), b: field.date() } }) {
  static changeset(keyed: Keyed, params: object): Changeset<Keyed> {
    return cast(keyed, params as never, ["a", "b", "name"]);
  }
}
class Node extends schema("nodes", {
  name: field.string(),
  count: field.integer(),
  big: field.bigint(),
  ratio: field.float(),
  cost: field.decimal(),
  on: field.boolean(),
  day: field.date(),
  hour: field.time(),
  at: field.utcDatetime(),
  then: field.naiveDatetime(),
  uid: field.uuid(),
  bytes: field.binary(),
  data: field.json(),
  kind: field.enum(["a", "b"]),
  words: field.array(field.string()),
  numbers: field.array(field.array(field.integer())),
  mark: embedsOne(() => Mark, { onReplace: "delete" }),
  marks: embedsMany(() => Mark, { onReplace: "delete" }),
  parent: () => belongsTo(Node, { onReplace: "nilify" }),
  kids: () => hasMany(Node, { foreignKey: "parentId", onReplace: "delete" }),
  only: () => hasOne(Node, { foreignKey: "parentId", onReplace: "update" }),
  keyed: () => manyToMany(Keyed, { joinThrough: "keyed_nodes", joinKeys: [{ nodeId: "id" }, { a: "a", b: "b" }], onReplace: "delete" }),
}) {
  static changeset(node: Node, params: object): ChangesetState {
    let cs = cast(node, params as never, FIELDS as never) as never as Changeset<Node>;
    for (const name of ["mark", "marks"] as const) cs = (cs as never as Loose).castEmbed(name, name === "marks" ? SORTING : {});
    for (const name of ["parent", "kids", "only", "keyed"] as const)
      cs = (cs as never as Loose).castAssoc(name, name === "kids" || name === "keyed" ? SORTING : {});
    return cs;
  }
}
const FIELDS = "name count big ratio cost on day hour at then uid bytes data kind words numbers".split(" ");
type Loose = { castEmbed(name: string, options: object): Changeset<Node>; castAssoc(name: string, options: object): Changeset<Node> };

/** A node with rows in its relations, as if it was loaded. */
function loaded(): Node {
  const kid = (id: number) => Object.assign(Node.build({ name: `k${id}` }), { id }) as unknown as Node;
  const mark = (id: string) => Object.assign(Mark.build({ word: "m" }), { id }) as unknown as Mark;
  const uuid = "00000000-0000-4000-8000-00000000000";
  return Object.assign(Node.build(), {
    id: 1,
    mark: mark(`${uuid}a`),
    marks: [mark(`${uuid}b`), mark(`${uuid}c`)],
    parent: kid(2),
    kids: [kid(3), kid(4)],
    only: kid(5),
    keyed: [Object.assign(Keyed.build({ name: "x" }), { a: `${uuid}d`, b: "2026-01-01" })],
  }) as unknown as Node;
}

/** Everything that shows a changeset to somebody. */
function shown(params: unknown): void {
  for (const struct of [Node.build() as unknown as Node, loaded()]) {
    const cs = Node.changeset(struct, params as object);
    cs satisfies ChangesetState;
    (cs as Changeset<Node>).traverseErrors();
    JSON.stringify(cs);
    (cs as Changeset<Node>).applyAction("insert");
  }
  toStandardSchema(Node as never)["~standard"].validate(params);
}

const keys = fc.constantFrom(
  ...FIELDS,
  "id",
  "a",
  "b",
  "mark",
  "marks",
  "parent",
  "kids",
  "only",
  "keyed",
  "s",
  "d",
  "0",
  "1",
  "word",
  "",
  "x",
  "__proto__",
  "constructor",
  "toString",
);

describe("params from outside never throw", () => {
  test.each([
    "kids[0][id][x]=1", "kids[0][id][]=1", "s[][x]=1&kids[0][name]=a", "d[][x]=1&kids[0][name]=a", "s[]=&d[]=", "kids[][id][x]=1", "kids=1", "kids[]=1",
    "mark[id][x]=1", "marks[0][id][x][y]=1", "keyed[0][a][x]=1&keyed[0][b][]=2", "only[id][]=5", "parent[id][toString]=x", "kids[__proto__][id]=1",
    "name[x]=1", "words[x]=1", "data[x][y]=1", "kids[0][kids][0][id][x]=1", "kids[constructor][id]=3", "s[0][x]=1",
  ])("%s", (query) => {
    shown(new URLSearchParams(query));
    const form = new FormData();
    for (const [key, value] of new URLSearchParams(query)) form.append(key, key.length % 2 ? value : new Blob([value]));
    shown(form);
  }); // biome-ignore format: a list of queries

  test("ids, sorts and drops that are no text", () => {
    for (const odd of [{ toString: "x" }, Object.create(null), [[]], Number.NaN, -0, 1n, new Date(Number.NaN), new Map(), () => 1, true])
      for (const kids of [[{ id: odd }], { 0: { id: odd }, x: odd }, odd])
        shown({ kids, only: { id: odd }, keyed: [{ a: odd, b: odd }], marks: [{ id: odd }], s: [odd], d: [odd], mark: odd });
  });

  test("entries and sort indexes that cannot be are errors or new entries, and lose nothing of the others", () => {
    const params = { kids: { 0: { id: "3", name: "kept" }, 1: { id: { x: 1 }, name: "new" } }, s: [{ x: 1 }, "0"] };
    const kids = Node.changeset(loaded(), params).changes.kids as ChangesetState[];
    expect(kids.map((one) => [one.action, dataOf(one).id, one.changes.name])).toEqual([
      ["insert", null, undefined],
      ["update", 3, "kept"],
      ["insert", null, "new"],
      ["replace", 4, undefined],
    ]);
    for (const kids of [[new Date()], [new Map()], [{ [Symbol("s")]: 1 }], ["x"], [null], [[{}]]])
      expect((Node.changeset(Node.build() as never, { kids }) as Changeset<Node>).traverseErrors()).toEqual({ kids: ["is invalid"] });
  });

  test("fields of a form that are nested too deep are errors", () => {
    const deep = new URLSearchParams([
      [`kids${"[0]".repeat(40)}`, "x"],
      [`data${"[x]".repeat(40)}`, "x"],
      [`name${"[]".repeat(50_000)}`, "x"],
    ]);
    shown(deep);
    expect((Node.changeset(Node.build() as never, deep) as Changeset<Node>).traverseErrors()).toEqual({
      kids: ["is invalid"],
      data: ["is invalid"],
      name: ["is invalid"],
    });
  });

  test("trees that are too deep to be cast are errors", () => {
    let kids: object = { name: "leaf" };
    for (let depth = 0; depth < 20_000; depth++) kids = { name: "n", kids: [kids] };
    const cs = Node.changeset(Node.build() as never, kids);
    expect(cs.valid).toBe(false);
    (cs as Changeset<Node>).traverseErrors();
    JSON.stringify(cs);
  });

  test("whatever the params are", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt(),
      fc.date({ noInvalidDate: false }),
      fc.constantFrom("3", 3, "00000000-0000-4000-8000-00000000000b", "2026-01-01"),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        leaf,
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 6, noNullPrototype: false }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, tree, { maxKeys: 8, noNullPrototype: false }), (params) => shown(params)),
      { numRuns: 1500 },
    );
    const part = fc.oneof(keys, fc.constant(""));
    const name = fc.tuple(keys, fc.array(part, { maxLength: 5 })).map(([first, rest]) => first + rest.map((one) => `[${one}]`).join(""));
    const pairs = fc.array(fc.tuple(fc.oneof(name, fc.string()), fc.string()), { maxLength: 10 });
    fc.assert(
      fc.property(pairs, (list) => shown(new URLSearchParams(list))),
      { numRuns: 1500 },
    );
  });
});
