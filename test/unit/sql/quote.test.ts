import { describe, expect, it } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../../src/sql/index.ts";

describe("quoteIdentifier", () => {
  it("quotes any name and doubles the quote character", () => {
    expect(quoteIdentifier("select")).toBe('"select"');
    expect(quoteIdentifier('order"s')).toBe('"order""s"');
    expect(quoteIdentifier("a`b", "`")).toBe("`a``b`");
    expect(quoteIdentifier('"; drop table x; --')).toBe('"""; drop table x; --"');
  });

  it("refuses the empty name and NUL", () => {
    expect(() => quoteIdentifier("")).toThrow('cannot be ""');
    expect(() => quoteIdentifier("a\0b")).toThrow("NUL");
  });
});

describe("quoteLiteral", () => {
  it("doubles quotes and refuses NUL", () => {
    expect(quoteLiteral("it's '; --")).toBe("'it''s ''; --'");
    expect(() => quoteLiteral("a\0")).toThrow("NUL");
  });
});
