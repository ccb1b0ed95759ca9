import {
  ago,
  and,
  caseWhen,
  CastError,
  coalesce,
  count,
  datetimeAdd,
  field,
  from,
  fromNow,
  lag,
  ntile,
  or,
  type Repo,
  schema,
  sql,
  tuple,
  type,
  values,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Thing extends schema("things", {
  name: field.string(),
  size: field.integer(),
  at: field.utcDatetime(),
  kind: field.enum({ small: 1, big: 2 }),
  data: field.json<unknown>(),
}) {}

const at = new Date("2026-01-02T03:04:05Z");
const rows = [
  { name: "a", size: 1, at, kind: "small" as const, data: { list: ["x", "y"], k: { n: "deep" } } },
  { name: "b", size: 2, at, kind: "big" as const, data: { list: ["z"] } },
  { name: null, size: 3, at, kind: "big" as const, data: null },
];

describe.each(databases)("a value of a prepared query on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Thing]);
    await repo.insertAll(Thing, rows);
  });

  const things = () => from(Thing).orderBy("id");
  /** What stands where a value may stand, the value, and the result. */
  const places: readonly (readonly [string, (v: any) => any, unknown, unknown])[] = [
    [
      "an equality",
      (v) =>
        things()
          .where({ name: v })
          .select((t) => t.size),
      "a",
      [1],
    ],
    [
      "an enum",
      (v) =>
        things()
          .where((t) => t.kind.eq(v))
          .select((t) => t.size),
      "big",
      [2, 3],
    ],
    [
      "a list",
      (v) =>
        things()
          .where((t) => t.size.in(v))
          .select((t) => t.size),
      [1, 3],
      [1, 3],
    ],
    [
      "an item of a list",
      (v) =>
        things()
          .where((t) => t.size.in([v, 3]))
          .select((t) => t.size),
      1,
      [1, 3],
    ],
    [
      "notIn",
      (v) =>
        things()
          .where((t) => t.size.notIn(v))
          .select((t) => t.size),
      [1, 3],
      [2],
    ],
    [
      "between",
      (v) =>
        things()
          .where((t) => t.size.between(v, 3))
          .select((t) => t.size),
      2,
      [2, 3],
    ],
    [
      "like",
      (v) =>
        things()
          .where((t) => t.name.like(v))
          .select((t) => t.size),
      "a%",
      [1],
    ],
    [
      "concat",
      (v) =>
        things()
          .where({ size: 1 })
          .select((t) => t.name.concat(v)),
      "!",
      ["a!"],
    ],
    [
      "arithmetic",
      (v) =>
        things()
          .where((t) => t.size.add(v).eq(3))
          .select((t) => t.size),
      2,
      [1],
    ],
    [
      "limit",
      (v) =>
        things()
          .limit(v)
          .select((t) => t.size),
      1,
      [1],
    ],
    [
      "offset",
      (v) =>
        things()
          .limit(9)
          .offset(v)
          .select((t) => t.size),
      2,
      [3],
    ],
    [
      "limitPer",
      (v) =>
        things()
          .limitPer(v, "kind")
          .select((t) => t.size),
      1,
      [1, 2],
    ],
    [
      "a JSON index",
      (v) =>
        things()
          .where({ size: 1 })
          .select((t) => t.data.path("list", v)),
      1,
      ["y"],
    ],
    [
      "a JSON index from the end",
      (v) =>
        things()
          .where({ size: 1 })
          .select((t) => t.data.path("list", v)),
      -1,
      ["y"],
    ],
    [
      "a JSON name",
      (v) =>
        things()
          .where({ size: 1 })
          .select((t) => t.data.path(v, "n")),
      "k",
      ["deep"],
    ],
    [
      "a JSON index as text",
      (v) =>
        things()
          .where((t) => t.data.pathText("list", v).eq("y"))
          .select((t) => t.size),
      1,
      [1],
    ],
    [
      "a JSON value",
      (v) =>
        things()
          .where((t) => t.data.pathText("k", "n").eq(v))
          .select((t) => t.size),
      "deep",
      [1],
    ],
    [
      "ago",
      (v) =>
        things()
          .where((t) => t.at.lt(ago(v, "day")))
          .select((t) => t.size)
          .limit(1),
      -40_000,
      [1],
    ],
    [
      "ago of a long time",
      (v) =>
        things()
          .where((t) => t.at.lt(ago(v, "day")))
          .select((t) => t.size),
      40_000,
      [],
    ],
    [
      "fromNow",
      (v) =>
        things()
          .where((t) => t.at.lt(fromNow(v, "day")))
          .select((t) => t.size)
          .limit(1),
      40_000,
      [1],
    ],
    [
      "a count of datetimeAdd",
      (v) =>
        things()
          .where((t) => datetimeAdd(t.at, v, "day").eq(new Date("2026-01-04T03:04:05Z")))
          .select((t) => t.size)
          .limit(1),
      2,
      [1],
    ],
    [
      "a moment of datetimeAdd",
      (v) =>
        things()
          .where((t) => t.at.eq(datetimeAdd(v, 1, "day")))
          .select((t) => t.size)
          .limit(1),
      new Date("2026-01-01T03:04:05Z"),
      [1],
    ],
    ["coalesce", (v) => things().select((t) => coalesce(t.name, v)), "none", ["a", "b", "none"]],
    [
      "a cast",
      (v) =>
        things()
          .where({ size: 1 })
          .select(() => type(v, "integer")),
      7,
      [7],
    ],
    [
      "a tuple",
      (v) =>
        things()
          .where((t) => tuple(t.name, t.size).eq(tuple("b", v)))
          .select((t) => t.size),
      2,
      [2],
    ],
    [
      "having",
      (v) =>
        from(Thing)
          .groupBy("kind")
          .having((t) => count(t.id).gt(v))
          .select((t) => t.kind),
      1,
      ["big"],
    ],
    ["filter", (v) => from(Thing).select((t) => count(t.id).filter(t.size.gte(v))), 2, [2]],
    ["lag's offset and default", (v) => things().select((t) => lag(t.size, v, v).over({ orderBy: t.id })), 1, [1, 1, 2]],
    ["ntile", (v) => things().select((t) => ntile(v).over({ orderBy: t.id })), 3, [1, 2, 3]],
    [
      "a fragment",
      (v) =>
        things()
          .where((t) => sql<boolean>`${t.size} > ${v}`)
          .select((t) => t.size),
      2,
      [3],
    ],
    [
      "a join's condition",
      (v) =>
        things()
          .join("o", Thing, (t, { o }) => and(o.id.eq(t.id), o.size.eq(v)))
          .select((t) => t.size),
      2,
      [2],
    ],
    [
      "a subquery",
      (v) =>
        things()
          .where((t) =>
            t.id.in(
              from(Thing)
                .where({ size: v })
                .select((o) => o.id),
            ),
          )
          .select((t) => t.size),
      3,
      [3],
    ],
    [
      "a CTE",
      (v) =>
        from("c")
          .withCte(
            "c",
            from(Thing)
              .where({ size: v })
              .select((t) => ({ size: t.size })),
          )
          .select((c: any) => c.size),
      3,
      [3],
    ],
    [
      "a union",
      (v) =>
        from(Thing)
          .where({ size: v })
          .select((t) => t.size)
          .union(
            from(Thing)
              .where({ size: v })
              .select((t) => t.size),
          ),
      1,
      [1],
    ],
    ["a select by itself, a number", (v) => things().select(() => v), 7, [7, 7, 7]],
    [
      "a select by itself, a fraction",
      (v) =>
        things()
          .limit(1)
          .select(() => v),
      2.5,
      [2.5],
    ],
    [
      "a select by itself, a text",
      (v) =>
        things()
          .limit(1)
          .select(() => ({ one: v, all: [v] })),
      "7",
      [{ one: "7", all: ["7"] }],
    ],
    [
      "a select by itself, a boolean",
      (v) =>
        things()
          .limit(1)
          .select(() => [v]),
      true,
      [[true]],
    ],
    [
      "a select by itself, a moment",
      (v) =>
        things()
          .limit(1)
          .select(() => v),
      at,
      [at],
    ],
    ["a branch", (v) => things().select((t) => caseWhen(t.size.gt(2), v).else(0)), 9, [0, 0, 9]],
    ["an else", (v) => things().select((t) => caseWhen(t.size.gt(2), "big").else(v)), "small", ["small", "small", "big"]],
    [
      "a cell of values",
      (v) =>
        from(
          values(
            [
              { n: 1, kind: "a" },
              { n: v, kind: "b" },
            ],
            { n: field.integer(), kind: field.string() },
          ),
        )
          .orderBy((r: any) => r.kind)
          .select((r: any) => r.n),
      5,
      [1, 5],
    ],
    [
      "two places",
      (v) =>
        things()
          .where((t) => or(t.size.eq(v), t.size.add(v).eq(3)))
          .select((t) => t.size),
      1,
      [1, 2],
    ],
  ];

  test.each(places)("stands in %s", async (_, query, value, expected) => {
    const prepared = repo.prepare((p: any) => query(p.v));
    expect(await prepared.all({ v: value } as never)).toEqual(expected);
    // What is prepared means what it means when it is written out.
    expect(await repo.all(query(value))).toEqual(expected);
  });

  test("a value by itself is of the type that each run gives it", async () => {
    const prepared = repo.prepare((p: any) =>
      things()
        .where({ size: p.size })
        .select(() => p.v),
    );
    for (const v of [1, "1", 1.5, true, "x", 2]) expect(await prepared.all({ v, size: 2 } as never)).toEqual([v]);
    await expect(prepared.all({ size: 2 } as never)).rejects.toThrow('undefined as "v"');
  });

  test.each([-1, 1.5, "1", Number.NaN, {}])("a limit, an offset and a limitPer of %s are errors", async (v) => {
    const counts: ((n: any) => any)[] = [(n) => things().limit(n), (n) => things().limit(9).offset(n), (n) => things().limitPer(n, "kind")];
    for (const query of counts) {
      const prepared = repo.prepare((p: any) => query(p.v));
      const error = await prepared.all({ v } as never).catch((one: unknown) => one);
      expect(error).toBeInstanceOf(CastError);
      expect((error as Error).message).toContain("it must be a whole number from 0 on");
    }
  });

  test("a cell of values is cast as its column is", async () => {
    const prepared = repo.prepare((p: any) => from(values([{ n: p.v }], { n: field.integer() })));
    expect(await prepared.all({ v: "5" } as never)).toEqual([{ n: 5 }]);
    await expect(prepared.all({ v: "x" } as never)).rejects.toThrow(CastError);
  });
});
