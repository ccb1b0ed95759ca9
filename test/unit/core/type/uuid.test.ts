import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { types, UUID } from "../../../../src/core/type/index.ts";

const TEXT = "601d74e4-a8d3-4b6e-8365-eddb4c893327";

describe("the type uuid", () => {
  const type = types.uuid();
  it("casts text in any case, and 16 bytes", () => {
    expect(type.cast(TEXT.toUpperCase())).toEqual({ ok: true, value: TEXT });
    expect(type.cast(UUID.parse(TEXT))).toEqual({ ok: true, value: TEXT });
    for (const value of ["", TEXT.slice(1), `{${TEXT}}`, TEXT.replaceAll("-", ""), `${TEXT.slice(0, -1)}g`, new Uint8Array(15), 1])
      expect(type.cast(value).ok).toBe(false);
  });
  it("dumps UUIDs only, in lowercase", () => {
    expect(type.dump(TEXT.toUpperCase())).toBe(TEXT);
    expect(() => type.dump("abc")).toThrow("a string is not a UUID");
  });
  it("makes values as its options say, and is shared by them", () => {
    expect(UUID.version(type.autogenerate?.() as string)).toBe(4);
    expect(UUID.version(types.uuid({ version: 7 }).autogenerate?.() as string)).toBe(7);
    expect(types.uuid({ version: 7 })).toBe(types.uuid({ version: 7 }));
    expect(types.uuid({ version: 7, precision: "monotonic" })).not.toBe(types.uuid({ version: 7 }));
  });
});

describe("UUID", () => {
  it("goes between text and bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(UUID.parse(UUID.format(bytes))).toEqual(bytes);
      }),
    );
    expect(UUID.generateBytes()).toHaveLength(16);
    expect(() => UUID.format(TEXT as never)).toThrow("is text already");
    expect(() => UUID.parse("x")).toThrow(ArgumentError);
  });
  it("counts up within the process with monotonic precision", () => {
    const list = Array.from({ length: 10_000 }, () => UUID.generate({ version: 7, precision: "monotonic" }));
    for (let i = 1; i < list.length; i++) expect((list[i] as string) > (list[i - 1] as string)).toBe(true);
  });
  it("counts up where the clock stands still, and where it goes back", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
    try {
      const list = Array.from({ length: 20_000 }, (_, i) => {
        if (i === 10_000) clock.mockReturnValue(Date.now() - 3_600_000);
        return UUID.generate({ version: 7, precision: "monotonic" });
      });
      expect(list).toEqual([...new Set(list)].sort());
      expect(UUID.toUnix(list.at(-1) as string) - UUID.toUnix(list[0] as string)).toBeLessThan(20);
    } finally {
      clock.mockRestore();
    }
  });
  it("makes them of the bits that their version says, and all others at random", () => {
    for (const options of [{ version: 4 }, { version: 7 }, { version: 7, precision: "monotonic" }] as const) {
      const list = Array.from({ length: 1_000 }, () => UUID.generate(options));
      for (const uuid of list)
        expect(uuid).toMatch(new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${options.version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
      expect(new Set(list.map((uuid) => uuid.slice(19))).size).toBe(1_000);
    }
  });
  it("puts the time of version 7 into its first 48 bits", () => {
    const clock = vi.spyOn(Date, "now");
    try {
      for (const time of [0, 1, 1_645_557_742_000, 2 ** 48 - 1]) {
        clock.mockReturnValue(time);
        expect(UUID.toUnix(UUID.generate({ version: 7 }))).toBe(time);
      }
    } finally {
      clock.mockRestore();
    }
  });
  it("reads the time of version 7", () => {
    const before = Date.now();
    const uuid = UUID.generate({ version: 7 });
    const time = UUID.toUnix(uuid);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect(UUID.toDatetime(uuid)).toEqual(new Date(time));
    expect(UUID.toUnix(uuid, "second")).toBe(Math.floor(time / 1000));
    expect(UUID.toUnix(uuid, "microsecond")).toBe(time * 1000);
    expect(UUID.toUnix(uuid, "nanosecond")).toBe(BigInt(time) * 1_000_000n);
    expect(UUID.toUnix("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).toBe(1645557742000);
  });
  it("throws on what cannot be", () => {
    expect(() => UUID.toUnix(TEXT)).toThrow("only a UUID of version 7");
    expect(() => UUID.toUnix(UUID.generate({ version: 7 }), "day" as never)).toThrow(ArgumentError);
    expect(() => UUID.version("x")).toThrow(ArgumentError);
    expect(() => UUID.generate({ version: 1 as never })).toThrow(ArgumentError);
    expect(() => UUID.generate({ precision: "monotonic" })).toThrow(ArgumentError);
    expect(() => UUID.generate({ version: 7, precision: "second" as never })).toThrow(ArgumentError);
    expect(() => UUID.generate({ verson: 7 } as never)).toThrow('Did you mean "version"?');
  });
});
