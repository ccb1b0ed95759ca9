import {
  change,
  Decimal,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  type JsonNull,
  jsonNull,
  type Repo,
  schema,
  sql,
  type,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Part extends embeddedSchema(
  {
    big: field.bigint(),
    price: field.decimal(),
    ratio: field.float(),
    count: field.integer(),
    note: field.json(),
    bigs: field.array(field.bigint()),
  },
  { primaryKey: false },
) {}
class Doc extends schema("docs", {
  data: field.json<unknown>(),
  must: field.json<number | JsonNull>({ null: false, default: 0 }),
  map: field.map(),
  rates: field.map(field.decimal()),
  bigs: field.array(field.bigint()),
  list: field.array(field.json<unknown>()),
  part: embedsOne(() => Part, { onReplace: "update" }),
  parts: embedsMany(() => Part, { onReplace: "delete" }),
}) {}

const LONG = [
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890",
  "1.234567890123456789",
  "123456789012345678901234.5",
  "0.12345678901234567890123456789",
  "1e400",
];
const EXACT = [
  "9007199254740992",
  "9007199254740991",
  "0.30000000000000004",
  "1.7976931348623157e308",
  "5e-324",
  "1.50",
  "100",
  "1e2",
  "-1.5E+3",
  "9007199254740994",
];

describe.each(databases)("numbers and nulls in JSON on $label", (database) => {
  let repo: Repo;
  const pg = database.name === "postgres";
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Doc]);
  });
  beforeEach(() => repo.deleteAll(Doc));

  /** One row, in which a column holds this JSON. */
  const put = async (column: string, json: string) => {
    await repo.deleteAll(Doc);
    const others = { must: "0", parts: "[]" };
    const values = Object.entries({ ...others, [column]: json });
    await repo.query(
      `insert into docs (${values.map(([name]) => name).join(", ")}) values (${values.map(([, one]) => `'${one.replaceAll("'", "''")}'`).join(", ")})`,
    );
  };
  const read = async (name: keyof Doc & string) => ((await repo.all(from(Doc)))[0] as unknown as Record<string, unknown>)[name];

  test.each(LONG)("%s, which no number holds, is not read as one", async (number) => {
    for (const json of [number, `[1, ${number}]`, `{"a": {"b": [${number}]}, "c": "${number}"}`, `{"a":${number}}`]) {
      await put("data", json);
      await expect(repo.all(Doc), json).rejects.toThrow(
        /cannot load field "data" of schema Doc as json: it .*a number that a JavaScript number cannot hold exactly/,
      );
      await expect(repo.all(from(Doc).select((d) => d.data))).rejects.toThrow(/exactly/);
    }
    await put("data", `{"a": {"b": [${number}]}}`);
    await expect(repo.all(Doc)).rejects.toThrow(/it holds, at a\.b\.0, a number/);
    await expect(repo.all(from(Doc).select((d) => d.data.path("a")))).rejects.toThrow(/at b\.0/);
    await expect(repo.all(from(Doc).select((d) => d.data.path("a", "b", 0)))).rejects.toThrow(/exactly/);
    await put("map", `{"a": ${number}}`);
    await expect(repo.all(Doc)).rejects.toThrow(/"map".* at a, /);
  });

  test("numbers that come back as they are, and texts of digits, are no matter", async () => {
    for (const number of EXACT) {
      await put("data", `{"a": [${number}], "text": "9007199254740993 and 1e400, 12345678901234567890", "9007199254740993": 1}`);
      expect(await read("data")).toEqual({
        a: [Number(number)],
        text: "9007199254740993 and 1e400, 12345678901234567890",
        "9007199254740993": 1,
      });
    }
    await put("data", `{"q": "\\\\", "n": 1, "m": "#9007199254740993 \\"12345678901234567890\\""}`);
    expect(await read("data")).toEqual({ q: "\\", n: 1, m: '#9007199254740993 "12345678901234567890"' });
  });

  test("a path is read exactly by the type that one asks for", async () => {
    await put("data", '{"big": 9007199254740993, "dec": 1234567890123456789.0123456789, "text": "1.5", "none": null, "yes": true}');
    const [row] = await repo.all(
      from(Doc).select(
        (d) =>
          [
            type(d.data.path("big"), "bigint"),
            type(d.data.path("dec"), "decimal"),
            type(d.data.path("text"), "decimal"),
            type(d.data.path("none"), "decimal"),
            d.data.pathText("big"),
            d.data.pathText("dec"),
            d.data.pathText("text"),
            d.data.pathText("none"),
            d.data.pathText("yes"),
            d.data.path("none"),
          ] as const,
      ),
    );
    expect(row).toEqual([
      9007199254740993n,
      new Decimal("1234567890123456789.0123456789"),
      new Decimal("1.5"),
      null,
      "9007199254740993",
      "1234567890123456789.0123456789",
      "1.5",
      null,
      "true",
      null,
    ]);
  });

  test("fields of bigint and decimal in embeds, maps and lists read every digit", async () => {
    const json =
      '{"big": 9007199254740993, "price": 0.12345678901234567890123456789, "ratio": 0.12345678901234567890123456789, "count": 1, "bigs": [9007199254740993, null]}';
    await put("part", json);
    expect(await read("part")).toMatchObject({
      big: 9007199254740993n,
      price: new Decimal("0.12345678901234567890123456789"),
      ratio: 0.12345678901234568,
      bigs: [9007199254740993n, null],
    });
    await put("parts", `[${json}]`);
    expect(((await read("parts")) as Part[])[0]?.big).toBe(9007199254740993n);
  });

  test("what no field reads exactly is refused, by its place", async () => {
    for (const [json, place] of [
      ['{"count": 9007199254740993}', "count"],
      ['{"note": {"n": 9007199254740993}}', "note.n"],
    ] as const) {
      await put("part", json);
      await expect(repo.all(Doc)).rejects.toThrow(`it holds, at ${place}, a number`);
    }
    await put("rates", '{"a": 0.12345678901234567890123456789}');
    expect(await read("rates")).toEqual({ a: new Decimal("0.12345678901234567890123456789") });
  });

  test("nothing is written back rounded", async () => {
    await put("part", '{"big": 9007199254740993, "count": 1}');
    const [doc] = await repo.all(Doc);
    await repo.updateOrThrow(change(doc as Doc).putEmbed("part", { count: 2 } as never));
    expect(await read("part")).toMatchObject({ big: 9007199254740993n, count: 2 });
  });

  test("raw queries and untyped expressions keep every digit of whole numbers", async () => {
    expect((await repo.query("select 9007199254740993, 5")).rows).toEqual([[9007199254740993n, 5]]);
    await put("data", "1");
    expect(await repo.all(from(Doc).select(() => sql`9007199254740993`))).toEqual([9007199254740993n]);
    expect(await repo.all(from(Doc).select(() => [sql`7`, sql`'x'`]))).toEqual([[7, "x"]]);
    if (pg)
      expect((await repo.query(`select '{"a": 9007199254740993, "b": 1.50, "c": 0.12345678901234567890123}'::jsonb`)).rows).toEqual([
        [{ a: 9007199254740993n, b: 1.5, c: new Decimal("0.12345678901234567890123") }],
      ]);
  });

  test("JSON's null is told from SQL's", async () => {
    const saved = await repo.insertOrThrow(Doc.build({ data: jsonNull, must: jsonNull, list: [1] }));
    expect(saved.data).toBe(jsonNull);
    const none = await repo.insertOrThrow(Doc.build({ data: null }));
    const rows = await repo.all(from(Doc).orderBy("id"));
    expect(rows.map((doc) => doc.data)).toEqual([jsonNull, null]);
    expect(rows[0]?.must).toBe(jsonNull);
    expect(JSON.stringify({ data: rows[0]?.data })).toBe('{"data":null}');
    expect(
      await repo.all(
        from(Doc)
          .where((d) => d.data.isNull())
          .select((d) => d.id),
      ),
    ).toEqual([none.id]);
    expect(
      await repo.all(
        from(Doc)
          .where((d) => d.data.eq(jsonNull))
          .select((d) => d.id),
      ),
    ).toEqual([saved.id]);
    await repo.updateOrThrow(change(none, { data: jsonNull }));
    expect(await repo.all(from(Doc).select((d) => d.data))).toEqual([jsonNull, jsonNull]);
    await repo.updateAll(from(Doc), { set: { data: null } });
    expect(await repo.all(from(Doc).select((d) => d.data))).toEqual([null, null]);
    await repo.insertAll(Doc, [
      { data: jsonNull, must: 1, parts: [] },
      { data: null, must: 1, parts: [] },
    ]);
    expect(
      await repo.aggregate(
        from(Doc).where((d) => d.data.eq(jsonNull)),
        "count",
      ),
    ).toBe(1);
    expect(change(rows[0] as Doc, { data: jsonNull }).changes).toEqual({});
    expect(change(rows[0] as Doc, { data: null }).changes).toEqual({ data: null });
    await expect(repo.insert(Doc.build({ data: { a: jsonNull } }))).rejects.toThrow(/not a JSON value/);
  });

  test("JSON's null is none to maps and embeds", async () => {
    for (const column of ["map", "rates", "part"] as const) {
      await put(column, "null");
      expect(await read(column)).toBe(null);
    }
    await put("data", '{"a": null}');
    expect(await repo.all(from(Doc).select((d) => d.data.path("a")))).toEqual([null]);
  });

  test("a list keeps it apart from null, or refuses it", async () => {
    const list = [jsonNull, null, { a: null }];
    if (!pg) return expect(repo.insert(Doc.build({ list }))).rejects.toThrow(/JSON's null and null as one/);
    await repo.insertOrThrow(Doc.build({ list }));
    expect(await read("list")).toEqual(list);
  });
});

describe.each(databases)("zeros on $label", (database) => {
  class Zero extends schema("zeros", { float: field.float(), decimal: field.decimal(), floats: field.array(field.float()) }) {}
  test("decimals have one, and PostgreSQL keeps the sign of a float's", async () => {
    const repo = await openRepo(database);
    await createTables(repo, [Zero]);
    await repo.insertOrThrow(Zero.build({ float: -0, decimal: new Decimal("-0"), floats: [-0, 0] }));
    await repo.insertAll(Zero, [{ float: -0, decimal: new Decimal("-0") }]);
    const rows = await repo.all(Zero);
    expect(await repo.aggregate(from(Zero).where({ decimal: new Decimal(0), float: 0 }), "count")).toBe(2);
    expect(rows.map((row) => String(row.decimal))).toEqual(["0", "0"]);
    if (database.name === "postgres") expect(rows.map((row) => row.float)).toEqual([-0, -0]);
    if (database.name === "postgres") expect(rows[0]?.floats).toEqual([-0, 0]);
  });
});
