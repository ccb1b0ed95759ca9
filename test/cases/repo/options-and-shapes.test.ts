import * as ectype from "ectype";
import {
  avg,
  cast,
  change,
  ConstraintError,
  count,
  cte,
  cumeDist,
  denseRank,
  dynamic,
  EctypeError,
  err,
  exists,
  field,
  firstValue,
  from,
  lag,
  lastValue,
  lead,
  max,
  min,
  Multi,
  nthValue,
  ntile,
  ok,
  parentAs,
  percentRank,
  placeholder,
  rank,
  type Repo,
  type Result,
  rowNumber,
  schema,
  selectedAs,
  sql,
  subquery,
  sum,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { Movie } from "../../support/movies.ts";

class Item extends schema(
  "items",
  { sku: field.string(), name: field.string(), stock: field.integer(), kind: field.string(), tags: field.array(field.string()) },
  { timestamps: true },
) {}
class Plain extends schema(
  "plains",
  { sku: field.string({ primaryKey: true }), name: field.string(), stock: field.integer() },
  { primaryKey: false },
) {}
class Listed extends schema("listed", {
  flags: field.array(field.boolean()),
  big: field.array(field.bigint()),
  at: field.array(field.date()),
  many: field.array(field.array(field.integer())),
  none: field.array(field.integer()),
}) {}
class Category extends schema("categories", { name: field.string(), parentId: field.integer() }) {}

describe("the shapes", () => {
  test("Result, ok and err", () => {
    const results: Result<number, string>[] = [ok(1), err("no")];
    expect(results).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: "no" },
    ]);
    for (const result of results) {
      if (result.ok) expectTypeOf(result.value).toEqualTypeOf<number>();
      else expectTypeOf(result.error).toEqualTypeOf<string>();
    }
  });

  test("all that the page names is there", () => {
    const names =
      "schema field belongsTo hasMany hasOne manyToMany embeddedSchema embedsOne embedsMany buildAssoc assoc meta putMeta isLoaded primaryKey resetFields embeddedLoad embeddedDump " +
      "cast change from subquery sql dynamic inspect createRepo Multi and or not count sum avg min max coalesce filter over exists any all type selectedAs ago fromNow datetimeAdd dateAdd " +
      "jsonExtractPath rowNumber rank denseRank percentRank cumeDist ntile lag lead firstValue lastValue nthValue cte parentAs as ok err Decimal placeholder " +
      "EctypeError NotLoadedError InvalidChangesetError ConstraintError StaleEntryError NoResultsError MultipleResultsError NoPrimaryKeyFieldError NoPrimaryKeyValueError CastError ChangeError QueryError MigrationError TransactionError ConnectionError PoolTimeoutError AbortedError ConfigError";
    expect(names.split(" ").filter((name) => !(name in ectype))).toEqual([]);
    for (const [name, value] of Object.entries(ectype)) {
      if (!name.endsWith("Error") || name === "EctypeError" || typeof value !== "function") continue;
      expect([name, value.prototype instanceof EctypeError]).toEqual([name, true]);
    }
    for (const name of "id uuid string text integer bigint float decimal boolean binary date time naiveDatetime utcDatetime json array enum map duration vector any of".split(
      " ",
    ))
      expect([name, typeof (field as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "cast validateRequired validateLength validateFormat validateNumber validateInclusion validateExclusion validateSubset validateConfirmation validateAcceptance validateChange unsafeValidateUnique uniqueConstraint foreignKeyConstraint assocConstraint noAssocConstraint checkConstraint exclusionConstraint castAssoc putAssoc reorderAssoc castEmbed putEmbed putChange forceChange deleteChange updateChange getField fetchField getChange fetchChange getAssoc getEmbed changed fieldMissing addError prepareChanges optimisticLock merge applyChanges applyAction applyActionOrThrow traverseErrors pipe".split(
      " ",
    ))
      expect([name, typeof (change(Movie.build()) as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "where orWhere having orHaving select selectMerge distinct orderBy prependOrderBy groupBy limit offset withTies lock update preload windows union unionAll intersect intersectAll except exceptAll withCte exclude prefix hints first last reverseOrder join innerJoin leftJoin rightJoin fullJoin crossJoin innerLateralJoin leftLateralJoin as".split(
      " ",
    ))
      expect([name, typeof (from(Movie) as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "eq ne lt lte gt gte in notIn isNull isNotNull like ilike between add sub mul div asc desc ascNullsFirst ascNullsLast descNullsFirst descNullsLast".split(
      " ",
    ))
      from(Movie).where((m) => {
        expect([name, typeof (m.title as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
        return m.id.gt(0);
      });
    for (const name of "insert update delete insertOrUpdate insertAll updateAll deleteAll one all exists run put merge append prepend error inspect toList".split(
      " ",
    ))
      expect([name, typeof (new Multi() as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
  });

  test("castAssoc's function gets the struct, the params and the position", () => {
    const positions: unknown[] = [];
    cast(Movie.build(), { actors: [{ name: "a" }, { name: "b" }] }, []).castAssoc("actors", {
      with: (struct, params, position) => {
        positions.push(position);
        return cast(struct, params, ["name"]);
      },
    });
    expect(positions).toEqual([0, 1]);
  });
});

describe.each(databases)("shapes on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Item, Plain, Category, Listed]);
    await repo.query("create unique index items_sku_index on items (sku)");
  });
  beforeEach(async () => {
    for (const cls of [Item, Plain, Category]) await repo.deleteAll(cls);
  });
  const item = (attrs: object) => Item.build({ sku: "a", name: "one", stock: 1, ...attrs });
  const stored = async () => (await repo.all(from(Item).orderBy("sku"))).map(({ sku, name, stock }) => [sku, name, stock]);

  describe("onConflict", () => {
    beforeEach(() => repo.insertOrThrow(item({})));

    test("raise is the default", async () => {
      const error = await repo.insert(item({ name: "two" })).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConstraintError);
      await expect((async () => repo.insert(item({}), { onConflict: "raise", conflictTarget: "sku" }))()).rejects.toThrow(EctypeError);
    });

    test("nothing leaves the row, and gives ok", async () => {
      const result = await repo.insert(item({ name: "two" }), { onConflict: "nothing" });
      expect(result).toMatchObject({ ok: true, value: { id: null, name: "two" } });
      expect((await repo.insert(item({ name: "two" }), { onConflict: "nothing", conflictTarget: ["sku"] })).ok).toBe(true);
      expect(await stored()).toEqual([["a", "one", 1]]);
    });

    test("replaceAll, replace and replaceAllExcept", async () => {
      await repo.insertOrThrow(item({ name: "two", stock: 2 }), { onConflict: { replace: ["name"] }, conflictTarget: "sku" });
      expect(await stored()).toEqual([["a", "two", 1]]);
      await repo.insertOrThrow(item({ name: "three", stock: 3 }), {
        onConflict: { replaceAllExcept: ["id", "name"] },
        conflictTarget: "sku",
      });
      expect(await stored()).toEqual([["a", "two", 3]]);
      await repo.insertOrThrow(Plain.build({ sku: "p", name: "one", stock: 1 }));
      await repo.insertOrThrow(Plain.build({ sku: "p", name: "two" }), { onConflict: "replaceAll", conflictTarget: "sku" });
      expect(await repo.all(Plain)).toMatchObject([{ sku: "p", name: "two", stock: null }]);
    });

    test("set, inc and a query", async () => {
      await repo.insertOrThrow(item({ stock: 9 }), { onConflict: { set: { name: "seen" }, inc: { stock: 5 } }, conflictTarget: "sku" });
      expect(await stored()).toEqual([["a", "seen", 6]]);
      await repo.insertOrThrow(item({ stock: 9 }), {
        onConflict: from(Item).update((i) => ({ set: { stock: i.stock.add(10) } })),
        conflictTarget: "sku",
      });
      expect(await stored()).toEqual([["a", "seen", 16]]);
      const back = await repo.insertOrThrow(item({ stock: 9 }), {
        onConflict: { inc: { stock: 1 } },
        conflictTarget: "sku",
        returning: ["id", "stock", "name"],
      });
      expect([back.stock, back.name]).toEqual([17, "seen"]);
      const all = await repo.insertAll(
        Item,
        [
          { sku: "a", name: "x", stock: 1, insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") },
          { sku: "b", name: "y", stock: 1, insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") },
        ],
        { onConflict: { replace: ["name"] }, conflictTarget: ["sku"], returning: ["sku", "name"] },
      );
      expect([all.count, all.rows?.map(({ sku, name }) => [sku, name])]).toEqual([
        2,
        [
          ["a", "x"],
          ["b", "y"],
        ],
      ]);
    });

    test("targets: a field, fields, a constraint, a fragment", async () => {
      for (const conflictTarget of ["sku", ["sku"], sql.unsafe("(sku)")] as const)
        await repo.insertOrThrow(item({ stock: 5 }), { onConflict: { replace: ["stock"] }, conflictTarget });
      expect(await stored()).toEqual([["a", "one", 5]]);
      if (pg) {
        await repo.query("alter table items add constraint items_sku_key unique (sku)");
        await repo.insertOrThrow(item({ stock: 6 }), {
          onConflict: { replace: ["stock"] },
          conflictTarget: { constraint: "items_sku_key" },
        });
        expect(await stored()).toEqual([["a", "one", 6]]);
      } else
        await expect((async () => repo.insert(item({}), { onConflict: "nothing", conflictTarget: { constraint: "x" } }))()).rejects.toThrow(
          /constraint/,
        );
      for (const options of [
        { onConflict: { replace: ["stok"] }, conflictTarget: "sku" },
        { onConflict: { replace: ["stock"] }, conflictTarget: "skuu" },
        { onConflict: "ignore" },
        { onConflict: { sett: { name: "x" } }, conflictTarget: "sku" },
        { onConflict: from(Movie).update({ set: { title: "x" } }), conflictTarget: "sku" },
      ]) {
        const error = await (async () => repo.insert(item({}), options as never))().catch((reason: unknown) => reason);
        expect([JSON.stringify(options), error instanceof EctypeError && !(error instanceof ConstraintError)]).toEqual([
          JSON.stringify(options),
          true,
        ]);
      }
    });
  });

  test("returning reads back fields, or all", async () => {
    const made = await repo.insertOrThrow(item({}), { returning: true });
    expect(made.name).toBe("one");
    await repo.query("update items set name = 'behind'");
    const updated = await repo.updateOrThrow(change(made, { stock: 3 }), { returning: ["name"] });
    expect([updated.name, updated.stock]).toEqual(["behind", 3]);
    await expect((async () => repo.insert(item({ sku: "z" }), { returning: ["nam" as "name"] }))()).rejects.toThrow(/nam/);
  });

  test("insertAll takes placeholders, queries in cells, and rows of different keys", async () => {
    const at = new Date("2026-01-01T00:00:00Z");
    await repo.insertAll(
      Item,
      [
        { sku: "a", name: placeholder("name"), insertedAt: placeholder("at"), updatedAt: placeholder("at") },
        { sku: "b", stock: 2, name: placeholder("name"), insertedAt: at, updatedAt: at },
      ],
      { placeholders: { name: "shared", at } },
    );
    await repo.insertAll(Item, [{ sku: "c", stock: from(Item).select((i) => max(i.stock)), insertedAt: at, updatedAt: at }]);
    expect(await stored()).toEqual([
      ["a", "shared", null],
      ["b", "shared", 2],
      ["c", null, 2],
    ]);
    await expect((async () => repo.insertAll(Item, [{ name: placeholder("nme") }], { placeholders: { name: "x" } }))()).rejects.toThrow(
      /nme/,
    );
    await repo.insertAll(Item, [{ sku: "d", tags: ["x"], insertedAt: at, updatedAt: at }]);
    expect(await repo.updateAll(from(Item).where({ sku: "d" }), { push: { tags: "y" } })).toEqual({ count: 1, rows: null });
    await repo.updateAll(from(Item).where({ sku: "d" }), { pull: { tags: "x" } });
    expect((await repo.getByOrThrow(Item, { sku: "d" })).tags).toEqual(["y"]);
    for (const [kind, [before, item, other]] of Object.entries({
      flags: [[true], false, true],
      big: [[1n], 2n ** 60n, 1n],
      at: [["2026-01-01"], "2026-01-02", "2026-01-01"],
      many: [[[1]], [2, 3], [1]],
      none: [null, 5, 6],
    }) as [keyof Listed & string, [never, never, never]][]) {
      await repo.deleteAll(Listed);
      await repo.insertOrThrow(Listed.build({ [kind]: before }));
      if (pg && kind === "many") continue;
      await repo.updateAll(Listed, { push: { [kind]: item } });
      expect([kind, (await repo.oneOrThrow(Listed))[kind]]).toEqual([kind, [...((before as unknown[] | null) ?? []), item]]);
      await repo.updateAll(Listed, { pull: { [kind]: other } });
      expect([kind, (await repo.oneOrThrow(Listed))[kind]]).toEqual([kind, [item]]);
    }
    await repo.updateAll(Item, { set: { stock: 1 } });
    await repo.updateAll(Item, { inc: { stock: 4 } });
    expect(await repo.aggregate(Item, "sum", "stock")).toBe(20);
  });

  describe("with rows", () => {
    beforeEach(async () => {
      const at = { insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") };
      await repo.insertAll(Item, [
        { sku: "a", kind: "x", stock: 1, ...at },
        { sku: "b", kind: "x", stock: 2, ...at },
        { sku: "c", kind: "y", stock: null, ...at },
      ]);
      await repo.insertAll(Category, [
        { id: 1, name: "root", parentId: null },
        { id: 2, name: "child", parentId: 1 },
        { id: 3, name: "leaf", parentId: 2 },
      ]);
    });

    test("orderBy, groupBy and distinct take a callback, names, or directions", async () => {
      expect(
        await repo.all(
          from(Item)
            .orderBy({ kind: "desc", stock: "ascNullsLast" })
            .select((i) => i.sku),
        ),
      ).toEqual(["c", "a", "b"]);
      expect(
        await repo.all(
          from(Item)
            .orderBy((i) => [i.stock.descNullsLast(), i.sku.asc()])
            .select((i) => i.sku),
        ),
      ).toEqual(["b", "a", "c"]);
      expect(
        await repo.all(
          from(Item)
            .orderBy((i) => i.stock.ascNullsFirst())
            .select((i) => i.sku),
        ),
      ).toEqual(["c", "a", "b"]);
      expect(
        await repo.all(
          from(Item)
            .orderBy(["kind", "sku"])
            .select((i) => i.sku),
        ),
      ).toEqual(["a", "b", "c"]);
      expect(
        await repo.all(
          from(Item)
            .groupBy("kind")
            .orderBy("kind")
            .select((i) => [i.kind, count(), sum(i.stock)]),
        ),
      ).toEqual([
        ["x", 2, 3],
        ["y", 1, null],
      ]);
      expect(
        await repo.all(
          from(Item)
            .groupBy((i) => [i.kind])
            .orderBy("kind")
            .select((i) => i.kind),
        ),
      ).toEqual(["x", "y"]);
      expect(
        await repo.all(
          from(Item)
            .groupBy(["kind", "sku"])
            .orderBy("sku")
            .select((i) => i.sku),
        ),
      ).toEqual(["a", "b", "c"]);
      expect(
        await repo.all(
          from(Item)
            .select((i) => ({ kind: i.kind.as("k") }))
            .groupBy(() => selectedAs("k"))
            .orderBy(() => selectedAs("k")),
        ),
      ).toEqual([{ kind: "x" }, { kind: "y" }]);
      if (pg)
        expect(
          await repo.all(
            from(Item)
              .distinct((i) => i.kind)
              .orderBy({ sku: "desc" })
              .select((i) => i.sku),
          ),
        ).toEqual(["b", "c"]);
      expect(() => from(Item).orderBy({ sku: "up" as never })).toThrow(/up/);
      expect(() => from(Item).orderBy("skuu" as never)).toThrow(/skuu/);
      expect(() => from(Item).groupBy("skuu" as never)).toThrow(/skuu/);
    });

    test("aggregates with filter and over; window functions", async () => {
      expect(
        await repo.one(
          from(Item).select((i) => [
            count(),
            count(i.stock),
            count(i.kind, "distinct"),
            min(i.stock),
            max(i.stock),
            count().filter(i.kind.eq("y")),
          ]),
        ),
      ).toEqual([3, 2, 2, 1, 2, 1]);
      expect(Number(await repo.one(from(Item).select((i) => avg(i.stock))))).toBe(1.5);
      const rows = await repo.all(
        from(Item)
          .windows((i) => ({ w: { partitionBy: i.kind, orderBy: i.sku } }))
          .orderBy("sku")
          .select((i) => [
            i.sku,
            rowNumber().over("w"),
            rank().over("w"),
            denseRank().over("w"),
            percentRank().over("w"),
            cumeDist().over("w"),
            ntile(1).over("w"),
            lag(i.sku).over("w"),
            lead(i.sku).over("w"),
            firstValue(i.sku).over("w"),
            lastValue(i.sku).over("w"),
            nthValue(i.sku, 1).over("w"),
          ]),
      );
      expect(rows).toEqual([
        ["a", 1, 1, 1, 0, 0.5, 1, null, "b", "a", "a", "a"],
        ["b", 2, 2, 2, 1, 1, 1, "a", null, "a", "b", "a"],
        ["c", 1, 1, 1, 0, 1, 1, null, null, "c", "c", "c"],
      ]);
      expect(
        await repo.all(
          from(Item)
            .orderBy("sku")
            .select((i) => sum(i.stock).over({ partitionBy: [i.kind], orderBy: [i.sku], frame: sql`ROWS UNBOUNDED PRECEDING` })),
        ),
      ).toEqual([1, 3, null]);
      expect(
        await repo.all(
          from(Item)
            .orderBy("sku")
            .select(() => count().over()),
        ),
      ).toEqual([3, 3, 3]);
    });

    test("CTEs: by name, typed, recursive, on joins, for writes", async () => {
      expect(
        await repo.all(
          from("x")
            .withCte("x", from(Item).where({ kind: "x" }))
            .orderBy((x) => x.sku)
            .select((x) => x.sku),
        ),
      ).toEqual(["a", "b"]);
      const typed = await repo.all(
        from(cte("x", Item))
          .withCte("x", from(Item).where({ kind: "x" }))
          .orderBy("sku"),
      );
      expectTypeOf(typed).toEqualTypeOf<Item[]>();
      expect(typed.map((one) => one.sku)).toEqual(["a", "b"]);
      expect(
        await repo.all(
          from(Item)
            .withCte("x", from(Item).where({ sku: "b" }), { materialized: false })
            .join("x", cte("x", Item), (i, { x }) => x.id.eq(i.id))
            .select((i) => i.sku),
        ),
      ).toEqual(["b"]);
      const up = from(Category)
        .where({ id: 3 })
        .unionAll(from(Category).join("tree", cte("tree", Category), (c, { tree }) => c.id.eq(tree.parentId)));
      expect(
        (await repo.all(from(cte("tree", Category)).withCte("tree", up, { recursive: true }).orderBy("id"))).map((one) => one.name),
      ).toEqual(["root", "child", "leaf"]);
      if (pg) {
        const moved = await repo.all(
          from("gone")
            .withCte(
              "gone",
              from(Item)
                .where({ sku: "c" })
                .select((i) => ({ sku: i.sku })),
              { operation: "deleteAll" },
            )
            .select((g) => g.sku),
        );
        expect(moved).toEqual(["c"]);
        expect(await repo.aggregate(Item, "count")).toBe(2);
      }
      expect(
        await repo.deleteAll(
          from(Item)
            .withCte("x", from(Item).where({ kind: "x" }))
            .where((i) => i.id.in(from(cte("x", Item)).select((x) => x.id))),
        ),
      ).toMatchObject({ count: 2 });
    });

    test("combinations take a query or a function; subqueries stand everywhere", async () => {
      const skus = from(Item).select((i) => i.sku);
      expect(
        await repo.all(
          skus.where({ kind: "y" }).union(
            from(Item)
              .where({ sku: "a" })
              .select((i) => i.sku),
          ),
        ),
      ).toHaveLength(2);
      expect(await repo.all(skus.union((q) => q))).toHaveLength(3);
      expect(
        await repo
          .all(
            skus.intersectAll(
              from(Item)
                .where({ sku: "a" })
                .select((i) => i.sku),
            ),
          )
          .catch((error: Error) => error.message),
      ).toEqual(pg ? ["a"] : expect.stringMatching(/intersectAll/));
      expect(await repo.all(skus.where((i) => i.stock.eq(subquery(from(Item).select((o) => max(o.stock))))))).toEqual(["b"]);
      expect(
        await repo.all(
          skus.where((i) =>
            i.id.in(
              subquery(
                from(Item)
                  .where({ kind: "y" })
                  .select((o) => o.id),
              ),
            ),
          ),
        ),
      ).toEqual(["c"]);
      expect(
        await repo.all(
          from(Category)
            .as("p")
            .where(() => exists(from(Category).where((c) => c.parentId.eq(parentAs("p", Category).id))))
            .orderBy("id")
            .select((c) => c.name),
        ),
      ).toEqual(["root", "child"]);
      expect(
        await repo.all(
          from(Category)
            .orderBy("id")
            .limit(1)
            .select((c) => ({ name: c.name, all: subquery(from(Category).select(() => count())) })),
        ),
      ).toEqual([{ name: "root", all: 3 }]);
      expect(
        await repo.all(
          from(
            subquery(
              from(Item)
                .groupBy("kind")
                .select((i) => ({ kind: i.kind, n: count() })),
            ),
          )
            .where((s) => s.n.gt(1))
            .select((s) => s.kind),
        ),
      ).toEqual(["x"]);
    });

    test("dynamic builds conditions, orders and updates apart", async () => {
      const condition = dynamic.and([dynamic((i) => i.kind.eq("x")), dynamic.or([dynamic((i) => i.stock.eq(1)), null])]);
      expect(
        await repo.all(
          from(Item)
            .where(condition)
            .select((i) => i.sku),
        ),
      ).toEqual(["a"]);
      expect(
        await repo.all(
          from(Item)
            .orderBy(dynamic((i) => i.sku))
            .select((i) => i.sku),
        ),
      ).toEqual(["a", "b", "c"]);
      expect(
        await repo.all(
          from(Item)
            .groupBy(dynamic((i) => i.kind))
            .orderBy("kind")
            .select((i) => i.kind),
        ),
      ).toEqual(["x", "y"]);
      expect(
        await repo.all(
          from(Item)
            .groupBy("kind")
            .having(dynamic((i) => count(i.id).gt(1)))
            .select((i) => i.kind),
        ),
      ).toEqual(["x"]);
    });

    test("one throws on more than one, update clauses stand in queries", async () => {
      await expect(repo.one(Item)).rejects.toMatchObject({ code: "MULTIPLE_RESULTS" });
      await repo.updateAll(
        from(Item)
          .where({ sku: "a" })
          .update((i) => ({ set: { name: i.sku }, inc: { stock: 2 } })),
      );
      expect((await stored())[0]).toEqual(["a", "a", 3]);
    });
  });

  test("every error has a code, and names what it is about", async () => {
    const errors = await Promise.all(
      [
        () => repo.get(Item, "x" as never),
        () => repo.oneOrThrow(Item),
        () => repo.insertOrThrow(cast(item({}), {}, []).validateRequired("kind")),
        () => repo.update(change({ ...item({}) } as never)),
        () => repo.query("nonsense"),
        () => repo.all(from(Item).where((i) => (i as unknown as { nope: typeof i.sku }).nope.eq("x"))),
        () => repo.insert(item({ stock: "many" })),
        () => repo.delete(Item.build()),
      ].map(async (call) => {
        try {
          await call();
          return null;
        } catch (error) {
          return error;
        }
      }),
    );
    expect(errors.map((error) => (error instanceof EctypeError ? error.code : error))).toEqual([
      "CAST",
      "NO_RESULTS",
      "INVALID_CHANGESET",
      "ARGUMENT",
      "DATABASE",
      "QUERY",
      "CHANGE",
      "NO_PRIMARY_KEY_VALUE",
    ]);
    expect((errors[6] as Error).message).toMatch(/stock.*Item|Item.*stock/s);
  });
});
