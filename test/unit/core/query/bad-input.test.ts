import {
  cast,
  CastError,
  createRepo,
  dynamic,
  embeddedLoad,
  embeddedSchema,
  EctypeError,
  field,
  from,
  inspect,
  QueryError,
  schema,
  sql,
} from "ectype";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";

class Note extends schema("notes", {
  title: field.string(),
  tags: field.array(field.string()),
  data: field.json<unknown>(),
  labels: field.map(field.string()),
  hits: field.integer(),
}) {}
class Part extends embeddedSchema({ name: field.string() }) {}
const notes = from(Note);
const hostile = "x'; drop table notes; --";

describe("texts that no database holds", () => {
  test.each(["a\0b", "\ud800", "a\udfff"])("%j is a field error of cast, and an error of a query with its place", (text) => {
    for (const [name, value] of [
      ["title", text],
      ["tags", ["a", text]],
      ["data", { a: [text] }],
      ["data", { [text]: 1 }],
      ["labels", { a: text }],
      ["labels", { [text]: "a" }],
    ] as const) {
      const cs = cast(Note.build(), { [name]: value }, [name as "title"]);
      expect(cs.errors.map((error) => error.field)).toEqual([name]);
      expect(() => notes.where({ [name]: value })).toThrow(CastError);
      expect(() => notes.where({ [name]: value })).toThrow(/in query: #Query<from n0 in Note>/);
    }
    expect(() => notes.where((n) => n.title.like(text))).toThrow(CastError);
    expect(() => notes.where((n) => n.title.in([text]))).toThrow(CastError);
    expect(() => notes.update({ set: { title: text } })).toThrow(CastError);
  });
});

describe("hints", () => {
  test.each([
    "INDEXED BY by_title",
    "NOT INDEXED",
    "TABLESAMPLE BERNOULLI (10)",
    "tablesample system(0.5) repeatable (3)",
    "USE INDEX (a, b)",
  ])("%s is one", (hint) => {
    expect(() => from(Note, { hints: hint })).not.toThrow();
  });
  test.each([
    "x",
    hostile,
    "CROSS JOIN secrets",
    "WHERE false",
    "INDEXED BY a; select 1",
    "INDEXED BY a b",
    "",
    "/* x */",
    "INDEXED BY a\nJOIN b",
  ])("%j is none", (hint) => {
    expect(() => from(Note, { hints: hint })).toThrow(QueryError);
    expect(() => notes.hints([hint])).toThrow(QueryError);
    expect(() => notes.join("o", Note, (n, { o }) => o.id.eq(n.id), { hints: hint })).toThrow(QueryError);
  });
  test("any other text is a fragment", async () => {
    const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
    expect(repo.toSql("all", from(Note, { hints: sql`INDEXED BY ${sql.identifier('by"x')}` }).select(["id"])).sql).toBe(
      'SELECT n0."id" FROM "notes" AS n0 INDEXED BY "by""x"',
    );
    expect(repo.toSql("all", notes.hints(sql.unsafe("/* any */")).select(["id"])).sql).toContain("/* any */");
    await repo.close();
  });
});

test("no text but that of sql.unsafe becomes SQL", async () => {
  const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
  const quoted = [`"${hostile}"`, `'${hostile.replaceAll("'", "''")}'`, `."${hostile}"`];
  const roads: (() => unknown)[] = [
    () => from(hostile).select((n) => n.id),
    () => from(Note, { prefix: hostile }),
    () => notes.prefix(hostile),
    () => notes.as(hostile).where((n) => n.id.eq(1)),
    () => from("notes").select((n) => n[hostile]),
    () =>
      from("notes")
        .where({ [hostile]: 1 } as never)
        .select((n) => n.id),
    () => notes.select((n) => ({ [hostile]: n.id })),
    () => notes.select((n) => n.id.as(hostile)),
    () => notes.join(hostile, Note, (n, joins) => n.id.eq((joins as any)[hostile].id)),
    () => notes.withCte(hostile, from(Note)),
    () =>
      from(hostile)
        .withCte(hostile, from(Note))
        .select((n) => n.id),
    () => notes.windows({ [hostile]: {} }).select((n) => n.id),
    () => notes.lock(hostile as never),
    () => notes.where((n) => n.data.path(hostile).eq(1)),
    () => notes.where((n) => n.data.pathText(hostile, hostile).eq(hostile)),
    () => notes.orderBy({ id: hostile as never }),
    () => notes.orderBy(hostile as never),
    () => notes.groupBy(hostile as never),
    () => notes.where(() => sql<boolean>`${hostile} = ${sql.constant(hostile)}`),
    () => notes.where(() => sql<boolean>`${sql.identifier(hostile)}`),
    () => notes.select((n) => n.hits.add(hostile as never)),
    () => notes.where((n) => n.title.eq(hostile).and(n.title.like(hostile), n.title.in([hostile]))),
    () => notes.limit(hostile as never),
    () => notes.update({ set: { [hostile]: 1 } as never }),
  ];
  for (const road of roads) {
    let text: string;
    try {
      text = repo.toSql("all", road() as never).sql;
    } catch (error) {
      expect(error).toBeInstanceOf(EctypeError);
      continue;
    }
    for (const one of quoted) text = text.replaceAll(one, "");
    // A path into JSON is a text in double quotes inside a text.
    text = text.replaceAll(`"${hostile.replaceAll("'", "''")}"`, "");
    expect(text, String(road)).not.toContain("drop table");
  }
  await repo.close();
});

describe("misuse", () => {
  test("is a clear error", () => {
    expect(() => dynamic(1 as never)).toThrow(QueryError);
    expect(() => dynamic.and(1 as never)).toThrow(QueryError);
    expect(() => dynamic.or([1 as never])).toThrow(QueryError);
    expect(() => notes.update({ inc: { title: "x" } as never })).toThrow(/inc adds to a number, and "title" is of type string/);
    expect(() => notes.update((n) => ({ inc: { title: n.title } }) as never)).toThrow(QueryError);
    expect(() => notes.update({ push: { title: "x" } as never })).toThrow(/items of an array/);
    expect(() => embeddedLoad("x" as never, {})).toThrow(EctypeError);
    for (const data of ["x", 1, null, [], undefined]) expect(() => embeddedLoad(Part, data as never)).toThrow(EctypeError);
    expect(() => embeddedLoad({ n: "integer" }, { n: "x" })).toThrow(EctypeError);
  });

  test("deep values and queries print, and deep queries are an error of their own", async () => {
    let deep: unknown = 1;
    for (let at = 0; at < 50_000; at++) deep = at % 2 === 0 ? [deep] : { a: deep };
    expect(inspect(deep)).toContain("…");
    let query: any = notes;
    for (let at = 0; at < 20_000; at++) query = at % 2 === 0 ? query.where({ id: at }) : query.orWhere({ id: at });
    expect(String(query)).toContain("…");
    const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
    await expect(repo.all(query)).rejects.toThrow(/nested too deeply/);
    await repo.close();
  });
});
