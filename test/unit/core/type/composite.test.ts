import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { Decimal, equalValues, loadValue, types } from "../../../../src/core/type/index.ts";

describe("array", () => {
  const integers = types.array("integer");
  it("casts each element and keeps nulls", () => {
    expect(integers.cast(["1", null, 3])).toEqual({ ok: true, value: [1, null, 3] });
    expect(integers.cast(new Set(["1", 2]))).toEqual({ ok: true, value: [1, 2] });
    for (const value of ["1,2", { 0: 1 }, 5, new Map()]) expect(integers.cast(value)).toEqual({ ok: false, error: {} });
  });
  it("says which element is wrong, at any depth, with its own failure", () => {
    expect(integers.cast(["1", "x"])).toEqual({ ok: false, error: { source: [1] } });
    const nested = types.array(types.map(types.enum(["a"])));
    expect(nested.cast([{}, { k: "b" }])).toEqual({ ok: false, error: { source: [1, "k"], validation: "inclusion", enum: ["a"] } });
  });
  it("dumps and loads each element", () => {
    const enums = types.array(types.enum({ a: 1, b: 2 }));
    expect(enums.dump(["b", null as never])).toEqual([2, null]);
    expect(loadValue(enums, [2, null])).toEqual(["b", null]);
    expect(integers.load).toBeNull();
    expect(() => integers.dump([1.5])).toThrow(TypeError);
    expect(() => integers.dump("1" as never)).toThrow("a string is not an array");
  });
  it("compares by the rules of its elements", () => {
    const decimals = types.array("decimal");
    expect(decimals.equal([new Decimal("1.0"), null as never], [new Decimal(1), null as never])).toBe(true);
    expect(decimals.equal([new Decimal("1.0")], [null as never])).toBe(false);
    expect(decimals.equal([], [new Decimal(1)])).toBe(false);
  });
});

describe("map", () => {
  it("takes any object of JSON values", () => {
    const value = { a: [1, { b: null }] };
    expect(types.map().cast(value)).toEqual({ ok: true, value });
    for (const bad of [[], "{}", new Date(), new Map(), 1]) expect(types.map().cast(bad).ok).toBe(false);
    expect(types.map().cast({ a: [new Date()] })).toEqual({ ok: false, error: { source: ["a", 0] } });
  });
  it("casts values to the inner type and names the key that is wrong", () => {
    const map = types.map("integer");
    expect(map.cast({ a: "1", b: null })).toEqual({ ok: true, value: { a: 1, b: null } });
    expect(map.cast({ a: "x" })).toEqual({ ok: false, error: { source: ["a"] } });
    const result = map.cast(JSON.parse('{"__proto__": "1"}'));
    expect(result.ok && Object.hasOwn(result.value, "__proto__") && Object.getPrototypeOf(result.value) === Object.prototype).toBe(true);
  });
  it("is stored as JSON and comes back as it was", () => {
    const map = types.map("utcDatetimeUsec");
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.option(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }))),
        (value) => {
          const stored = JSON.parse(JSON.stringify(map.dump(value as never)));
          expect(equalValues(map, loadValue(map, stored), value)).toBe(true);
        },
      ),
    );
    expect(() => map.dump({ a: "x" } as never)).toThrow("a string is not a Date");
  });
});

describe("json", () => {
  const json = types.json();
  it("comes back from JSON as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(json.cast(value)).toEqual({ ok: true, value });
        expect(json.equal(JSON.parse(JSON.stringify(json.dump(value))), value)).toBe(true);
      }),
    );
  });
  it("refuses what JSON would change without a word, and says where", () => {
    for (const value of [Number.NaN, 1n, () => 1, Symbol("x"), undefined, new Date()]) expect(json.cast(value).ok).toBe(false);
    expect(() => json.dump({ a: { b: [1, new Date()] } })).toThrow("a Date is not a JSON value (at a.b.1)");
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => json.dump(loop)).toThrow("contains itself");
    expect(json.dump({ a: undefined })).toEqual({});
  });
  it("refuses what is nested too deep instead of exhausting the stack", () => {
    expect(json.cast(JSON.parse("[".repeat(100_000) + "]".repeat(100_000))).ok).toBe(false);
    expect(json.cast(JSON.parse("[".repeat(900) + "]".repeat(900))).ok).toBe(true);
  });
  it("compares deeply, whatever the order of keys", () => {
    expect(json.equal({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true);
    expect(json.equal({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(json.equal([1], { 0: 1 })).toBe(false);
  });
});

describe("vector", () => {
  it("takes lists of numbers of its size", () => {
    const vector = types.vector(2);
    expect(vector.cast([1, 2.5])).toEqual({ ok: true, value: [1, 2.5] });
    expect(vector.cast("[1,2]")).toEqual({ ok: true, value: [1, 2] });
    expect(vector.cast(new Float32Array([1, 2]))).toEqual({ ok: true, value: [1, 2] });
    expect(vector.cast([1])).toEqual({ ok: false, error: { message: "should have %{count} dimension(s)", count: 2 } });
    for (const value of [["1", "2"], [1, Number.NaN], "1,2", {}]) expect(vector.cast(value)).toEqual({ ok: false, error: {} });
    expect(() => vector.dump([1])).toThrow("a list of 2 finite numbers");
    expect(() => types.vector(0)).toThrow(ArgumentError);
  });
});
