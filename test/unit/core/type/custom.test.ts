import { describe, expect, it } from "vitest";
import { ArgumentError, CastError, err, ok } from "../../../../src/core/base/index.ts";
import {
  castValue,
  customType,
  dumpValue,
  equalValues,
  loadValue,
  parameterizedType,
  type Type,
  typeOf,
  types,
} from "../../../../src/core/type/index.ts";

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
const base = {
  name: "point",
  type: "string" as const,
  cast: (value: unknown) =>
    value instanceof Point ? value : typeof value === "string" ? ok(parse(value)) : err({ message: "is no point", at: 3 }),
  load: (value: string) => parse(value),
  dump: (value: Point) => `${value.x},${value.y}`,
};
function parse(text: string): Point {
  const [x, y] = text.split(",").map(Number);
  if (x === undefined || y === undefined) throw new CastError("needs two numbers");
  return new Point(x, y);
}

describe("customType", () => {
  const type: Type<Point> = customType<Point>(base);
  it("casts with a value, a result or a throw", () => {
    expect(type.cast("1,2")).toEqual({ ok: true, value: new Point(1, 2) });
    expect(type.cast(new Point(3, 4))).toEqual({ ok: true, value: new Point(3, 4) });
    expect(type.cast(5)).toEqual({ ok: false, error: { message: "is no point", at: 3 } });
    expect(type.cast("1")).toEqual({ ok: false, error: { message: "needs two numbers" } });
    expect(customType({ ...base, cast: () => undefined }).cast(1)).toEqual({ ok: false, error: {} });
    expect(customType({ ...base, cast: () => err("is bad") }).cast(1)).toEqual({ ok: false, error: { message: "is bad" } });
    expect(customType({ ...base, cast: (value) => castValue(types.enum(["a"]), value) as never }).cast("b")).toEqual({
      ok: false,
      error: { validation: "inclusion", enum: ["a"] },
    });
    expect(() =>
      customType({
        ...base,
        cast: () => {
          throw new RangeError("bug");
        },
      }).cast(1),
    ).toThrow(RangeError);
  });
  it("loads and dumps through the type that it stands on", () => {
    expect(type.dump(new Point(1, 2))).toBe("1,2");
    expect(loadValue(type, "1,2")).toEqual(new Point(1, 2));
    expect(type).toMatchObject({ name: "point", storage: "string" });
    const status = customType({
      type: types.enum({ on: 1, off: 0 }),
      cast: (v) => v as boolean,
      load: (v: string) => v === "on",
      dump: (v: boolean) => (v ? "on" : "off"),
    });
    expect(status.dump(true)).toBe(1);
    expect(loadValue(status, 0)).toBe(false);
    expect(status.storage).toBe("integer");
  });
  it("refuses by a throw or a result, and what the inner type does not take", () => {
    expect(() => customType({ ...base, dump: () => err("is off the map") }).dump(new Point(1, 2))).toThrow(new TypeError("is off the map"));
    expect(() =>
      customType({
        ...base,
        load: () => {
          throw new Error("broken row");
        },
      }).load?.("1" as never),
    ).toThrow(new TypeError("broken row"));
    expect(() => customType({ ...base, dump: () => 5 }).dump(new Point(1, 2))).toThrow("a number is not a string");
    expect(() => customType({ ...base, dump: () => undefined }).dump(new Point(1, 2))).toThrow(TypeError);
  });
  it("compares part by part, or as it says", () => {
    expect(type.equal(new Point(1, 2), new Point(1, 2))).toBe(true);
    expect(type.equal(new Point(1, 2), new Point(1, 3))).toBe(false);
    expect(customType<Point>({ ...base, equal: (a, b) => a.x === b.x }).equal(new Point(1, 2), new Point(1, 3))).toBe(true);
  });
  it("stands in JSON as itself or as dumped", () => {
    expect(type.toJson).toBeNull();
    expect(type.fromJson?.("1,2")).toEqual(new Point(1, 2));
    const moment = customType({
      type: types.utcDatetime(),
      cast: (v) => v as number,
      load: (v: Date) => v.getTime(),
      dump: (v: number) => new Date(v),
      embedAs: "dump",
    });
    expect(moment.toJson?.(0)).toBe("1970-01-01T00:00:00.000Z");
    expect(moment.fromJson?.("1970-01-01T00:00:01Z")).toBe(1000);
  });
  it("never sees null", () => {
    expect([castValue(type, null), dumpValue(type, null), loadValue(type, null), equalValues(type, null, null)]).toEqual([
      null,
      null,
      null,
      true,
    ]);
    expect(types.array(type).cast([null])).toEqual({ ok: true, value: [null] });
  });
  it("is one type per definition and needs its functions", () => {
    expect(typeOf(base as never)).toBe(customType(base as never));
    expect(() => customType({ type: "string" } as never)).toThrow("needs the function cast, load, dump");
    expect(() => customType({ ...base, embedAs: "x" as never })).toThrow(ArgumentError);
  });
});

describe("parameterizedType", () => {
  const Prefixed = {
    init: (options: { prefix: string }, context: { field?: string }) => ({ prefix: `${options.prefix}${context.field ?? ""}_` }),
    type: () => "string" as const,
    cast: (value: unknown, params: { prefix: string }) => (value === null ? `${params.prefix}none` : `${params.prefix}${String(value)}`),
    load: (value: string | null, params: { prefix: string }) => (value === null ? "absent" : params.prefix + value),
    dump: (value: string | null, params: { prefix: string }) =>
      value === `${params.prefix}none` ? null : (value ?? "").slice(params.prefix.length),
  };
  const type = parameterizedType<string, { prefix: string }, { prefix: string }>(Prefixed, { prefix: "u" }, { field: "id" });
  it("gives its functions the params that init made", () => {
    expect(type.cast("7")).toEqual({ ok: true, value: "uid_7" });
    expect(type.dump("uid_7")).toBe("7");
    expect(loadValue(type, "7")).toBe("uid_7");
  });
  it("sees null, inside of arrays and maps too", () => {
    expect(type.handlesNull).toBe(true);
    expect(castValue(type, null)).toBe("uid_none");
    expect(dumpValue(type, "uid_none")).toBeNull();
    expect(loadValue(type, null)).toBe("absent");
    expect(types.array(type).cast([null, "1"])).toEqual({ ok: true, value: ["uid_none", "uid_1"] });
    expect(types.map(type).cast({ a: null })).toEqual({ ok: true, value: { a: "uid_none" } });
  });
  it("lets init refuse", () => {
    expect(() =>
      parameterizedType(
        {
          ...Prefixed,
          init: () => {
            throw new ArgumentError("no prefix");
          },
        },
        {},
      ),
    ).toThrow("no prefix");
    expect(() => parameterizedType({ ...Prefixed, init: undefined } as never, {})).toThrow("needs the function init");
  });
});
