import assert from "node:assert/strict";
import { Decimal } from "decimal.js";
import { field, from, inspect, type Repo, schema } from "../../index.ts";
import type { ColumnTypeInput } from "../../migration/index.ts";
import { define, type Feature, type FeatureCase } from "./feature.ts";

// The schemas are made in a loop, so one type stands for all.
type Text = ReturnType<typeof field.text>;

interface Sample {
  readonly field: object;
  readonly column: ColumnTypeInput;
  readonly values: readonly unknown[];
  /** Whether the database can compare the values with `=`. */
  readonly comparable?: boolean;
}

const texts = ["", 'it\'s "quoted" \\ and 100% _', "ÅÄÖ 👩‍👩‍👧 \u{10FFFF}", "007", "null"];
const samples = {
  integer: { field: field.integer(), column: "bigint", values: [0, -1, Number.MAX_SAFE_INTEGER] },
  bigint: { field: field.bigint(), column: "bigint", values: [0n, 2n ** 63n - 1n, -(2n ** 63n)] },
  float: { field: field.float(), column: "float", values: [0.1, -1e300, 5e-324] },
  decimal: {
    field: field.decimal(),
    column: "decimal",
    values: ["0.10", "-12345678901234567890.123456789", "1e-20"].map((one) => new Decimal(one)),
  },
  boolean: { field: field.boolean(), column: "boolean", values: [true, false] },
  string: { field: field.string(), column: "text", values: texts },
  text: { field: field.text(), column: "text", values: texts },
  enum: { field: field.enum(["draft", "public"]), column: "string", values: ["draft", "public"] },
  binary: { field: field.binary(), column: "binary", values: [new Uint8Array([]), new Uint8Array([0, 39, 92, 255])] },
  uuid: { field: field.uuid(), column: "uuid", values: ["00000000-0000-0000-0000-000000000000", "0193e8b2-7c1d-7abc-8def-0123456789ab"] },
  date: { field: field.date(), column: "date", values: ["0001-01-01", "2024-02-29", "9999-12-31"] },
  time: { field: field.time(), column: "time", values: ["00:00:00", "23:59:59"] },
  "time with microseconds": { field: field.time({ usec: true }), column: "timeUsec", values: ["13:45:00.000001"] },
  naiveDatetime: { field: field.naiveDatetime(), column: "naiveDatetime", values: ["2024-02-29T23:59:59"] },
  "naiveDatetime with microseconds": {
    field: field.naiveDatetime({ usec: true }),
    column: "naiveDatetimeUsec",
    values: ["2024-02-29T23:59:59.000001"],
  },
  utcDatetime: { field: field.utcDatetime(), column: "utcDatetime", values: [new Date(0), new Date("2026-11-22T13:45:07.250Z")] },
  json: { field: field.json(), column: "json", values: [{ a: [1, "two", null, { b: true }] }, [], "text", 1.5], comparable: false },
  map: { field: field.map(), column: "map", values: [{}, { a: { b: 1 } }], comparable: false },
  "list of texts": { field: field.array(field.string()), column: { array: "text" }, values: [[], texts], comparable: false },
  "list of numbers": { field: field.array(field.integer()), column: { array: "bigint" }, values: [[1, -2, 3]], comparable: false },
} satisfies Record<string, Sample>;

const kinds = Object.entries(samples as Record<string, Sample>).map(([name, sample], at) => {
  const table = `values_${at}`;
  return { name, sample, table, cls: class extends schema(table, { value: sample.field as Text }) {} };
});

/** Values of every type come back as they went. */
export const typeCases: Feature = {
  name: "types",
  setUp: (repo) =>
    define(repo, 1, (m) => {
      for (const { table, sample } of kinds) m.createTable(table, (t) => t.add("value", sample.column));
    }),
  cases: kinds.map(({ name, sample, cls }): FeatureCase => {
    const same = (found: unknown, value: unknown) =>
      assert.ok(cls.schema.types.value?.equal(found as never, value as never), `${inspect(found)} is not ${inspect(value)}`);
    return {
      name: `${name} comes back as it went, and is found by its value`,
      run: async (repo: Repo) => {
        for (const value of sample.values) {
          const { id } = await repo.insertOrThrow(cls.build({ value } as never));
          same((await repo.getOrThrow(cls, id)).value, value);
          await repo.insertAll(cls, [{ value } as never]);
          const all = await repo.all(
            from(cls)
              .where((v) => v.id.gte(id))
              .select((v) => v.value),
          );
          assert.equal(all.length, 2);
          for (const one of all) same(one, value);
          if (sample.comparable === false) continue;
          assert.equal(
            await repo.aggregate(
              from(cls)
                .where((v) => v.id.gte(id))
                .where({ value } as never),
              "count",
            ),
            2,
          );
          assert.equal(
            await repo.aggregate(
              from(cls).where((v) => v.id.gte(id).and(v.value.in([value] as never))),
              "count",
            ),
            2,
          );
        }
        const { id } = await repo.insertOrThrow(cls.build({ value: null } as never));
        assert.equal((await repo.getOrThrow(cls, id)).value, null);
      },
    };
  }),
};
