import { and, from, inspect, QueryError, type Repo } from "ectype";
import { inspect as show } from "node:util";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Movie } from "../../support/movies.ts";

describe("a query", () => {
  test("is an immutable value", () => {
    const query = from(Movie);
    const filtered = query.where({ title: "x" });
    expect(inspect(query)).toBe("#Query<from m0 in Movie>");
    expect(inspect(filtered)).toMatch(/where: m0\.title == \^"x"/);
    expect(() => Object.assign(query, { where: 1 })).not.toThrow(SyntaxError);
  });

  test("prints in Ecto's manner", () => {
    const query = from(Movie)
      .where((m) => m.id.lt(2))
      .select((m) => m.title);
    expect(inspect(query)).toBe("#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>");
    expect(show(query)).toBe(inspect(query));
    expect(String(query)).toBe(inspect(query));
  });

  test("comparing with null, undefined or by JavaScript is a compile error and throws", () => {
    // @ts-expect-error null
    expect(() => from(Movie).where((m) => m.title.eq(null))).toThrow(/isNull/);
    // @ts-expect-error undefined
    expect(() => from(Movie).where((m) => m.id.lt(undefined))).toThrow(QueryError);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where((m) => m.id > 2)).toThrow(QueryError);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where(() => true)).toThrow(/true/);
    // @ts-expect-error a boolean
    expect(() => from(Movie).where((m) => and(m.id.lt(2), false))).toThrow(/false/);
    // @ts-expect-error a boolean
    expect(() => from(Movie).having(() => false)).toThrow(QueryError);
    // @ts-expect-error no such column
    expect(() => from(Movie).where((m) => m.titel.eq("x"))).toThrow(/titel.*"title"/);
    // @ts-expect-error no such field
    expect(() => from(Movie).where({ titel: "x" })).toThrow(/titel/);
    // @ts-expect-error a number beside a text
    expect(() => from(Movie).where((m) => m.title.eq(1))).toThrow(/title/);
    // @ts-expect-error no such association
    expect(() => from(Movie).join("actor")).toThrow(/actor/);
    // @ts-expect-error no such association
    expect(() => from(Movie).preload("actor")).toThrow(/actor/);
    // @ts-expect-error unknown option
    expect(() => from(Movie, { wher: {} })).toThrow(/wher/);
    // @ts-expect-error a text is no list
    expect(() => from(Movie).where((m) => m.title.in("ab"))).toThrow(/list/);
  });

  test("outer joins make their bindings nullable in the types", () => {
    const left = from(Movie)
      .leftJoin("distributor")
      .select((_, { distributor: d }) => [d.id, d] as const);
    type Row = typeof left extends { all?: never } ? never : Awaited<ReturnType<typeof rowOf>>;
    const rowOf = async () => (await (null as unknown as Repo).all(left))[0]!;
    expectTypeOf<Row[0]>().toEqualTypeOf<number | null>();
    const inner = from(Movie)
      .join("characters")
      .select((_, { characters: c }) => c.id);
    const innerRow = async () => (await (null as unknown as Repo).all(inner))[0]!;
    expectTypeOf<Awaited<ReturnType<typeof innerRow>>>().toEqualTypeOf<number>();
  });
});
