import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { enumCast, enumDumpValues, enumMappings, enumValues, loadValue, type Type, types } from "../../../../src/core/type/index.ts";

const listed = types.enum(["draft", "live"]);
const numbered = types.enum({ draft: 1, live: 2 });
const lettered = types.enum({ draft: "d", live: "l" });

describe("enum", () => {
  it("casts names and stored values", () => {
    expect(numbered.cast("live")).toEqual({ ok: true, value: "live" });
    expect(numbered.cast(2)).toEqual({ ok: true, value: "live" });
    expect(lettered.cast("l")).toEqual({ ok: true, value: "live" });
  });
  it("says in the failure what the names are", () => {
    for (const value of ["gone", "2", 3, "__proto__", "toString", null, {}]) {
      expect(numbered.cast(value)).toEqual({ ok: false, error: { validation: "inclusion", enum: ["draft", "live"] } });
    }
  });
  it("casts a name to itself where it is the stored value of another", () => {
    const swapped = types.enum({ a: "b", b: "a" });
    expect(swapped.cast("a")).toEqual({ ok: true, value: "a" });
    expect(loadValue(swapped, swapped.dump("a"))).toBe("a");
  });
  it("dumps and loads, and refuses what it does not know", () => {
    expect([listed, numbered, lettered].map((type) => type.dump("live"))).toEqual(["live", 2, "l"]);
    expect([listed, numbered, lettered].map((type) => type.storage)).toEqual(["string", "integer", "string"]);
    expect(loadValue(numbered, 1)).toBe("draft");
    expect(() => numbered.dump("gone" as never)).toThrow("a string is not a name of the enum (draft, live)");
    expect(() => loadValue(numbered, 9)).toThrow(TypeError);
  });
  it("stands in JSON by its name, or as it is dumped", () => {
    expect(numbered.toJson).toBeNull();
    expect(numbered.fromJson?.("live")).toBe("live");
    expect(() => numbered.fromJson?.(2)).toThrow(TypeError);
    const dumped = types.enum({ draft: 1, live: 2 }, { embedAs: "dumped" });
    expect(dumped.toJson?.("live")).toBe(2);
    expect(dumped.fromJson?.(2)).toBe("live");
    expect(() => types.enum(["a"], { embedAs: "other" as never })).toThrow(ArgumentError);
  });
  it("is declared with all integers or all strings, without duplicates", () => {
    for (const values of [[], {}, ["a", "a"], { a: 1, b: 1 }, { a: 1, b: "x" }, { a: 1.5 }, [1], null])
      expect(() => types.enum(values as never)).toThrow(ArgumentError);
  });
  it("has helpers, which see through an array", () => {
    expect(enumValues(numbered)).toEqual(["draft", "live"]);
    expect(enumDumpValues(numbered as Type)).toEqual([1, 2]);
    expect(enumMappings(types.array(numbered) as Type)).toEqual({ draft: 1, live: 2 });
    expect(enumCast(types.array(numbered) as Type, 1)).toEqual({ ok: true, value: "draft" });
    expect(() => enumValues(types.string())).toThrow("the type string is not an enum");
  });
});
