import {
  caseWhen,
  coalesce,
  cte,
  Decimal,
  embeddedSchema,
  embedsMany,
  embedsOne,
  type Expr,
  field,
  firstValue,
  from,
  hasMany,
  lag,
  lead,
  max,
  merge,
  min,
  nthValue,
  over,
  type Repo,
  schema,
  sql,
  subquery,
  type Type,
  type,
  values,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// A value is the same whichever way a query brings it: out of a column, an expression, a subquery, a combination, JSON, or a change of rows.

const fields = {
  integer: field.integer(),
  bigint: field.bigint(),
  float: field.float(),
  decimal: field.decimal(),
  boolean: field.boolean(),
  string: field.string(),
  binary: field.binary(),
  uuid: field.uuid(),
  bits: field.bitstring(),
  date: field.date(),
  time: field.time({ usec: true }),
  naive: field.naiveDatetime({ usec: true }),
  utc: field.utcDatetime(),
  utcUsec: field.utcDatetime({ usec: true }),
  duration: field.duration(),
  json: field.json<unknown>(),
  jsonText: field.json<unknown>(),
  jsonNumber: field.json<unknown>(),
  map: field.map(),
  mapOf: field.map(field.decimal()),
  enumText: field.enum(["draft", "public"]),
  enumNumber: field.enum({ low: 1, high: 2 }),
  integers: field.array(field.integer()),
  decimals: field.array(field.decimal()),
  strings: field.array(field.string()),
  dates: field.array(field.date()),
  moments: field.array(field.utcDatetime()),
};
class Inner extends embeddedSchema({ name: field.string(), at: field.utcDatetime(), price: field.decimal() }, { primaryKey: false }) {}
class Deep extends embeddedSchema(fields, { primaryKey: false }) {}
class Road extends schema("roads", {
  ...fields,
  one: embedsOne(() => Inner),
  many: embedsMany(() => Inner),
  deep: embedsOne(() => Deep),
  twinId: field.id(),
  twins: () => hasMany(Road, { foreignKey: "twinId" }),
}) {}

const inner = { name: "å'\"", at: new Date("2026-01-02T03:04:05Z"), price: new Decimal("1.50") };
const samples: Record<string, unknown> = {
  integer: Number.MAX_SAFE_INTEGER,
  bigint: 2n ** 63n - 1n,
  float: 0.1,
  decimal: new Decimal("12345678901234567890.123456789"),
  boolean: true,
  string: "007",
  binary: new Uint8Array([0, 255, 39, 128]),
  uuid: "00000000-0000-4000-8000-0000000000ff",
  bits: "0101",
  duration: "P1Y2M3DT4S",
  date: "2024-02-29",
  time: "23:59:59.000001",
  naive: "2024-02-29T23:59:59.123456",
  utc: new Date("2024-02-29T23:59:59Z"),
  utcUsec: new Date("2024-02-29T23:59:59.123Z"),
  json: { a: [1, "2", null, { b: true }], "it's": 1.5 },
  jsonText: "1",
  jsonNumber: 1,
  map: { a: 1 },
  mapOf: { a: new Decimal("0.1") },
  enumText: "public",
  enumNumber: "high",
  integers: [1, null, 3],
  decimals: [new Decimal("0.10"), new Decimal("99999999999999999999.5")],
  strings: ["1", 'q"', "a,b", ""],
  dates: ["2024-02-29"],
  moments: [new Date("2024-02-29T23:59:59Z")],
};
type Name = string;
const PLAIN = Object.keys(fields);
const EMBEDS: Name[] = ["one", "many"];

type Column = Expr<any>;
const col = (binding: object, name: Name): Column => (binding as Record<string, Column>)[name] as Column;
const read = (row: unknown, name: Name) => (row as Record<string, unknown>)[name];

/** A road: from the id of a row to the value. */
type RoadFn = (repo: Repo, id: number, name: Name, sample: unknown) => Promise<unknown>;
const at = (id: number) => from(Road).where({ id });
const one = async (repo: Repo, query: any) => {
  const rows = await repo.all(query);
  expect(rows).toHaveLength(1);
  return rows[0] as unknown;
};
const via =
  (make: (v: Column, id: number, name: Name) => Column): RoadFn =>
  (repo, id, name) =>
    one(
      repo,
      at(id).select((r) => make(col(r, name), id, name)),
    );

const ROADS: Record<string, RoadFn> = {
  struct: async (repo, id, name) => read(await repo.get(Road, id), name),
  column: via((v) => v),
  "column with a name": via((v) => v.as("x")),
  tuple: async (repo, id, name) =>
    (
      (await one(
        repo,
        at(id).select((r) => [r.id, [col(r, name)]] as const),
      )) as any
    )[1][0],
  object: async (repo, id, name) =>
    (
      (await one(
        repo,
        at(id).select((r) => ({ a: { b: col(r, name) } })),
      )) as any
    ).a.b,
  "list of fields": async (repo, id, name) => read(await one(repo, at(id).select([name] as never)), name),
  "merge into a struct": async (repo, id, name) =>
    read(
      await one(
        repo,
        at(id).select((r) => merge(r, { [name]: col(r, name) })),
      ),
      name,
    ),
  coalesce: via((v) => coalesce(v, v)),
  case: via((v) => caseWhen(v.isNotNull(), v)),
  "case, else": via((v) => caseWhen(v.isNull(), v).else(v)),
  "case after null": via((v) => caseWhen(v.isNull(), null).else(v)),
  "sql.typed": (repo, id, name) => {
    const of = Road.schema.types[name] as Type;
    return one(
      repo,
      at(id).select((r) => sql.typed(of as never, sql`${col(r, name)}`)),
    );
  },
  subquery: async (repo, id, name) =>
    one(
      repo,
      from(subquery(at(id))).select((r) => col(r, name)),
    ),
  "struct out of a subquery": async (repo, id, name) => read(await one(repo, from(subquery(at(id)))), name),
  "object out of a subquery": async (repo, id, name) =>
    read(await one(repo, from(subquery(at(id).select((r) => ({ x: col(r, name) }) as never)))), "x"),
  "column of a subquery's object": async (repo, id, name) =>
    one(
      repo,
      from(subquery(at(id).select((r) => ({ x: col(r, name) }) as never))).select((s: any) => s.x),
    ),
  "expression in a subquery": async (repo, id, name) =>
    one(
      repo,
      from(subquery(at(id).select((r) => ({ x: coalesce(col(r, name), col(r, name)) }) as never))).select((s: any) => s.x),
    ),
  "subquery of a subquery": async (repo, id, name) =>
    one(
      repo,
      from(subquery(from(subquery(at(id).select((r) => ({ x: col(r, name) }) as never))))).select((s: any) => s.x),
    ),
  "scalar subquery": async (repo, id, name) =>
    one(
      repo,
      at(id).select(() => subquery(at(id).select((r) => col(r, name))) as never),
    ),
  "CTE of a schema": async (repo, id, name) => read(await one(repo, from(cte("c", Road)).withCte("c", at(id))), name),
  "CTE, by a table and a schema": async (repo, id, name) => read(await one(repo, from(["c", Road]).withCte("c", at(id))), name),
  "column of a CTE": async (repo, id, name) =>
    one(
      repo,
      from("c")
        .withCte(
          "c",
          at(id).select((r) => ({ x: col(r, name) }) as never),
        )
        .select((c: any) => c.x),
    ),
  "materialized CTE": async (repo, id, name) =>
    read(await one(repo, from(cte("c", Road)).withCte("c", at(id), { materialized: true })), name),
  unionAll: async (repo, id, name) => {
    const rows = await repo.all(
      at(id)
        .select((r) => col(r, name))
        .unionAll(at(id).select((r) => col(r, name))),
    );
    expect(rows).toHaveLength(2);
    return rows[1];
  },
  union: async (repo, id, name) =>
    one(
      repo,
      at(id)
        .select((r) => col(r, name))
        .union(at(id).select((r) => col(r, name))),
    ),
  "union of structs": async (repo, id, name) => read(await one(repo, at(id).unionAll(at(-1))), name),
  intersect: async (repo, id, name) =>
    one(
      repo,
      at(id)
        .select((r) => col(r, name))
        .intersect(at(id).select((r) => col(r, name))),
    ),
  "subquery of a union": async (repo, id, name) =>
    one(
      repo,
      from(
        subquery(
          at(id)
            .select((r) => ({ x: col(r, name) }) as never)
            .unionAll(at(-1).select((r) => ({ x: col(r, name) }) as never)),
        ),
      ).select((s: any) => s.x),
    ),
  "joined struct": async (repo, id, name) =>
    read(
      await one(
        repo,
        from(Road, { as: "a" })
          .where({ id })
          .leftJoin("b", Road, (a: any, { b }: any) => b.id.eq(a.id))
          .select((_: any, { b }: any) => b),
      ),
      name,
    ),
  "joined column": async (repo, id, name) =>
    one(
      repo,
      at(id)
        .leftJoin("b", Road, (a: any, { b }: any) => b.id.eq(a.id))
        .select((_: any, { b }: any) => col(b, name)),
    ),
  "preload out of a join": async (repo, id, name) => {
    const row = (await one(repo, at(id).join("twins").preload({ twins: "twins" }))) as Road & { twins: Road[] };
    return read(row.twins[0], name);
  },
  preload: async (repo, id, name) => read(((await one(repo, at(id).preload("twins"))) as { twins: Road[] }).twins[0], name),
  lag: async (repo, id, name) => {
    const rows = await repo.all(
      from(Road)
        .where((r) => r.id.in([id, id]))
        .select((r) => lag(col(r, name), 0).over({ orderBy: r.id })),
    );
    return rows[0];
  },
  lead: via((v) => lead(v, 0).over()),
  "lag with a default": via((v) => lag(v, 1, v).over()),
  firstValue: via((v) => firstValue(v).over()),
  nthValue: via((v) => over(nthValue(v, 1))),
  distinct: async (repo, id, name) =>
    one(
      repo,
      at(id)
        .select((r) => col(r, name))
        .distinct(true),
    ),
  limitPer: async (repo, id, name) => read(await one(repo, at(id).orderBy("id").limitPer(1, "id")), name),
  groupBy: async (repo, id, name) =>
    one(
      repo,
      at(id)
        .groupBy((r) => col(r, name))
        .select((r) => col(r, name)),
    ),
  stream: async (repo, id, name) => {
    for await (const row of repo.stream(at(id).select((r) => col(r, name)))) return row;
  },
  "prepared query": async (repo, id, name) =>
    (
      await repo
        .prepare((p: any) =>
          from(Road)
            .where((r) => r.id.eq(p.id))
            .select((r) => col(r, name)),
        )
        .all({ id } as never)
    )[0],
  "updateAll's select": async (repo, id, name) =>
    (
      await repo.updateAll(
        at(id)
          .update({ set: { twinId: id } })
          .select((r) => col(r, name)),
      )
    ).rows?.[0],
  "updateAll, returning": async (repo, id, name) =>
    read((await repo.updateAll(at(id).update({ set: { twinId: id } }), undefined as never, { returning: true } as never)).rows?.[0], name),
  "updateAll to itself": async (repo, id, name) =>
    read(
      (
        await repo.updateAll(
          at(id)
            .update((r) => ({ set: { [name]: col(r, name) } }) as never)
            .select((r) => r),
        )
      ).rows?.[0],
      name,
    ),
  "updateAll to a value": async (repo, id, name, sample) =>
    read(
      (
        await repo.updateAll(
          at(id)
            .update({ set: { [name]: sample } } as never)
            .select((r) => r),
        )
      ).rows?.[0],
      name,
    ),
  "deleteAll's select": async (repo, id, name) => {
    let found: unknown;
    await repo
      .transaction(async () => {
        found = (await repo.deleteAll(at(id).select((r) => col(r, name)))).rows?.[0];
        repo.rollback("kept");
      })
      .catch(() => {});
    return found;
  },
  "insertAll from a query": async (repo, id, name) => {
    const { rows } = await repo.insertAll(
      Road,
      at(id).select((r) => ({ [name]: col(r, name) }) as never),
      { returning: [name] } as never,
    );
    return read(rows?.[0], name);
  },
  "insertAll of a subquery": async (repo, id, name) => {
    const { rows } = await repo.insertAll(Road, [{ [name]: at(id).select((r) => col(r, name)) }] as never, { returning: [name] } as never);
    return read(rows?.[0], name);
  },
  "distinct on": async (repo, id, name) =>
    one(
      repo,
      at(id)
        .distinct((r) => col(r, name))
        .select((r) => col(r, name)),
    ),
  "lateral join": async (repo, id, name) =>
    one(
      repo,
      at(id)
        .innerLateralJoin("l", (r) => at(id).where((x) => x.id.eq(r.id)))
        .select((_: any, { l }: any) => col(l, name)),
    ),
};
/** For values that can be compared. */
const ORDERED: Record<string, RoadFn> = {
  min: via((v) => min(v)),
  max: via((v) => max(v)),
  "max with a filter": via((v, id) => max(v).filter(sql<boolean>`${id} = ${id}` as never)),
  "max over a window": via((v) => max(v).over()),
  aggregate: (repo, id, name) => repo.aggregate(at(id), "max", name as never),
};
/** For what can be written as a parameter. */
const WRITTEN: Record<string, RoadFn> = {
  "coalesce with a value": async (repo, id, name, sample) =>
    sample === null
      ? null
      : one(
          repo,
          at(id).select((r) => coalesce(col(r, name), sample as never)),
        ),
  "type of a value": async (repo, id, name, sample) =>
    one(
      repo,
      at(id).select(() => type(sample, Road.schema.types[name] as never)),
    ),
  "type of a column": (repo, id, name) =>
    one(
      repo,
      at(id).select((r) => type(col(r, name), Road.schema.types[name] as never)),
    ),
  values: async (repo, _, name, sample) =>
    read(await one(repo, from(values([{ n: 1, x: sample }], { n: "integer", x: Road.schema.types[name] as Type }))), "x"),
  "join with values": async (repo, id, name, sample) =>
    one(
      repo,
      at(id)
        .join("v", values([{ n: id, x: sample }], { n: "integer", x: Road.schema.types[name] as Type }), (r: any, { v }: any) =>
          r.id.eq(v.n),
        )
        .select((_: any, { v }: any) => v.x),
    ),
};
const JSON_PATHS: Record<string, RoadFn> = {
  "type of a path into an embed": (repo, id, name) =>
    one(
      repo,
      at(id).select((r) => type((r as any).deep.path(name), Road.schema.types[name] as never)),
    ),
  embed: async (repo, id, name) => read((await repo.get(Road, id))?.deep, name),
};

const UNORDERED = new Set([
  "boolean",
  "uuid",
  "json",
  "jsonText",
  "jsonNumber",
  "map",
  "mapOf",
  "bits",
  "duration",
  "one",
  "many",
  "binary",
]);
const ARRAYS = ["integers", "decimals", "strings", "dates", "moments"];
/** What a database has not, or cannot do exactly, by the names of road and field. */
const refused = (database: string, road: string, name: Name): RegExp | null => {
  if (database === "sqlite" && road === "distinct on") return /does not support/;
  if (database === "sqlite" && road === "lateral join") return /does not support/;
  if (road === "type of a path into an embed") {
    if (name === "binary") return /base64/;
    // In JSON an enum is its name.
    if (name === "enumNumber") return /enum|high/;
    if (database === "postgres" && ARRAYS.includes(name)) return /malformed array literal/;
  }
  return null;
};
/** SQLite finds the greatest decimal as a binary fraction of 15 digits. */
const inexact = (database: string, road: string, name: Name) => database === "sqlite" && name === "decimal" && road in ORDERED;

function expectSame(actual: unknown, expected: unknown, of: Type): void {
  if (expected === null) {
    expect(actual).toBeNull();
    return;
  }
  expect(Object.prototype.toString.call(actual)).toBe(Object.prototype.toString.call(expected));
  if (!of.equal(actual, expected)) expect(actual).toEqual(expected);
}

describe.each(databases)("roads of values on $label", (database) => {
  let repo: Repo;
  let full = 0;
  let empty = 0;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Road]);
    const row = { ...samples, one: Inner.build(inner), many: [Inner.build(inner)], deep: Deep.build(samples as never) };
    full = (await repo.insertOrThrow(Road.build(row as never))).id;
    const nothing = Object.fromEntries([...PLAIN, "one"].map((name) => [name, null]));
    empty = (await repo.insertOrThrow(Road.build({ ...nothing, many: [], deep: Deep.build({}) } as never))).id;
    for (const id of [full, empty]) await repo.updateAll(at(id).update({ set: { twinId: id } }));
  });

  describe.each([...PLAIN, ...EMBEDS])("%s", (name) => {
    const roads = {
      ...ROADS,
      ...(UNORDERED.has(name) ? {} : ORDERED),
      ...(EMBEDS.includes(name) ? {} : WRITTEN),
      ...(EMBEDS.includes(name) ? {} : JSON_PATHS),
    };
    test.each(Object.entries(roads))("%s", async (road, run) => {
      const error = refused(database.name, road, name);
      if (error) return expect((async () => run(repo, full, name, samples[name]))()).rejects.toThrow(error);
      const of = Road.schema.types[name] as Type;
      const whole = (await repo.get(Road, full)) as Road;
      const expected = EMBEDS.includes(name) ? read(whole, name) : samples[name];
      const found = await run(repo, full, name, expected);
      if (inexact(database.name, road, name)) expect(Number(found) / Number(expected)).toBeCloseTo(1, 13);
      else expectSame(found, expected, of);
      const none = name === "many" ? [] : null;
      expectSame(await run(repo, empty, name, none), none, of);
    });
  });
});
