import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { castValue, dumpValue, types } from "../../../../src/core/type/index.ts";

describe("string and text", () => {
  it("take strings only, and those that every database holds", () => {
    for (const type of [types.string(), types.text()]) {
      for (const value of ["", " a ", "\u0001", "\ud83d\ude00", "x".repeat(1_000_000)])
        expect(type.cast(value)).toEqual({ ok: true, value });
      for (const value of [1, true, [], {}, new String("a"), "\0", "a\0b", "\ud800", "a\udfff"]) expect(type.cast(value).ok).toBe(false);
      expect(() => type.dump(1 as never)).toThrow("a number is not a string");
    }
  });
});

describe("boolean", () => {
  it("casts booleans and the four texts, and nothing else", () => {
    const type = types.boolean();
    expect([true, "true", "1"].every((value) => type.cast(value).ok && (type.cast(value) as { value: boolean }).value)).toBe(true);
    expect([false, "false", "0"].map((value) => type.cast(value))).toEqual(Array(3).fill({ ok: true, value: false }));
    for (const value of [1, 0, "TRUE", "yes", "on", "", {}]) expect(type.cast(value).ok).toBe(false);
    expect(() => type.dump(1 as never)).toThrow(TypeError);
  });
});

describe("binary", () => {
  const type = types.binary();
  it("casts bytes, and text to its UTF-8", () => {
    expect(type.cast("é")).toEqual({ ok: true, value: new Uint8Array([0xc3, 0xa9]) });
    const buffer = Buffer.from([1, 2]);
    const result = type.cast(buffer);
    expect(result.ok && Object.getPrototypeOf(result.value) === Uint8Array.prototype).toBe(true);
    expect(result).toEqual({ ok: true, value: new Uint8Array([1, 2]) });
    expect(type.cast(new Uint8Array([7]).buffer)).toEqual({ ok: true, value: new Uint8Array([7]) });
    for (const value of ["\ud800", 1, [1, 2], {}]) expect(type.cast(value).ok).toBe(false);
  });
  it("compares bytes", () => {
    expect(type.equal(new Uint8Array([1]), new Uint8Array([1]))).toBe(true);
    expect(type.equal(new Uint8Array([1]), new Uint8Array([1, 0]))).toBe(false);
  });
  it("goes through JSON unchanged, also when it is long", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(type.fromJson?.(type.toJson?.(bytes))).toEqual(bytes);
      }),
    );
    const long = new Uint8Array(1_000_000).fill(255);
    expect(type.equal(type.fromJson?.(type.toJson?.(long)) as Uint8Array, long)).toBe(true);
    expect(() => type.fromJson?.("not base64!")).toThrow(TypeError);
  });
});

describe("any", () => {
  it("takes everything as it is", () => {
    const value = { a: () => 1 };
    expect(types.any().cast(value)).toEqual({ ok: true, value });
    expect(types.any().dump(value)).toBe(value);
  });
});

it("a bitstring is a text of 0 and 1, of any length", () => {
  expect(castValue("bitstring", "0110")).toBe("0110");
  expect(castValue("bitstring", "")).toBe("");
  for (const wrong of ["012", 6, true, ["0"]]) expect(() => castValue("bitstring", wrong)).toThrow(/bitstring/);
  expect(() => dumpValue("bitstring", "x")).toThrow(/a text of 0 and 1/);
});
