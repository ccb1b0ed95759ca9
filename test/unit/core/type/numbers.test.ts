import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { Decimal, dumpValue, type Type, types } from "../../../../src/core/type/index.ts";

const cast = (type: Type, value: unknown): unknown => {
  const result = type.cast(value);
  return result.ok ? result.value : "refused";
};

describe.each([types.id(), types.integer()])("the type $name", (type) => {
  it("casts whole numbers and texts of them", () => {
    expect(["1", "+1", "-7", "007", 3, 4n].map((value) => cast(type, value))).toEqual([1, 1, -7, 7, 3, 4]);
  });
  it("refuses fractions, junk, and everything that is no number", () => {
    for (const value of ["1.0", "1e3", " 1", "1 ", "", "0x1f", "1_000", 1.5, true, [], {}, Number.NaN, new Date()])
      expect(cast(type, value)).toBe("refused");
  });
  it("refuses numbers that a JavaScript number would round", () => {
    for (const value of [2 ** 53, "9007199254740992", -(2n ** 53n), `${"0".repeat(40)}1`]) expect(cast(type, value)).toBe("refused");
    expect(cast(type, "9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => type.dump(2 ** 53)).toThrow(TypeError);
  });
  it("has one zero", () => {
    expect(Object.is(cast(type, "-0"), 0)).toBe(true);
    expect(Object.is(type.dump(-0), 0)).toBe(true);
  });
  it("dumps nothing but safe integers and does not print the value", () => {
    expect(() => type.dump("12345" as never)).toThrow("a string is not an integer");
    expect(() => type.dump("12345" as never)).not.toThrow("12345");
  });
});

describe("bigint", () => {
  const type = types.bigint();
  it("casts whole numbers of 64 bits exactly", () => {
    expect(cast(type, "9223372036854775807")).toBe(2n ** 63n - 1n);
    expect(cast(type, "+5")).toBe(5n);
    expect(cast(type, 5)).toBe(5n);
    for (const value of [2n ** 63n, "9223372036854775808", 2 ** 53, "1.0", ""]) expect(cast(type, value)).toBe("refused");
  });
  it("keeps its value on every way", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(cast(type, String(value))).toBe(value);
        expect(type.dump(value)).toBe(value);
        expect(type.fromJson?.(JSON.parse(JSON.stringify(type.toJson?.(value))))).toBe(value);
      }),
    );
  });
});

describe("float", () => {
  const type = types.float();
  it("casts numbers and whole texts of them", () => {
    expect(["1", "1.5", "-1.5e3", "+2", 1, 2.5].map((value) => cast(type, value))).toEqual([1, 1.5, -1500, 2, 1, 2.5]);
    for (const value of ["1-foo", "1.", ".5", "", "NaN", "Infinity", "1e999", Number.NaN, Infinity, true])
      expect(cast(type, value)).toBe("refused");
  });
  it("dumps only finite numbers", () => {
    expect(() => type.dump(Number.NaN)).toThrow("NaN is not a finite number");
  });
  it("casts the text of every finite number back to it", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => type.equal(cast(type, String(value)) as number, value)),
    );
  });
});

describe("decimal", () => {
  const type = types.decimal();
  it("casts numbers, texts and Decimals", () => {
    expect(String(cast(type, 0.1))).toBe("0.1");
    expect((cast(type, "123456789012345678901234567890.12345678") as Decimal).toFixed()).toBe("123456789012345678901234567890.12345678");
    expect(String(cast(type, 10n))).toBe("10");
    expect(String(cast(type, ".5"))).toBe("0.5");
    const foreign = Decimal.clone({ defaults: true });
    expect(cast(type, new foreign("1.5"))).toBeInstanceOf(Decimal);
  });
  it("refuses texts that are not wholly a number, and numbers without end", () => {
    for (const value of ["", "1 ", "0x1F", "NaN", "Infinity", "-inf", "1,5", "1e999999999999", Number.NaN, true, null])
      expect(cast(type, value)).toBe("refused");
  });
  it("throws on a Decimal that is NaN or infinite, since no form makes one", () => {
    expect(() => type.cast(new Decimal("NaN"))).toThrow(ArgumentError);
    expect(() => type.dump(new Decimal("Infinity"))).toThrow(TypeError);
    expect(() => dumpValue(type, 1)).toThrow("a number is not a Decimal");
  });
  it("compares by number", () => {
    expect(type.equal(new Decimal("1.0"), new Decimal("1.00"))).toBe(true);
    expect(type.equal(new Decimal("1.0"), new Decimal("1.01"))).toBe(false);
    expect(type.equal(new Decimal("1"), 1 as never)).toBe(false);
  });
  it("keeps 38 digits on the way through JSON", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 30 }), (digits, scale) => {
        const value = new Decimal(`${digits}e-${scale}`);
        const back = type.fromJson?.(JSON.parse(JSON.stringify(type.toJson?.(value)))) as Decimal;
        expect(type.equal(back, value)).toBe(true);
        expect(back.toFixed()).toBe(value.toFixed());
      }),
    );
  });
  it("carries its digits as params and is shared without", () => {
    expect(types.decimal({ precision: 10, scale: 2 }).params).toEqual({ precision: 10, scale: 2 });
    expect(types.decimal()).toBe(types.decimal({}));
  });
});
