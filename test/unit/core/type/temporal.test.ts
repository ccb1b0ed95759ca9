import { Temporal as polyfill } from "temporal-polyfill";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../../src/core/base/index.ts";
import { loadValue, type Type, types } from "../../../../src/core/type/index.ts";

const scope = globalThis as { Temporal?: unknown };
const original = scope.Temporal;
beforeEach(() => {
  scope.Temporal = polyfill;
});
afterEach(() => {
  if (original === undefined) delete scope.Temporal;
  else scope.Temporal = original;
});
const cast = (type: Type, value: unknown): unknown => {
  const result = type.cast(value);
  return result.ok ? (result.value === null ? null : String(result.value)) : "refused";
};

describe('as: "temporal"', () => {
  it("says at the declaration that the runtime has no Temporal", () => {
    delete scope.Temporal;
    for (const make of [types.date, types.time, types.naiveDatetime, types.utcDatetime])
      expect(() => make({ as: "temporal" })).toThrow(ConfigError);
  });
  it("casts what the plain types cast", () => {
    expect(cast(types.date({ as: "temporal" }), "2026-11-22")).toBe("2026-11-22");
    expect(cast(types.date({ as: "temporal" }), { year: "", month: "", day: "" })).toBeNull();
    expect(cast(types.time({ as: "temporal" }), "13:45:09.9")).toBe("13:45:09");
    expect(cast(types.naiveDatetime({ as: "temporal", usec: true }), "2026-11-22 13:45:00.1234560")).toBe("2026-11-22T13:45:00.123456");
    expect(cast(types.naiveDatetime({ as: "temporal", usec: true }), "2026-11-22 13:45:00.1234567")).toBe("refused");
    expect(cast(types.utcDatetime({ as: "temporal", usec: true }), "2026-11-22T15:45:00.123456+02:00")).toBe("2026-11-22T13:45:00.123456Z");
    expect(cast(types.utcDatetime({ as: "temporal", precision: 3 }), "2026-11-22T13:45:00.123000Z")).toBe("2026-11-22T13:45:00.123Z");
    expect(cast(types.utcDatetime({ as: "temporal" }), "2026-11-22T13:45:00.123456Z")).toBe("refused");
    expect(cast(types.utcDatetime({ as: "temporal", precision: 0 }), "2026-11-22T13:45:00.9Z")).toBe("2026-11-22T13:45:00Z");
    expect(cast(types.utcDatetime({ as: "temporal" }), "nonsense")).toBe("refused");
  });
  it("casts Temporal values, also into the plain types", () => {
    const zoned = polyfill.ZonedDateTime.from("2026-11-22T23:45:00-05:00[America/New_York]");
    expect(cast(types.utcDatetime({ as: "temporal" }), zoned)).toBe("2026-11-23T04:45:00Z");
    expect(cast(types.naiveDatetime(), zoned)).toBe("2026-11-23T04:45:00");
    expect(cast(types.date(), zoned)).toBe("2026-11-22");
    expect(cast(types.time(), zoned)).toBe("23:45:00");
    expect(cast(types.date(), polyfill.PlainDate.from("2026-11-22[u-ca=gregory]"))).toBe("2026-11-22");
    expect(cast(types.duration(), polyfill.Duration.from({ hours: 1, minutes: 30 }))).toBe("PT1H30M");
  });
  it.each([
    [types.date, {}, "PlainDate", "2026-11-22", "2026-11-22"],
    [types.time, {}, "PlainTime", "13:45:00", "13:45:00"],
    [types.time, { usec: true }, "PlainTime", "13:45:00.1", "13:45:00.100000"],
    [types.naiveDatetime, {}, "PlainDateTime", "2026-11-22T13:45:00", "2026-11-22T13:45:00"],
    [types.naiveDatetime, { usec: true }, "PlainDateTime", "0001-01-01T00:00:00", "0001-01-01T00:00:00.000000"],
    [types.utcDatetime, {}, "Instant", "2026-11-22T13:45:00Z", new Date("2026-11-22T13:45:00Z")],
    [types.utcDatetime, { precision: 3 }, "Instant", "1960-11-22T13:45:00.123Z", new Date("1960-11-22T13:45:00.123Z")],
    [types.utcDatetime, { usec: true }, "Instant", "2026-11-22T13:45:00.123Z", "2026-11-22T13:45:00.123000Z"],
  ] as const)("%o %o goes through the database and JSON as Temporal.%s", (make, options, name, text, stored) => {
    const type = (make as (options: object) => Type)({ ...options, as: "temporal" });
    const value = (polyfill[name] as unknown as { from(text: string): unknown }).from(text);
    expect(type.dump(value)).toEqual(stored);
    expect(type.equal(loadValue(type, stored), value)).toBe(true);
    expect(type.equal(type.fromJson?.(JSON.parse(JSON.stringify(type.toJson?.(value)))), value)).toBe(true);
    expect(() => type.dump(type.autogenerate?.())).not.toThrow();
    expect(() => type.dump(text)).toThrow(`a string is not a Temporal.${name}`);
  });
  it("loses no digit when it dumps", () => {
    const fine = polyfill.PlainTime.from("13:45:00.123456789");
    expect(() => types.time({ as: "temporal", usec: true }).dump(fine as never)).toThrow("9 digits");
    const seconds = types.utcDatetime({ as: "temporal", precision: 0 });
    expect(() => seconds.dump(polyfill.Instant.from("2026-11-22T13:45:00.1Z") as never)).toThrow("{ precision: 3 }");
    expect(() => types.date({ as: "temporal" }).dump(polyfill.PlainDate.from("+010000-01-01") as never)).toThrow("outside the years");
  });
});
