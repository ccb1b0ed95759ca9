import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, CastError } from "../../../../src/core/base/index.ts";
import {
  castValue,
  Decimal,
  dumpValue,
  embedAs,
  equalValues,
  formatType,
  includesValue,
  isBaseType,
  isCompositeType,
  isParameterizedType,
  isPrimitiveType,
  loadValue,
  matchTypes,
  trimValue,
  type Type,
  typeOf,
  types,
} from "../../../../src/core/type/index.ts";

describe("typeOf", () => {
  it("knows Ecto's names and those in camelCase", () => {
    expect(typeOf("utcDatetimeUsec")).toBe(types.utcDatetime({ usec: true }));
    expect(typeOf("naiveDatetime")).toBe(types.naiveDatetime());
    expect(typeOf("binaryId")).toBe(types.uuid());
    for (const kind of [
      "id",
      "string",
      "text",
      "integer",
      "bigint",
      "float",
      "decimal",
      "boolean",
      "binary",
      "uuid",
      "date",
      "time",
      "naiveDatetime",
      "utcDatetime",
      "duration",
      "json",
      "map",
      "any",
    ] as const) {
      expect(typeOf(kind)).toBe((types[kind] as () => Type)());
    }
  });
  it("hands a type back", () => {
    expect(typeOf(types.string())).toBe(types.string());
  });
  it("helps with names that it does not know", () => {
    expect(() => typeOf("interger" as never)).toThrow('unknown type "interger". Did you mean "integer"?');
    expect(() => typeOf("array" as never)).toThrow("types.array(inner)");
    for (const like of ["__proto__", null, undefined, 5, {}, String]) expect(() => typeOf(like as never)).toThrow(ArgumentError);
  });
  it("makes types that cannot be changed", () => {
    expect(Object.isFrozen(types.string())).toBe(true);
    expect(() => Object.assign(types.string(), { name: "x" })).toThrow(TypeError);
  });
});

describe("the functions of Ecto.Type", () => {
  it("castValue gives the value or throws without printing it", () => {
    const age: number | null = castValue("integer", "42");
    expect(age).toBe(42);
    expect(castValue("integer", null)).toBeNull();
    expect(castValue("integer", undefined)).toBeNull();
    expect(() => castValue("integer", "s3cret")).toThrow(new CastError("cannot cast a string to type integer", { type: "integer" }));
    expect(() => castValue(types.array("date"), ["x"])).toThrow("cannot cast a list to type array of date");
  });
  it("embedAs says what stands in an embed's JSON", () => {
    const custom = { type: "integer", cast: Number, load: (v: number) => v, dump: (v: number) => v } as const;
    expect([embedAs("integer"), embedAs(custom), embedAs({ ...custom, embedAs: "dump" as const })]).toEqual(["self", "self", "dump"]);
    expect([embedAs(types.enum({ a: 1 })), embedAs(types.enum({ a: 1 }, { embedAs: "dumped" }))]).toEqual(["self", "dump"]);
  });
  it("dumpValue and loadValue are strict", () => {
    expect(dumpValue("integer", 1)).toBe(1);
    expect(() => dumpValue("integer", "1")).toThrow(TypeError);
    expect(() => loadValue("integer", "10")).toThrow(TypeError);
    expect(() => loadValue("integer", 2 ** 53)).toThrow(TypeError);
    expect([dumpValue("integer", undefined), loadValue("integer", null)]).toEqual([null, null]);
  });
  it("equalValues and includesValue follow the type and know null", () => {
    expect(equalValues("decimal", new Decimal("1.0"), new Decimal("1.00"))).toBe(true);
    expect([equalValues("string", null, undefined), equalValues("string", null, ""), equalValues("string", "", null)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(includesValue("decimal", new Decimal(1), [null, new Decimal("1.00")])).toBe(true);
    expect(includesValue("decimal", null, [new Decimal("1.00")])).toBe(false);
  });
  it("trimValue cuts what is before the text, but not of bytes", () => {
    expect([trimValue("string", " \t\n a "), trimValue("binary", "  "), trimValue("integer", " 1"), trimValue("string", 5)]).toEqual([
      "a ",
      "  ",
      "1",
      5,
    ]);
  });
  it("formatType and the predicates see the inner type", () => {
    expect(formatType(types.map(types.array("integer")))).toBe("map of array of integer");
    expect([
      isCompositeType(types.array("id") as Type),
      isCompositeType(types.map() as Type),
      isParameterizedType(types.enum(["a"]) as Type),
    ]).toEqual([true, false, false]);
  });
});

const samples: [Type, fc.Arbitrary<unknown>][] = [
  [types.integer(), fc.maxSafeInteger()],
  [types.bigint(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [types.float(), fc.double({ noNaN: true, noDefaultInfinity: true })],
  [types.string(), fc.string({ unit: "binary" }).filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text))],
  [types.boolean(), fc.boolean()],
  [types.binary(), fc.uint8Array()],
  [types.decimal(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Decimal(value))],
  [types.uuid(), fc.uuid()],
  [types.enum({ a: 1, b: 2 }), fc.constantFrom("a", "b")],
  [types.json(), fc.jsonValue().filter((value) => value !== null)],
  [types.utcDatetime({ usec: true }), fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })],
] as [Type, fc.Arbitrary<unknown>][];

describe.each(samples)("the laws of $name", (type, values) => {
  const list = types.array(type);
  it("casting a value of the type gives the value", () => {
    fc.assert(fc.property(values, (value) => equalValues(type, castValue(type, value), value)));
  });
  it("loading what was dumped gives the value, in arrays too", () => {
    fc.assert(fc.property(values, (value) => equalValues(type, loadValue(type, dumpValue(type, value)), value)));
    fc.assert(fc.property(fc.array(fc.option(values)), (value) => equalValues(list, loadValue(list, dumpValue(list, value)), value)));
  });
  it("JSON gives the value back", () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(type.toJson ? type.toJson(value) : value);
        const back: unknown = JSON.parse(text);
        return equalValues(type, type.fromJson ? type.fromJson(back) : back, value);
      }),
    );
  });
  it("a value equals itself, and equality goes both ways", () => {
    fc.assert(fc.property(values, values, (a, b) => type.equal(a, a) && type.equal(a, b) === type.equal(b, a)));
  });
});

it("match? asks whether types are stored alike; primitive? and base? whether they are the library's own", () => {
  expect(matchTypes("id", "integer")).toBe(true);
  expect(matchTypes("string", "integer")).toBe(false);
  expect(matchTypes("any", "integer")).toBe(true);
  expect([matchTypes(types.array("id"), types.array("integer")), matchTypes(types.array("id"), types.array("string"))]).toEqual([
    true,
    false,
  ]);
  const custom = types.custom<string>({
    type: "string",
    cast: (value) => value as string,
    load: (value) => value as string,
    dump: (value) => value,
  });
  expect(matchTypes(custom, "string")).toBe(true);
  expect([isPrimitiveType("integer"), isPrimitiveType(types.array("integer")), isPrimitiveType(custom)]).toEqual([true, true, false]);
  expect([isBaseType("integer"), isBaseType(types.array("integer")), isBaseType(custom)]).toEqual([true, false, false]);
});
