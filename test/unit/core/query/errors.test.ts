import {
  and,
  any,
  as,
  assoc,
  avg,
  coalesce,
  count,
  createRepo,
  cte,
  dateAdd,
  exists,
  field,
  from,
  fn,
  inspect,
  map,
  merge,
  parentAs,
  QueryError,
  rowNumber,
  schema,
  selectedAs,
  sql,
  struct,
  subquery,
  sum,
  tuple,
  type,
  values,
} from "ectype";
import { describe, expect, test } from "vitest";
import { postgres } from "ectype/postgres";
import { Actor, Character, Distributor, Movie } from "../../../../src/testing/cases/queries/schemas.ts";

const repo = createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) });
const plan = (query: unknown) => repo.toSql("all", query as never);
// what the types forbid is tried here
const q = from(Movie) as any;
class Keyless extends schema("keyless", { name: field.string() }, { primaryKey: false }) {}

/** What each bad use says; [what, use, message]. */
const building: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["a source that is none", () => from(7 as never), /made from a schema, a table's name/],
  ["a second name for the root", () => q.as("a").as("b"), /named "a" already/],
  ["an unknown option", () => from(Movie, { wehre: {} } as never), /unknown option "wehre"\. Did you mean "where"/],
  ["an option that is undefined widens nothing", () => from(Movie, { where: undefined }), /option "where" is undefined/],
  ["a hint that is no text", () => from(Movie, { hints: [1] as never }), /a hint is a text or a fragment/],
  ["two bindings of one name", () => q.join("characters").join("characters"), /a binding named "characters" already/],
  [
    "an unknown join",
    () => q.join("characters").where((_: never, { character: c }: never) => c),
    /no join named "character"\. Did you mean "characters"/,
  ],
  ["a value of another type", () => q.where((m: any) => m.id.eq("abc")), /"abc" cannot be cast to id, the type of "id"/],
  ["undefined in an object", () => q.where({ title: undefined }), /undefined for "title"/],
  ["null in a comparison", () => q.where((m: any) => m.title.eq(null)), /isNull\(\)/],
  ["null in an object", () => q.where({ title: null }), /isNull\(\)/],
  ["undefined in a comparison", () => q.where((m: any) => m.id.lt(undefined)), /isNull\(\)/],
  ["in of null", () => q.where((m: any) => m.id.in(null)), /takes a list, a subquery or an array column/],
  ["undefined in a list", () => q.where((m: any) => m.id.in([1, undefined])), /holds undefined/],
  ["a JavaScript boolean as a condition", () => q.where(() => true), /JavaScript value true/],
  ["a condition that is undefined", () => q.where(undefined), /a condition must be an SQL expression/],
  ["a JavaScript boolean in and()", () => and(false as never), /JavaScript value false/],
  ["tuples of different sizes", () => tuple(1, 2).eq(tuple(1)), /tuple of the same size, 2 here/],
  ["filter of what is no aggregate", () => q.select((m: any) => coalesce(m.title, "x").filter(m.id.eq(1))), /belongs to an aggregate/],
  ["an unknown unit", () => dateAdd("2026-01-01", 1, "fortnight" as never), /"fortnight" is no unit/],
  ["SQL as a text", () => (sql as any)("select 1"), /used as a tag/],
  ["undefined in a fragment", () => sql`${undefined}`, /given undefined/],
  ["an identifier that is no text", () => sql.identifier(1 as never), /takes a name/],
  ["a constant that is neither text nor number", () => sql.constant({} as never), /takes a text or a number/],
  ["a splice of no list", () => sql.splice("x" as never), /takes a list/],
  ["columns of a fragment that are none", () => from(sql`x`, { columns: [] }), /list of names/],
  ["a step that is undefined", () => q.where((m: any) => m.meta.path(undefined)), /names, whole numbers and expressions/],
  ["an empty path", () => q.where((m: any) => m.meta.path()), /at least one step/],
  [
    "an unknown field of an embed",
    () => q.where((m: any) => m.studio.path("nmae")),
    /Studio has no field "nmae" in JSON\. Did you mean "name"/,
  ],
  ["a name on a list of embeds", () => q.where((m: any) => m.owners.path("name")), /is a list: name an entry/],
  ["an unknown field", () => q.where((m: any) => m.titel), /no field "titel"\. Did you mean "title"/],
  ["an association as a column", () => q.where((m: any) => m.actors), /"actors" is an association of Movie, not a column/],
  ["a virtual field as a column", () => q.where((m: any) => m.shout), /"shout" of Movie is virtual/],
  ["a join without a condition", () => q.join("c", Character), /needs a condition/],
  ["a join with a query that orders", () => q.join("c", from(Character).orderBy("id"), () => and()), /has orderBy\. Wrap it: subquery/],
  ["an unknown association", () => q.join("actor"), /no association "actor"\. Did you mean "actors"/],
  ["an association of a table", () => from("movies").join("actors" as never), /its binding has no schema/],
  [
    "a condition on a cross lateral join",
    () =>
      q.crossLateralJoin(
        "c",
        () => from(Character),
        () => and(),
      ),
    /has no condition/,
  ],
  ["a second select", () => q.select(["id"]).select(["id"]), /has a select already/],
  ["a function in a select", () => q.select(() => ({ a: () => 1 })), /select cannot return/],
  ["an empty list of fields", () => q.select([]), /empty list/],
  ["struct of a table without a schema", () => from("movies").select((m) => struct(m, ["id"])), /struct needs a binding with a schema/],
  ["no fields", () => q.select((m: any) => map(m, [])), /at least one/],
  ["a spread binding", () => q.select((m: any) => ({ ...m, x: 1 })), /cannot be spread.*merge/],
  ["a key that the schema lacks", () => q.selectMerge((m: any) => ({ cast: m.id })), /"cast" cannot be merged into a Movie/],
  ["a merge onto a value", () => q.select((m: any) => m.id).selectMerge(() => ({ a: 1 })), /single value or a tuple/],
  [
    "a merge of structs of two schemas",
    () => q.join("distributor").select((m: any, { distributor }: any) => merge(m, distributor)),
    /a Distributor cannot be merged into a Movie/,
  ],
  ["a second distinct", () => q.distinct(true).distinct(true), /has a distinct already/],
  ["a direction that is none", () => q.orderBy({ id: "down" }), /"down" is no direction/],
  ["an unknown field to order by", () => q.orderBy("titel"), /no field "titel"/],
  ["a limit that is a column", () => q.limit(1).pipe((x: any) => x.where((m: any) => x.limit(m.id))), /cannot name a column/],
  ["a negative limit", () => q.limit(-1), /whole number from 0 on/],
  ["a limit that is undefined", () => q.limit(undefined), /whole number from 0 on/],
  ["withTies without a limit", () => q.withTies(), /needs a limit/],
  ["a lock that is any text", () => q.lock("FOR NOTHING; drop table movies"), /lock takes "FOR UPDATE"/],
  ["a lock with another word behind it", () => q.lock("FOR UPDATE SOMETIME"), /" NOWAIT" or " SKIP LOCKED"/],
  ["a search that is a text", () => q.withCte("x", q, { search: "DEPTH FIRST BY id SET n" }), /search takes an SQL expression/],
  ["an order of what is no aggregate", () => q.select((m: any) => m.id.orderBy(m.id)), /\.orderBy\(\) belongs to an aggregate/],
  ["two windows of one name", () => q.windows({ w: {} }).windows({ w: {} }), /a window named "w" already/],
  ["a CTE that is no query", () => q.withCte("x", "select 1"), /takes a query or a fragment/],
  ["an operation that is none", () => q.withCte("x", from(Movie), { operation: "drop" }), /operation is "all"/],
  ["no values", () => values([], {}), /at least one row/],
  ["values without a type", () => values([{ a: 1 }], {}), /no type for "a"/],
  ["uneven rows", () => values([{ a: 1 }, { b: 1 }], { a: field.integer() }), /every row must have the keys a/],
  ["a value of another type", () => values([{ a: "x" }], { a: field.integer() }), /cannot be cast to integer/],
  ["undefined in a row", () => values([{ a: undefined }], { a: field.integer() }), /"a" is undefined/],
  ["an unknown operation", () => q.update({ put: { title: "x" } }), /unknown operation "put"/],
  ["undefined", () => q.update({ set: { title: undefined } }), /given undefined/],
  [
    "one association out of two joins",
    () =>
      q
        .join("characters")
        .join("c", (m: any) => assoc(m as never, "characters" as never))
        .preload({ characters: "characters" })
        .preload({ characters: "c" }),
    /out of two joins/,
  ],
  [
    "one association by two queries",
    () => q.preload({ characters: from(Character) }).preload({ characters: from(Character) }),
    /with two different queries/,
  ],
  ["an unknown association", () => q.preload("actor"), /no association "actor"\. Did you mean "actors"/],
  ["an embed", () => q.preload("studio"), /is an embed, which is always there/],
  ["a query of another schema", () => q.preload({ characters: from(Actor) }), /it must read Character/],
  ["an unknown clause", () => q.exclude("wehre"), /no clause "wehre"\. Did you mean "where"/],
  ["last without a key or an order", () => from(Keyless).last(), /Keyless has no primary key/],
  ["withNamedBinding that adds none", () => q.withNamedBinding("c", (x: any) => x), /binding named "c"/],
  ["type of undefined", () => type(undefined, field.integer()), /undefined/],
  ["ago of nothing", () => from(Movie).where((m) => m.id.eq(any(1 as never))), /any takes a query/],
  ["aggregates take distinct as their mode", () => count(undefined, "all" as never), /"distinct" as its second/],
  ["exists of no query", () => exists(1 as never), /exists takes a query/],
  ["fn takes a plain name", () => fn("pg_sleep(1);--"), /plain name/],
];

const planning: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["an unknown name", () => q.where(() => as("nope", Movie).id.eq(1)), /no binding named "nope"/],
  [
    "a missing parent",
    () => q.where(() => exists(from(Character).where((c) => c.movieId.eq(parentAs("nope", Movie).id)))),
    /no binding named "nope" in the queries around/,
  ],
  [
    "a binding of another query",
    () => {
      let leaked: any;
      from(Movie).where((m) => {
        leaked = m;
        return m.id.eq(1);
      });
      return from(Movie).where(() => leaked.id.eq(2));
    },
    /not part of this query/,
  ],
  [
    "a subquery of several columns",
    () => q.where((m: any) => m.id.in(from(Character).select((c) => ({ a: c.id, b: c.name })))),
    /must select one column; this one selects 2/,
  ],
  [
    "a subquery of fewer columns than a tuple has",
    () => q.where((m: any) => tuple(m.id, m.title).in(from(Character).select((c) => c.id))),
    /a subquery beside a tuple of 2 must select 2 columns; this one selects 1/,
  ],
  [
    "a binding of another query in a fragment",
    () => q.where(() => sql<boolean>`${parentAs("none")}.id = 1`),
    /no binding named "none" in the queries around this one/,
  ],
  ["a table without a select", () => from("movies"), /no known columns/],
  ["a name inside an expression", () => q.select((m: any) => coalesce(m.title.as("t"), "x")), /cannot stand inside another/],
  ["two of one name", () => q.select((m: any) => [m.title.as("t"), m.id.as("t")]), /two expressions of the select are named "t"/],
  [
    "an unknown name",
    () => q.select((m: any) => ({ a: m.title.as("t") })).orderBy(() => selectedAs("u")),
    /selectedAs\("u"\): no expression/,
  ],
  ["an unknown window", () => q.select(() => rowNumber().over("w")), /no window named "w"/],
  [
    "a CTE whose select has no names",
    () =>
      from("x")
        .withCte(
          "x",
          from(Movie).select((m) => [m.id]),
        )
        .select((x) => x.id),
    /selects a binding, a column, or an object/,
  ],
  ["a CTE that is not there", () => from(cte("nope", Movie)), /no CTE named "nope"/],
  [
    "queries of different columns",
    () => q.select((m: any) => ({ a: m.id })).union(from(Movie).select((m) => ({ b: m.id }))),
    /must select the same columns: the first selects a; another selects b/,
  ],
  ["a subquery that preloads", () => from(subquery(from(Movie).preload("actors"))), /a subquery cannot preload/],
  ["a subquery with nested values", () => from(subquery(from(Movie).select((m) => ({ a: { b: m.id } })))), /"a" must be a single value/],
  [
    "a column that a subquery lacks",
    () => from(subquery(from(Movie).select(["id"]))).select((m: any) => m.title),
    /no column "title"|does not select "title"/,
  ],
  ["a preload without the root", () => q.select((m: any) => m.id).preload("actors"), /the select leaves them out/],
  ["a preload out of a right join", () => q.rightJoin("characters").preload({ characters: "characters" }), /rightJoin and fullJoin/],
  ["a prefix on a fragment", () => from(sql`x`, { prefix: "p", columns: ["a"] }), /takes no prefix/],
  ["limitPer without per what", () => q.limitPer(1), /needs to know what it is per/],
  ["limitPer and distinct", () => q.distinct(true).limitPer(1, "id"), /wrap the distinct query/],
];

describe("bad uses are told when the query is built", () => {
  test.each(building)("%s", (_, use, message) => {
    let error: unknown;
    try {
      use();
    } catch (thrown) {
      error = thrown;
    }
    expect((error as Error | undefined)?.message).toMatch(message);
    expect((error as { code?: string }).code).toBeTypeOf("string");
  });
});

describe("bad uses are told when the query is planned, with the query", () => {
  test.each(planning)("%s", (_, use, message) => {
    let error: unknown;
    try {
      plan(use());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(QueryError);
    expect((error as Error).message).toMatch(message);
  });
  test("the query is printed back", () => {
    expect(() =>
      plan(
        from(Movie)
          .where((m) => m.id.lt(2))
          .select(() => rowNumber().over("w")),
      ),
    ).toThrow("in query: #Query<from m0 in Movie, where: m0.id < ^2, select: ");
  });
});

test("a redacted value is not printed", () => {
  class Secret extends schema("secrets", { code: field.integer({ redact: true }) }) {}
  expect(() => from(Secret).where((s) => s.code.eq("hunter2" as never))).toThrow(/^\*\*redacted\*\* cannot be cast/);
});

const printed: readonly (readonly [() => unknown, string])[] = [
  [
    () =>
      from(Movie)
        .where((m) => m.id.lt(2))
        .select((m) => m.title),
    "#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>",
  ],
  [
    () =>
      from(Movie)
        .join("characters")
        .where((_, { characters: c }) => c.name.eq("x"))
        .preload({ characters: "characters" }),
    '#Query<from m0 in Movie, join: c1 in assoc(m0, "characters"), as: "characters", where: c1.name == ^"x", preload: {characters: "characters"}>',
  ],
  [
    () =>
      from(Movie)
        .groupBy("id")
        .having((m) => count(m.id).gt(1))
        .orderBy({ id: "desc" })
        .limit(1)
        .offset(2)
        .distinct(true),
    "#Query<from m0 in Movie, groupBy: [m0.id], having: count(m0.id) > ^1, orderBy: [desc: m0.id], limit: ^1, offset: ^2, distinct: true>",
  ],
  [
    () => from(Movie).select((m) => sum(m.visits).filter(m.id.gt(1)).over({ partitionBy: m.title })),
    "#Query<from m0 in Movie, select: sum(m0.visits).filter(m0.id > ^1).over([partitionBy: [m0.title]])>",
  ],
  [
    () =>
      from(Movie)
        .where((m) => m.id.in([1, 2]).or(m.title.like("a%"), m.tagline.isNull()))
        .lock("FOR UPDATE"),
    '#Query<from m0 in Movie, where: (m0.id in ^[1, 2]) or (m0.title like ^"a%") or isNull(m0.tagline), lock: sql`FOR UPDATE`>',
  ],
  [
    () => from(Movie).where((m) => exists(from(Character).where((c) => c.movieId.eq(m.id)))),
    "#Query<from m0 in Movie, where: exists(#Query<from c0 in Character, where: c0.movieId == parent(m0).id>)>",
  ],
  [
    () => from(Movie).update({ set: { title: "x" }, inc: { visits: 1 } }),
    '#Query<from m0 in Movie, update: {set: {title: ^"x"}}, update: {inc: {visits: ^1}}>',
  ],
  [
    () => from(Movie).select((m) => [m.id, sql`lower(${m.title})`, avg(m.visits)]),
    "#Query<from m0 in Movie, select: [m0.id, sql`lower(${m0.title})`, avg(m0.visits)]>",
  ],
];
test.each(printed)("%# inspect prints the query", (query, text) => {
  expect(inspect(query())).toBe(text);
});

test("named bindings can be asked for and added once", () => {
  const query = from(Movie).as("movie").join("characters");
  expect([query.hasNamedBinding("movie"), query.hasNamedBinding("characters"), query.hasNamedBinding("x")]).toEqual([true, true, false]);
  expect(query.withNamedBinding("characters", (one) => one.join("actors"))).toBe(query);
  expect(query.withNamedBinding("actors", (one) => one.join("actors")).hasNamedBinding("actors")).toBe(true);
});

test("a query never changes", () => {
  const query = from(Distributor);
  const before = inspect(query);
  query.where({ id: 1 }).orderBy("id").preload("movie");
  expect(inspect(query)).toBe(before);
});
