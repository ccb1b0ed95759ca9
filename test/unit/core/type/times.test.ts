import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { loadValue, type Type, types } from "../../../../src/core/type/index.ts";

const cast = (type: Type, value: unknown): unknown => {
  const result = type.cast(value);
  return result.ok ? result.value : "refused";
};
const years0to9999 = fc.date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });

describe("date", () => {
  const type = types.date();
  it("casts ISO dates, date-times, Dates, and the parts of a form", () => {
    const values = [
      "2026-11-22",
      "2026-11-22T13:45:00",
      "2026-11-22 23:50:07.123+02:00",
      new Date("2026-11-22T13:45:00Z"),
      { year: "2026", month: "11", day: 22 },
    ];
    expect(values.map((value) => cast(type, value))).toEqual(Array(5).fill("2026-11-22"));
    expect(cast(type, "0001-01-01")).toBe("0001-01-01");
    expect(cast(type, "9999-12-31")).toBe("9999-12-31");
  });
  it("knows the leap years", () => {
    expect(["2024-02-29", "2000-02-29", "1900-02-29", "2023-02-29"].map((value) => cast(type, value))).toEqual([
      "2024-02-29",
      "2000-02-29",
      "refused",
      "refused",
    ]);
  });
  it("makes parts that are all left empty none, and refuses a mix", () => {
    expect(cast(type, { year: "", month: "", day: "" })).toBeNull();
    expect(cast(type, { year: null, month: null, day: null })).toBeNull();
    expect(cast(type, { year: "2026", month: "", day: "1" })).toBe("refused");
    expect(cast(type, {})).toBe("refused");
  });
  it("refuses what is no date", () => {
    const values = [
      "2026-13-01",
      "2026-00-10",
      "2026-1-1",
      "22.11.2026",
      "",
      "2026-11-22T13:45",
      "2026-11-22x",
      20261122,
      new Date(Number.NaN),
      new Date(8.64e15),
      [],
    ];
    for (const value of values) expect(cast(type, value)).toBe("refused");
  });
  it("dumps valid ISO dates only", () => {
    expect(type.dump("2026-11-22")).toBe("2026-11-22");
    for (const value of ["2026-02-30", "2026-11-22T00:00:00", new Date()]) expect(() => type.dump(value as never)).toThrow("is not a date");
  });
});

describe("time", () => {
  const [plain, usec] = [types.time(), types.time({ usec: true })];
  it("casts with and without seconds; whole seconds cut the fraction, others pad it and refuse a finer one", () => {
    expect(["13:45", "13:45:09", "T13:45:09", "13:45:09.987654321", "13:45:09Z"].map((value) => cast(plain, value))).toEqual([
      "13:45:00",
      "13:45:09",
      "13:45:09",
      "13:45:09",
      "13:45:09",
    ]);
    expect(["13:45", "13:45:09.5", "13:45:09.987654000", "13:45:09.987654321"].map((value) => cast(usec, value))).toEqual([
      "13:45:00.000000",
      "13:45:09.500000",
      "13:45:09.987654",
      "refused",
    ]);
    expect(["13:45", "13:45:09.5", "13:45:09.9876"].map((value) => cast(types.time({ precision: 3 }), value))).toEqual([
      "13:45:00.000",
      "13:45:09.500",
      "refused",
    ]);
    expect(cast(plain, { hour: "1", minute: 2 })).toBe("01:02:00");
    expect(cast(usec, { hour: 1, minute: 2, second: "3", microsecond: 40 })).toBe("01:02:03.000040");
    expect(cast(plain, { hour: "", minute: "" })).toBeNull();
    expect(cast(plain, new Date("2026-11-22T13:45:09.9Z"))).toBe("13:45:09");
  });
  it("refuses times that no clock shows", () => {
    for (const value of ["24:00:00", "13:60:00", "13:45:60", "1:2", "", "2026-11-22T13:45:00", { hour: 1, minute: 2, second: "x" }, 5])
      expect(cast(plain, value)).toBe("refused");
  });
  it("dumps no other precision than its own", () => {
    expect(plain.dump("13:45:00")).toBe("13:45:00");
    expect(() => plain.dump("13:45:00.5")).toThrow("fraction of a second");
    expect(() => usec.dump("13:45:00.5")).toThrow("six digits");
    expect(() => usec.dump("13:45:00")).toThrow("six digits");
    expect(() => plain.dump("25:45:00")).toThrow("is not a time");
  });
  it("fits on load and compares by the time", () => {
    expect(() => loadValue(plain, "13:45:00.9")).toThrow("{ precision: 3 }");
    expect(() => loadValue(plain, "13:45:00.9001")).toThrow("{ precision: 6 }");
    expect(loadValue(plain, "13:45:00.000000")).toBe("13:45:00");
    expect(loadValue(usec, "13:45:00.9")).toBe("13:45:00.900000");
    expect(usec.equal("13:45:00", "13:45:00.000000")).toBe(true);
    expect(usec.equal("13:45:00", "13:45:00.000001")).toBe(false);
    expect(plain).toMatchObject({ name: "time", params: { precision: 0 } });
    expect(usec).toMatchObject({ name: "timeUsec", params: { precision: 6 } });
  });
});

describe("naiveDatetime", () => {
  const [plain, usec] = [types.naiveDatetime(), types.naiveDatetime({ usec: true })];
  it("casts ISO texts, parts and Dates; a zoned value becomes UTC", () => {
    expect(cast(plain, "2026-11-22 13:45")).toBe("2026-11-22T13:45:00");
    expect(cast(plain, "2026-11-22T13:45:01.9")).toBe("2026-11-22T13:45:01");
    expect(cast(plain, "2026-12-31T23:30:00-01:00")).toBe("2027-01-01T00:30:00");
    expect(cast(usec, "2026-11-22T13:45:00.123456+05:30")).toBe("2026-11-22T08:15:00.123456");
    expect(cast(usec, new Date("2026-11-22T13:45:00.123Z"))).toBe("2026-11-22T13:45:00.123000");
    expect(cast(plain, { year: "2026", month: "1", day: "2", hour: "3", minute: "4" })).toBe("2026-01-02T03:04:00");
    expect(cast(plain, { year: "", month: "", day: "", hour: "", minute: "" })).toBeNull();
    expect(cast(plain, { year: "", month: "", day: "", hour: "1", minute: "1" })).toBe("refused");
    for (const value of ["2026-11-22", "2026-11-22T24:00:00", "2026-11-22T13:45:00+24:00", "2026-11-22T13:45:00-00:00", ""])
      expect(cast(plain, value)).toBe("refused");
  });
  it("dumps no other precision than its own", () => {
    expect(usec.dump("2026-11-22T13:45:00.000001")).toBe("2026-11-22T13:45:00.000001");
    for (const value of ["2026-11-22T13:45:00.5", "2026-11-22T13:45:00Z", "2026-11-22 13:45:00", "2026-02-30T13:45:00"])
      expect(() => plain.dump(value)).toThrow(TypeError);
    expect(() => usec.dump("2026-11-22T13:45:00.123")).toThrow("six digits");
  });
  it("keeps every moment of its years on every way", () => {
    fc.assert(
      fc.property(years0to9999, fc.integer({ min: 0, max: 999_999 }), (date, micro) => {
        const value = `${date.toISOString().slice(0, 19)}.${String(micro).padStart(6, "0")}`;
        expect(cast(usec, value)).toBe(value);
        expect(loadValue(usec, usec.dump(value))).toBe(value);
        expect(usec.fromJson?.(JSON.parse(JSON.stringify(value)))).toBe(value);
      }),
    );
  });
});

describe("utcDatetime", () => {
  const [plain, millis, usec] = [types.utcDatetime({ precision: 0 }), types.utcDatetime(), types.utcDatetime({ usec: true })];
  it("casts to UTC, taking texts without an offset as UTC", () => {
    const moment = new Date("2026-11-22T13:45:00Z");
    const same = [
      "2026-11-22T13:45:00Z",
      "2026-11-22T13:45:00",
      "2026-11-22 13:45",
      "2026-11-22T15:45:00+02:00",
      "2026-11-22T13:45:00.999Z",
      { year: 2026, month: 11, day: 22, hour: 13, minute: 45 },
    ];
    for (const value of same) expect(cast(plain, value)).toEqual(moment);
    expect(millis.cast("2026-11-22T13:45:00.9876Z")).toEqual({
      ok: false,
      error: { message: "has more than three digits of a second", precision: 3 },
    });
    expect(cast(millis, "2026-11-22T13:45:00.9870Z")).toEqual(new Date("2026-11-22T13:45:00.987Z"));
    for (const value of ["2026-11-22", 1_764_000_000, new Date(Number.NaN), "now", "", "9999-12-31T23:59:59-01:00"])
      expect(cast(plain, value)).toBe("refused");
  });
  it("cuts to the second downwards, before 1970 too", () => {
    expect(cast(plain, new Date(-1))).toEqual(new Date(-1000));
    expect(() => loadValue(plain, new Date(1500))).toThrow("{ precision: 3 }");
    expect(loadValue(millis, new Date(1500))).toEqual(new Date(1500));
  });
  it("reads the years 1 to 99 as they are", () => {
    expect(cast(plain, "0001-01-01T00:00:00Z")).toEqual(new Date("0001-01-01T00:00:00Z"));
  });
  it("dumps no milliseconds into whole seconds", () => {
    expect(() => plain.dump(new Date(1))).toThrow("fraction of a second");
    expect(usec.dump(new Date(1))).toEqual(new Date(1));
    expect(() => plain.dump("2026-11-22T13:45:00Z" as never)).toThrow("a string is not a Date");
    expect(() => plain.dump(new Date(Number.NaN))).toThrow(TypeError);
  });
  it("writes JSON with the digits that it has", () => {
    const value = new Date("2026-11-22T13:45:00.000Z");
    expect([plain, millis, usec].map((type) => type.toJson?.(value))).toEqual([
      "2026-11-22T13:45:00Z",
      "2026-11-22T13:45:00.000Z",
      "2026-11-22T13:45:00.000000Z",
    ]);
  });
  it("keeps every moment on every way", () => {
    fc.assert(
      fc.property(years0to9999, (date) => {
        expect(millis.equal(cast(millis, date.toISOString()) as Date, date)).toBe(true);
        expect(loadValue(millis, millis.dump(date))).toEqual(date);
        for (const type of [millis, usec]) expect(type.fromJson?.(JSON.parse(JSON.stringify(type.toJson?.(date))))).toEqual(date);
      }),
    );
  });
  it("keeps microseconds beside the Date that they were read with, until it is set to another time", () => {
    const read = cast(usec, "2026-11-22T13:45:00.123456Z") as Date;
    expect(read).toEqual(new Date("2026-11-22T13:45:00.123Z"));
    expect(usec.toJson?.(read)).toBe("2026-11-22T13:45:00.123456Z");
    expect(usec.equal(read, new Date(read))).toBe(false);
    expect(usec.equal(cast(usec, read) as Date, read)).toBe(true);
    expect(() => millis.dump(read)).toThrow("{ precision: 6 }");
    expect(cast(millis, read)).toBe("refused");
    expect(cast(plain, read)).toEqual(new Date("2026-11-22T13:45:00Z"));
    read.setUTCHours(14);
    expect(usec.toJson?.(read)).toBe("2026-11-22T14:45:00.123000Z");
    expect(millis.dump(read)).toBe(read);
  });
  it("refuses precisions that do not exist", () => {
    expect(() => types.utcDatetime({ precision: 4 as never })).toThrow(ArgumentError);
    expect(() => types.utcDatetime({ usec: true, precision: 3 })).toThrow(ArgumentError);
    expect(types.utcDatetime({ precision: 6 })).toBe(types.utcDatetime({ usec: true }));
    expect(usec.name).toBe("utcDatetimeUsec");
  });
  it("takes the name of its plain form, and no other", () => {
    expect(types.utcDatetime({ as: "date" })).toBe(millis);
    expect(types.utcDatetime({ precision: 3 })).toBe(millis);
    expect(types.time({ as: "string" })).toBe(types.time());
    expect(() => types.utcDatetime({ as: "string" })).toThrow(ArgumentError);
    expect(() => types.date({ as: "temporary" })).toThrow('Did you mean "temporal"?');
  });
  it("makes values of its own precision", () => {
    for (const type of [plain, types.time(), types.naiveDatetime(), types.naiveDatetime({ usec: true }), types.date()]) {
      const value = (type as Type).autogenerate?.();
      expect(() => (type as Type).dump(value)).not.toThrow();
    }
  });
});

describe("duration", () => {
  const type = types.duration();
  it("casts ISO 8601 durations to one form", () => {
    const pairs = [
      ["P1Y2M3W4DT5H6M7.50S", "P1Y2M3W4DT5H6M7.5S"],
      ["-P1DT2H", "P-1DT-2H"],
      ["PT-0.5S", "PT-0.5S"],
      ["P0D", "PT0S"],
      ["PT0,000001S", "PT0.000001S"],
    ];
    for (const [text, form] of pairs) expect(cast(type, text)).toBe(form);
    for (const value of ["P", "PT", "P1", "1Y", "", "P1.5Y", "P1H", 5, {}]) expect(cast(type, value)).toBe("refused");
  });
  it("compares months, days and seconds, each for itself", () => {
    expect(type.equal("P14M", "P1Y2M")).toBe(true);
    expect(type.equal("PT90M", "PT1H30M")).toBe(true);
    expect(type.equal("P1W", "P7D")).toBe(true);
    expect(type.equal("P1D", "PT24H")).toBe(false);
    expect(type.equal("P1M", "P30D")).toBe(false);
  });
  it("casts what it dumps to itself", () => {
    const part = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(part, part, part, (months, days, seconds) => {
        const value = type.dump(`P${months}M${days}DT${seconds}.25S`) as string;
        expect(cast(type, value)).toBe(value);
        expect(type.dump(value)).toBe(value);
      }),
    );
    expect(() => type.dump("P")).toThrow(TypeError);
    expect(() => type.dump("PT0.1234567S")).toThrow(TypeError);
  });
});
