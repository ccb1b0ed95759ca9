import {
  and,
  as,
  avg,
  type Binding,
  caseWhen,
  type Condition,
  count,
  dynamic,
  exists,
  type Expr,
  field,
  filter,
  fn,
  from,
  map,
  merge,
  not,
  or,
  QueryError,
  schema,
  sql,
  struct,
  subquery,
  sum,
  type,
} from "ectype";
import { describe, expect, test } from "vitest";

class Letter extends schema("letters", {
  orgId: field.integer({ null: false }),
  name: field.string({ null: false }),
  secret: field.string({ redact: true }),
  sent: field.boolean(),
  weight: field.integer(),
  extra: field.json<{ a: number }>(),
}) {}

const letters = from(Letter);
type L = Binding<Letter>;
const tenant = (l: L) => l.orgId.eq(1);
const named = (l: L) => l.name.eq("x");

/** Each kind of condition that stands on the left of an `&&`. */
const conditions: readonly (readonly [string, (l: L) => Expr<any>])[] = [
  ["a comparison", tenant],
  ["is null", (l) => l.weight.isNull()],
  ["is not null", (l) => l.weight.isNotNull()],
  ["not", (l) => not(tenant(l))],
  [".not()", (l) => tenant(l).not()],
  ["and", (l) => and(tenant(l), named(l))],
  ["or", (l) => or(tenant(l), named(l))],
  [".and()", (l) => tenant(l).and(named(l))],
  ["in", (l) => l.orgId.in([1, 2])],
  ["notIn", (l) => l.orgId.notIn([1, 2])],
  ["in of a query", (l) => l.orgId.in(from(Letter).select((o) => o.orgId))],
  ["between", (l) => l.orgId.between(1, 2)],
  ["like", (l) => l.name.like("x%")],
  ["exists", (l) => exists(from(Letter).where((o) => o.orgId.eq(l.orgId)))],
  ["a boolean column", (l) => l.sent],
  ["a fragment", (l) => sql<boolean>`${l.weight} > 3`],
  ["a fragment with a type", (l) => sql.typed("boolean", sql`${l.weight} > 3`)],
  ["a function", (l) => fn<boolean>("is_open", l.weight)],
  ["a cast", (l) => type(l.extra.path("a"), "boolean")],
  ["a case", (l) => caseWhen(tenant(l), true).else(false)],
  ["a case without else", (l) => caseWhen(tenant(l), true)],
  ["isDistinctFrom", (l) => l.weight.isDistinctFrom(1)],
];

/** Each place that takes a callback, with what it returns in place of the condition. */
const places: readonly (readonly [string, (pick: (l: L) => any) => unknown])[] = [
  ["where", (pick) => letters.where(pick)],
  ["orWhere", (pick) => letters.where({ orgId: 2 }).orWhere(pick)],
  ["having", (pick) => letters.groupBy("orgId").having(pick)],
  ["orHaving", (pick) => letters.groupBy("orgId").orHaving(pick)],
  ["from's where", (pick) => from(Letter, { where: pick })],
  ["from's orWhere", (pick) => from(Letter, { orWhere: pick })],
  ["a join", (pick) => letters.join("o", Letter, pick)],
  ["a join's second binding", (pick) => letters.leftJoin("o", Letter, (_, { o }) => pick(o as never))],
  [
    "a lateral join",
    (pick) =>
      letters.innerLateralJoin(
        "o",
        () => from(Letter),
        (l) => pick(l),
      ),
  ],
  [
    "a query of a lateral join",
    (pick) => letters.innerLateralJoin("o", ((l: L) => from(Letter).where(() => pick(l))) as never, () => and()),
  ],
  ["dynamic", (pick) => letters.where(dynamic(pick as never))],
  ["dynamic.and", (pick) => letters.where(dynamic.and([dynamic(pick as never), dynamic<Letter>((l) => l.sent.eq(true))]))],
  ["dynamic.or in dynamic.and", (pick) => letters.where(dynamic.and([dynamic.or([dynamic(pick as never)])]))],
  ["and()", (pick) => letters.where((l) => and(pick(l), l.sent.eq(true)))],
  ["or()", (pick) => letters.where((l) => or(l.sent.eq(true), pick(l)))],
  [".and()", (pick) => letters.where((l) => l.sent.eq(true).and(pick(l)))],
  ["not()", (pick) => letters.where((l) => not(pick(l)))],
  [
    "an inner query",
    (pick) =>
      letters.where((l) =>
        l.id.in(
          from(Letter)
            .where(pick)
            .select((o) => o.id),
        ),
      ),
  ],
  ["exists", (pick) => letters.where(() => exists(from(Letter).where(pick)))],
  ["filter", (pick) => letters.select((l) => count(l.id).filter(pick(l)))],
  ["filter()", (pick) => letters.having((l) => filter(count(l.id), pick(l)).gt(1))],
  ["caseWhen", (pick) => letters.select((l) => caseWhen(pick(l), 1).else(2))],
  ["when", (pick) => letters.select((l) => caseWhen(l.sent, 1).when(pick(l), 2))],
  ["a case's value", (pick) => letters.select((l) => caseWhen(l.sent, pick(l)).else(false))],
  ["select", (pick) => letters.select(pick)],
  ["an object of select", (pick) => letters.select((l) => ({ id: l.id, mine: pick(l) }))],
  ["selectMerge", (pick) => letters.selectMerge((l) => ({ sent: pick(l) }))],
  ["merge", (pick) => letters.select((l) => merge(l, { sent: pick(l) }))],
  ["orderBy", (pick) => letters.orderBy((l) => [pick(l), l.id])],
  ["prependOrderBy", (pick) => letters.prependOrderBy((l) => pick(l).desc())],
  ["groupBy", (pick) => letters.groupBy(pick)],
  ["distinct", (pick) => letters.distinct(pick)],
  ["windows", (pick) => letters.windows((l) => ({ w: { partitionBy: pick(l) } }))],
  ["over", (pick) => letters.select((l) => sum(l.weight).over({ orderBy: pick(l) }))],
  ["update", (pick) => letters.update((l) => ({ set: { sent: pick(l) } }))],
  ["limitPer", (pick) => letters.limitPer(1, pick)],
  ["a fragment", (pick) => letters.where((l) => sql<boolean>`coalesce(${pick(l)}, ${true})`)],
  ["a comparison", (pick) => letters.where((l) => l.sent.eq(pick(l)))],
  ["union", (pick) => letters.union(from(Letter).where(pick))],
  ["withCte", (pick) => letters.withCte("x", from(Letter).where(pick))],
  [
    "preload",
    (pick) =>
      letters.where((l) =>
        l.id.in(
          subquery(
            from(Letter)
              .where(pick)
              .select((o) => o.id),
          ),
        ),
      ),
  ],
];

describe("a condition that is built and not returned", () => {
  test.each(conditions)("is refused: %s", (_, condition) => {
    expect(() => letters.where((l) => condition(l) && named(l))).toThrow(/use \.and\(\)/);
    expect(() => letters.where((l) => (condition(l) ? named(l) : l.orgId.eq(2)))).toThrow(QueryError);
    expect(() => letters.where((l) => and(condition(l), named(l)))).not.toThrow();
    expect(() => letters.where((l) => condition(l))).not.toThrow();
  });

  test.each(places)("is refused in %s", (_, place) => {
    expect(() => place((l) => tenant(l) && named(l))).toThrow(QueryError);
    expect(() => place((l) => tenant(l) && named(l))).toThrow(/use \.and\(\)/);
    expect(() => place((l) => tenant(l).and(named(l)))).not.toThrow();
  });

  test("is named, with the clause, and its redacted values hidden", () => {
    const message = (call: () => unknown): string => {
      try {
        call();
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    const text = message(() => letters.where((l) => l.secret.eq("hunter2") && named(l)));
    expect(text).toMatch(/^where: a condition was built that is not in what the callback returns/);
    expect(text).toContain("here: l0.secret == ^**redacted**\n      ^^^^^^^^^^^^^^^^^^^^^^^^^^");
    expect(text).not.toContain("hunter2");
    expect(message(() => letters.join("o", Letter, (l, { o }) => l.id.eq(o.id) && o.sent))).toMatch(/^on: .*\n.*\nhere: l0\.id == l1\.id/);
  });

  test("leaves no trace: the next query is built", () => {
    expect(() => letters.where((l) => tenant(l) && named(l))).toThrow(QueryError);
    expect(String(letters.where((l) => tenant(l)))).toBe("#Query<from l0 in Letter, where: l0.orgId == ^1>");
    expect(() =>
      letters.where(() => {
        throw new RangeError("mine");
      }),
    ).toThrow(RangeError);
    expect(() => as("x", Letter).sent).not.toThrow();
  });
});

describe("a condition that is used", () => {
  test("may come in a list, from a helper, out of a loop, and twice", () => {
    const list = (l: L): Condition[] => [tenant(l), named(l)];
    expect(String(letters.where((l) => and(...list(l))))).toContain('(l0.orgId == ^1) and (l0.name == ^"x")');
    const query = letters.where((l) => {
      let all: Condition = tenant(l);
      for (const name of ["a", "b"]) all = all.or(l.name.eq(name));
      return and(all, all);
    });
    expect(String(query)).toContain('l0.name == ^"b"');
    expect(() => letters.select((l) => [list(l), { deep: { one: tenant(l) } }])).not.toThrow();
  });

  test("may be built outside of the callback, or in the callback around", () => {
    const outside = as("l", Letter).sent;
    expect(() => letters.as("l").where((l) => (outside ? tenant(l) : named(l)))).not.toThrow();
    const query = letters.where((l) => {
      const mine = tenant(l);
      return exists(from(Letter).where((o) => o.id.eq(l.id).and(mine)));
    });
    expect(String(query)).toContain("parent(l0).orgId == ^1");
  });

  test("may be chosen, where one side only is built", () => {
    const pick = (mine: boolean) => letters.where((l) => (mine ? tenant(l) : named(l)));
    expect(String(pick(true))).toContain("orgId");
    expect(String(pick(false))).toContain("name");
  });

  test("other expressions may be built for nothing: they filter no rows", () => {
    expect(() =>
      letters.select((l) => {
        const unused = [l.weight.add(1), l.name, avg(l.weight), l.name.desc()];
        return unused.length > 0 ? l.id : l.weight;
      }),
    ).not.toThrow();
    expect(() => letters.select((l) => [map(l, ["sent", "id"]), struct(l, ["id", "sent"])])).not.toThrow();
  });
});

describe("an expression that is made into a text", () => {
  const uses: readonly (readonly [string, (l: L) => unknown])[] = [
    ["a template", (l) => `${l.name}`],
    ["+", (l) => (l.name as never) + ("x" as never)],
    ["a sum", (l) => (l.weight as never) + 1],
    ["<", (l) => (l.weight as never) < 1],
    // biome-ignore lint/suspicious/noDoubleEquals: it is what is tried
    ["== beside a text", (l) => (l.name as unknown) == "x"],
    ["String", (l) => String(l.name)],
    ["Number", (l) => Number(l.weight)],
    ["toString", (l) => l.name.toString()],
    ["JSON", (l) => JSON.stringify({ name: l.name })],
    ["join", (l) => [l.name, l.orgId].join(" ")],
    ["a key", (l) => ({ [l.name as never]: 1 })],
    ["a condition", (l) => `${l.name.eq("x")}`],
    ["an order", (l) => `${l.name.desc()}`],
    ["a binding", (l) => `${l}`],
    ["a fragment", (l) => `${sql`lower(${l.name})`}`],
    ["an aggregate", (l) => `${count(l.id)}`],
    ["a pattern", (l) => l.name.like(`%${l.secret}%`)],
    ["a piece of SQL", () => `${sql.identifier("x")}`],
  ];
  test.each(uses)("is refused: %s", (_, use) => {
    expect(() => letters.select((l) => use(l) && l.id)).toThrow(QueryError);
    expect(() => letters.select((l) => use(l) && l.id)).toThrow(/used as a JavaScript value/);
  });

  test("so is a binding of a table without a schema, and a join", () => {
    expect(() => from("letters").where((l) => `${l}` as never)).toThrow(/used as a JavaScript value/);
    expect(() => letters.join("o", Letter, (_, joins) => `${joins}` as never)).toThrow(QueryError);
  });

  test("a query has a text, and so do parts of it in sql", () => {
    expect(`${letters}`).toBe("#Query<from l0 in Letter>");
    expect(() => letters.where((l) => sql<boolean>`${l.name} = ${"x"}`)).not.toThrow();
  });
});
