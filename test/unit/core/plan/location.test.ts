// biome-ignore-all lint/suspicious/noExplicitAny: what the types forbid is tried here
import {
  as,
  belongsTo,
  CastError,
  count,
  createRepo,
  cte,
  dynamic,
  EctypeError,
  exists,
  field,
  from,
  hasMany,
  inspect,
  map,
  parentAs,
  rowNumber,
  schema,
  selectedAs,
  sql,
  subquery,
} from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";

class Movie extends schema("movies", {
  title: field.string(),
  year: field.integer(),
  tags: field.array(field.string()),
  secret: field.string({ redact: true }),
  secrets: field.array(field.string(), { redact: true }),
  hidden: field.json({ redact: true }),
  characters: () => hasMany(Character),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}

const repo = createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) });
const q = from(Movie) as any;
const missing = () => as("nope", Movie).title;
const characters = from(Character);

/** The lines of the message with which a query, or the making of it, fails. */
function failure(make: () => unknown, kind: "all" | "updateAll" | "deleteAll" = "all"): string[] {
  try {
    repo.toSql(kind as "all", make() as never);
  } catch (error) {
    expect(error).toBeInstanceOf(EctypeError);
    return (error as Error).message.split("\n");
  }
  throw new Error("the query was planned");
}

/** The marked part, as a reader sees it: what stands over the carets. */
function marked(lines: readonly string[]): string | null {
  const [here, carets] = lines.slice(-2) as [string, string];
  if (!/^ *\^+$/.test(carets)) return null;
  return here.slice(carets.indexOf("^"), carets.length);
}

const nope = 'as("nope").title';

/** [what, query, the clause as it is shown, the part that is marked in it]. */
const places: readonly (readonly [string, () => unknown, string, string])[] = [
  ["where", () => q.where((m: any) => m.title.eq("x").and(missing().eq("y"))), `where: (m0.title == ^"x") and (${nope} == ^"y")`, nope],
  [
    "a field that a named binding lacks",
    () => q.as("m").where((m: any) => m.title.eq("x").and((as("m") as any).titel.eq(1))),
    'where: (m0.title == ^"x") and (as("m").titel == ^1)',
    'as("m").titel',
  ],
  ["select", () => q.select(missing), `select: ${nope}`, nope],
  ["an object", () => q.select((m: any) => ({ a: m.id, b: [m.year, missing()] })), `select: {a: m0.id, b: [m0.year, ${nope}]}`, nope],
  [
    "a binding in a select",
    () => q.select((m: any) => [m, map(as("nope", Movie), ["title"])]),
    'select: [m0, map(as("nope"), ["title"])]',
    'map(as("nope"), ["title"])',
  ],
  [
    "a name that is given twice",
    () => q.select((m: any) => [m.title.as("t"), m.id.as("t")]),
    'select: [m0.title.as("t"), m0.id.as("t")]',
    'm0.id.as("t")',
  ],
  ["selectMerge", () => q.selectMerge(() => ({ title: missing() })), `select: merge(m0, {title: ${nope}})`, nope],
  ["distinct", () => q.distinct((m: any) => [m.id, missing()]), `distinct: [asc: m0.id, asc: ${nope}]`, nope],
  ["orderBy", () => q.orderBy((m: any) => [m.id, missing().desc()]), `orderBy: [asc: m0.id, desc: ${nope}]`, nope],
  ["groupBy", () => q.groupBy((m: any) => [m.id, missing()]).select((m: any) => m.id), `groupBy: [m0.id, ${nope}]`, nope],
  [
    "having",
    () =>
      q
        .groupBy("id")
        .having(() => count().gt(1).and(selectedAs("u").eq(1)))
        .select((m: any) => m.id),
    'having: (count() > ^1) and (selectedAs("u") == ^1)',
    'selectedAs("u")',
  ],
  [
    "a window",
    () => q.windows((m: any) => ({ v: { orderBy: m.id }, w: { partitionBy: missing() } })).select(() => rowNumber().over("w")),
    `windows: {v: [orderBy: [asc: m0.id]], w: [partitionBy: [${nope}]]}`,
    nope,
  ],
  [
    "a window that extends one that is not there",
    () => q.windows((m: any) => ({ v: { orderBy: m.id }, w: { base: "x" } })),
    'windows: {v: [orderBy: [asc: m0.id]], w: ["x"]}',
    '["x"]',
  ],
  ["the window of a call", () => q.select((m: any) => [m.id, rowNumber().over("w")]), 'select: [m0.id, row_number().over(["w"])]', '["w"]'],
  [
    "the filter of an aggregate",
    () => q.select((m: any) => count(m.id).filter(missing().eq("x"))),
    `select: count(m0.id).filter(${nope} == ^"x")`,
    nope,
  ],
  ["a fragment", () => q.where((m: any) => sql`${m.title} = ${missing()}`), `where: sql\`\${m0.title} = \${${nope}}\``, nope],
  [
    "a fragment over lines",
    () => q.where((m: any) => sql<boolean>`${m.title}\n\t= ${missing()}`),
    `where: sql\`\${m0.title} = \${${nope}}\``,
    nope,
  ],
  [
    "a subquery",
    () => q.where((m: any) => m.title.in(characters.where((c) => c.name.eq("a").and(missing().eq(c.name))).select((c) => c.name))),
    `where: …ery(#Query<from c0 in Character, where: (c0.name == ^"a") and (${nope} == c0.name), select: c0.name>)`,
    nope,
  ],
  [
    "exists",
    () => q.where((m: any) => m.id.eq(1).or(exists(characters.where((c) => c.movieId.eq(parentAs("nope", Movie).id))))),
    'where: (m0.id == ^1) or exists(#Query<from c0 in Character, where: c0.movieId == parentAs("nope").id>)',
    'parentAs("nope").id',
  ],
  [
    "a subquery of several columns",
    () => q.where((m: any) => m.id.eq(1).and(m.id.in(characters.select((c) => ({ a: c.id, b: c.name }))))),
    "where: (m0.id == ^1) and (m0.id in subquery(#Query<from c0 in Character, select: {a: c0.id, b: c0.name}>))",
    "subquery(#Query<from c0 in Character, select: {a: c0.id, b: c0.name}>)",
  ],
  [
    "a subquery as the source",
    () => from(subquery(characters.where((c) => missing().eq(c.name)))),
    `from s0 in subquery(#Query<from c0 in Character, where: ${nope} == c0.name>)`,
    nope,
  ],
  [
    "a subquery whose select is nested",
    () => from(subquery(from(Movie).select((m) => ({ x: m.id, a: { b: m.id } })))),
    "from s0 in subquery(#Query<from m0 in Movie, select: {x: m0.id, a: {b: m0.id}}>)",
    "{b: m0.id}",
  ],
  [
    "a subquery that preloads",
    () => from(Movie).join("s", subquery(q.preload("characters")), (m, { s }: any) => s.id.eq(m.id)),
    'join: s1 in subquery(#Query<from m0 in Movie, preload: "characters">), as: "s", on: s1.id == m0.id',
    'subquery(#Query<from m0 in Movie, preload: "characters">)',
  ],
  [
    "a subquery in a subquery",
    () => from(subquery(from(Movie).where((m) => m.title.in(characters.orderBy(missing).select((c) => c.name))))),
    `from …where: m0.title in subquery(#Query<from c0 in Character, orderBy: [asc: ${nope}], select: c0.name>)>)`,
    nope,
  ],
  [
    "a CTE",
    () =>
      from("x")
        .withCte("a", characters)
        .withCte(
          "x",
          characters.where(() => missing().eq("b")),
        )
        .select((x) => x.id),
    `withCte: "x" as #Query<from c0 in Character, where: ${nope} == ^"b">`,
    nope,
  ],
  [
    "a CTE that selects no names",
    () =>
      from("x")
        .withCte(
          "x",
          characters.select((c) => [c.id]),
        )
        .select((x) => x.id),
    'withCte: "x" as #Query<from c0 in Character, select: [c0.id]>',
    "[c0.id]",
  ],
  ["a CTE that is not there", () => from(cte("nope", Movie)), 'from n0 in "nope"', '"nope"'],
  [
    "a combination",
    () => q.union(q.where({ id: 1 })).union(q.where(() => missing().eq("x"))),
    `union: #Query<from m0 in Movie, where: ${nope} == ^"x">`,
    nope,
  ],
  [
    "a combination of other columns",
    () =>
      from(Movie)
        .select((m) => ({ a: m.id }))
        .unionAll(from(Movie).select((m) => ({ b: m.id })) as never),
    "unionAll: #Query<from m0 in Movie, select: {b: m0.id}>",
    "{b: m0.id}",
  ],
  [
    "a combination in a subquery, which names what it may not",
    () => q.as("m").where((m: any) => m.id.in(characters.select((c) => c.id).union(characters.select(() => (as("c") as any).id) as never))),
    `where: …subquery(#Query<from c0 in Character, union: #Query<from c0 in Character, select: as("c").id>, select: c0.id>)`,
    'as("c").id',
  ],
  [
    "the condition of a join",
    () => q.join("c", Character, (m: any, { c }: any) => c.movieId.eq(m.id).and(missing().eq("x"))),
    `join: c1 in Character, as: "c", on: (c1.movieId == m0.id) and (${nope} == ^"x")`,
    nope,
  ],
  [
    "the condition of the second join",
    () => q.leftJoin("characters").leftJoin("c", Character, () => missing().eq("x")),
    `leftJoin: c2 in Character, as: "c", on: ${nope} == ^"x"`,
    nope,
  ],
  [
    "the condition that is added to a join with an association",
    () => q.join("characters", { on: () => missing().eq("x") }),
    `join: c1 in assoc(m0, "characters"), as: "characters", on: ${nope} == ^"x"`,
    nope,
  ],
  [
    "a lateral join",
    () =>
      q.innerLateralJoin(
        "c",
        (m: any) => characters.where((c) => c.movieId.eq(m.id).and(missing().eq("x"))),
        () => sql<boolean>`true`,
      ),
    `innerLateralJoin: …c0 in Character, where: (c0.movieId == parent(m0).id) and (${nope} == ^"x")>), as: "c", on: sql\`true\``,
    nope,
  ],
  [
    "a dynamic",
    () => q.where(dynamic.and([dynamic((m: any) => m.id.eq(1)), dynamic(() => missing().eq("x"))])),
    `where: (m0.id == ^1) and (${nope} == ^"x")`,
    nope,
  ],
  ["limitPer", () => q.limitPer(3, (m: any) => [m.year, missing()]), `limitPer: ^3 by [m0.year, ${nope}]`, nope],
  ["a limit", () => q.limit(missing().add("x") as never), `limit: ${nope} + ^"x"`, nope],
];

describe("an error is marked in its clause", () => {
  test.each(places)("%s", (_, query, clause, part) => {
    const lines = failure(query);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^in query: #Query<from /);
    expect(lines[2]).toContain(clause);
    expect(marked(lines)).toBe(part);
  });

  test.each([
    ["set", () => q.update((m: any) => ({ set: { year: m.year, title: missing() } })), `update: {set: {year: m0.year, title: ${nope}}}`],
    ["inc", () => q.update((m: any) => ({ set: { title: m.title }, inc: { year: missing() } })), `update: {inc: {year: ${nope}}}`],
    [
      "a subquery",
      () => q.update({ set: { title: characters.select(missing) } }),
      `subquery(#Query<from c0 in Character, select: ${nope}>)`,
    ],
  ])("an update's value: %s", (_, query, clause) => {
    const lines = failure(query, "updateAll");
    expect(lines[2]).toContain(clause);
    expect(marked(lines)).toBe(nope);
  });

  test("in a clause of deleteAll", () => {
    const lines = failure(() => q.where((m: any) => m.id.eq(1).and(missing().eq("x"))), "deleteAll");
    expect(marked(lines)).toBe(nope);
  });
});

test("the stack says the same", () => {
  try {
    repo.toSql(
      "all",
      q.where(() => missing().eq("$& $1")),
    );
  } catch (error) {
    const { message, stack } = error as Error;
    expect(stack?.startsWith(`QueryError: ${message}\n`) || stack?.startsWith(`Error: ${message}\n`)).toBe(true);
  }
  expect.assertions(1);
});

describe("where no part is known", () => {
  test("the clause stands alone", () => {
    expect(failure(() => q.limitPer(3)).slice(2)).toEqual(["here: limitPer: ^3"]);
    expect(failure(() => q.select((m: any) => m.id).preload("characters")).slice(2)).toEqual(["here: select: m0.id"]);
  });
  test("and where no clause is known, the query", () => {
    expect(failure(() => from("movies")).slice(1)).toEqual(['in query: #Query<from m0 in "movies">']);
    expect(failure(() => q.limit(1), "deleteAll").slice(1)).toEqual(["in query: #Query<from m0 in Movie, limit: ^1>"]);
  });
  test("so it is for what a database cannot do", () => {
    const lite = createRepo({ adapter: sqlite({ database: ":memory:" }) });
    expect(() => lite.toSql("all", from(Movie).lock("FOR UPDATE"))).toThrow(
      /^SQLite .*\nin query: #Query<from m0 in Movie, lock: sql`FOR UPDATE`>$/s,
    );
  });
  test("a preload out of a join is in the preload", () => {
    const lines = failure(() => q.rightJoin("characters").preload({ characters: "characters" }));
    expect(lines.at(-1)).toBe('here: preload: {characters: "characters"}');
  });
});

describe("the part that is marked is the one that failed", () => {
  test("where one expression stands in two clauses", () => {
    const shared = missing();
    expect(failure(() => q.where(() => shared.eq("x")).select(() => shared)).slice(2)).toEqual([
      'here: select: as("nope").title',
      "              ^^^^^^^^^^^^^^^^",
    ]);
  });
  test("where one expression is right in a subquery and wrong around it", () => {
    const named = as("c", Character).name;
    const inner = characters.as("c").select(() => named);
    expect(failure(() => q.where((m: any) => m.title.in(inner).and(named.eq("x")))).slice(2)).toEqual([
      'here: where: (m0.title in subquery(#Query<from c0 in Character, as: "c", select: as("c").name>)) and (as("c").name == ^"x")',
      "                                                                                                      ^^^^^^^^^^^^",
    ]);
  });
  test("where a text of the query holds the characters that mark", () => {
    const lines = failure(() => q.where(() => sql<boolean>`'\u0001' = ${missing()}`));
    expect(lines).toHaveLength(2);
    expect(failure(() => q.where((m: any) => m.title.eq("\u0001").and(missing().eq("x")))).at(-1)).toMatch(/\^$/);
  });
});

describe("a message stays short", () => {
  const many = Array.from({ length: 90 }, (_, at) => `title number ${at}`);
  const long = () => q.where((m: any) => m.title.in(many).and(missing().eq("x"), m.title.in(many)));

  test("a window of a long clause around the part", () => {
    const lines = failure(long);
    expect(lines).toHaveLength(4);
    expect(lines[1]?.length).toBeLessThan(1050);
    expect(lines[2]?.length).toBeLessThan(130);
    expect(lines[2]).toMatch(/^here: where: ….*number 89" \]\) and \(as\("nope"\)\.title == \^"x"\) and .*…$/);
    expect(marked(lines)).toBe(nope);
  });
  test("of a part that is wider than the window, the beginning", () => {
    const wide = characters.where((c) => c.name.in(many)).select((c) => ({ a: c.id, b: c.name }));
    const lines = failure(() => q.where((m: any) => m.id.in(wide)));
    expect(lines[2]).toMatch(/^here: where: …subquery\(#Query<from c0 in Character.*…$/);
    expect(marked(lines)).toMatch(/^subquery\(#Query<from c0 in Character/);
    expect(lines[3]?.length).toBe((lines[2]?.length ?? 0) - 1);
  });
  test("no character is cut in two", () => {
    for (const before of ["", "x"]) {
      const faces = before + "😀".repeat(1000);
      const text = failure(() => q.where((m: any) => m.title.eq(faces).and(missing().eq("x"), m.title.ne(faces)))).join("\n");
      expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    }
  });
});

describe("a value that cannot be cast", () => {
  const uncast: readonly (readonly [string, () => unknown, string, string])[] = [
    ["an operator", () => q.where((m: any) => m.title.eq("x").and(m.year.lt("abc"))), 'm0.year < ^"abc"', '^"abc"'],
    ["an object", () => q.where({ title: "x", year: "abc" }), 'm0.year == ^"abc"', '^"abc"'],
    ["a list", () => q.where((m: any) => m.year.in([1, "abc"])), 'm0.year in (^"abc")', '^"abc"'],
    ["between", () => q.where((m: any) => m.year.between(1, "abc")), 'm0.year between ^"abc"', '^"abc"'],
    ["a join", () => q.join("c", Character, (_: any, { c }: any) => c.movieId.eq("abc")), 'c1.movieId == ^"abc"', '^"abc"'],
    ["a dynamic", () => q.where(dynamic((m: any) => m.year.eq("abc"))), 'm0.year == ^"abc"', '^"abc"'],
    ["a redacted field", () => q.where((m: any) => m.secret.eq({ hush: 1 })), "m0.secret == ^**redacted**", "^**redacted**"],
    ["a redacted pattern", () => q.where((m: any) => m.secret.like({ hush: 1 })), "m0.secret like ^**redacted**", "^**redacted**"],
  ];
  test.each(uncast)("is marked in its comparison: %s", (_, query, clause, part) => {
    expect(query).toThrow(CastError);
    const lines = failure(query);
    expect(lines[1]).toMatch(/^in query: #Query<from m0 in Movie/);
    expect(lines[2]).toBe(`here: ${clause}`);
    expect(marked(lines)).toBe(part);
    expect(lines.join()).not.toContain("hush");
  });
  test("is marked in the query that it is in", () => {
    const lines = failure(() => q.where((m: any) => m.id.in(characters.where((c: any) => c.movieId.eq("abc")).select((c) => c.id))));
    expect(lines.slice(1, 3)).toEqual(["in query: #Query<from c0 in Character>", 'here: c0.movieId == ^"abc"']);
    expect(lines[4]).toMatch(/^in outer query: #Query<from m0 in Movie/);
    expect(lines).toHaveLength(5);
  });
  test("of an update stands in its query", () => {
    const lines = failure(() => q.where({ id: 1 }).update({ set: { year: "abc" } }));
    expect(lines).toEqual([
      '"abc" cannot be cast to integer, the type of "year"',
      "in query: #Query<from m0 in Movie, where: m0.id == ^1>",
    ]);
  });
});

describe("values of redacted fields are never shown", () => {
  test.each<[string, () => any, ("all" | "updateAll")?]>([
    ["=", () => q.where((m: any) => m.secret.eq("hush"))],
    ["in", () => q.where((m: any) => m.secret.in(["hush", "hush2"]))],
    ["between", () => q.where((m: any) => m.secret.between("hush", "hush2"))],
    ["like", () => q.where((m: any) => m.secret.like("hush%").or(m.secret.ilike("hush%")))],
    ["concat", () => q.where((m: any) => m.secret.concat("hush").eq("hush"))],
    [
      "a path",
      () =>
        q.where((m: any) =>
          m.hidden
            .path("a")
            .eq("hush")
            .or(m.hidden.path("a", "b").in(["hush"])),
        ),
    ],
    ["a path as text", () => q.where((m: any) => m.hidden.pathText("a").like("hush"))],
    ["a named binding", () => q.as("m").where(() => (as("m", Movie) as any).secret.eq("hush"))],
    ["set", () => q.update({ set: { secret: "hush" } }), "updateAll"],
    ["push", () => q.update({ push: { secrets: "hush" } }), "updateAll"],
  ])("%s", (_, query, kind) => {
    const lines = failure(() => query().where(() => missing().eq("x")), kind);
    expect(lines.join()).toContain("**redacted**");
    expect(lines.join()).not.toContain("hush");
    expect(marked(lines)).toBe(nope);
    expect(inspect(query())).not.toContain("hush");
  });
});
