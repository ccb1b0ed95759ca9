import fc from "fast-check";
import {
  count,
  cte,
  EctypeError,
  field,
  fn,
  from,
  map,
  paginate,
  type Repo,
  rowNumber,
  schema,
  selectedAs,
  sql,
  subquery,
  type,
  values,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Note extends schema("notes", { text: field.string(), doc: field.json<Record<string, unknown>>() }) {}

const NASTY = [
  "'",
  "''",
  '"',
  '""',
  "\\",
  "\\'",
  "`",
  "--",
  "/*",
  "*/",
  ";",
  "$1",
  "$$",
  "?",
  "?1",
  ":a",
  "@a",
  "%",
  "_",
  "\0",
  "\n",
  "ʼ",
  "＇",
  "＂",
  "’",
  "\u202e",
  "😀",
  "1",
  "0x1",
  "1e5",
  "NULL",
  "null",
  "true",
  "{",
  "}",
  "[",
  "]",
  ",",
  "a.b",
  "$.a",
  "#>",
  "E'",
  "U&'",
  "x'00'",
  "drop table notes",
  "\ud800",
];
const hostile = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
);

// A name of at most 63 bytes, which PostgreSQL keeps whole.
const name = hostile.filter((text) => new TextEncoder().encode(text).length < 60);

/** The value comes back as it went, or one of our errors says why not; an error of the server would be SQL that was broken. */
async function same(run: () => Promise<unknown>, value: unknown): Promise<void> {
  let found: unknown;
  try {
    found = await run();
  } catch (error) {
    expect(error).toSatisfy((one) => one instanceof EctypeError || one instanceof TypeError);
    expect(String(error)).not.toMatch(/syntax error|unterminated|unrecognized token|no such column|near "/i);
    return;
  }
  expect(found).toEqual(value);
}

describe.each(databases)("hostile texts on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    const json = database.name === "postgres" ? "jsonb" : "text";
    await repo.query(
      `create table notes (id ${database.name === "postgres" ? "bigserial" : "integer"} primary key, text text, doc ${json})`,
    );
    await repo.query("insert into notes (id, text) values (1, 'x')");
  });
  const note = () => from(Note).where({ id: 1 });

  const parameters: Readonly<Record<string, (text: string) => () => Promise<unknown>>> = {
    "a constant of a select": (text) => () => repo.one(note().select(() => ({ text }))).then((row) => row?.text),
    "a comparison": (text) => () =>
      repo.one(
        note()
          .where((n) => n.text.ne(text).or(n.text.eq(text)))
          .select((n) => sql<string>`coalesce(${type(text, field.string())}, ${n.text})`),
      ),
    "a fragment": (text) => () =>
      repo.one(note().select(() => sql<string>`lower(upper(${type(text, field.string())})) || ''`)).then(() => text),
    "a cast": (text) => () => repo.one(note().select(() => type(text, field.string()))),
    "a constant in a fragment": (text) => () => repo.one(note().select(() => sql<string>`${sql.constant(text)} || ''`)),
    "a list": (text) => () =>
      repo
        .one(
          note()
            .where(() => type(text, field.string()).in([text, "x"]))
            .select(() => ({ text })),
        )
        .then((row) => row?.text),
    "a splice": (text) => () => repo.one(note().select(() => sql<string>`coalesce(${sql.splice([type(text, field.string()), "x"])})`)),
    "a list of values": (text) => () => repo.one(from(values([{ text }], { text: field.string() })).select((v) => v.text)),
    "a like": (text) => () =>
      repo
        .one(
          note()
            .where(() => type(text, field.string()).like(text.replaceAll("\\", "\\\\").replaceAll("%", "\\%").replaceAll("_", "\\_")))
            .select(() => ({ text })),
        )
        .then((row) => row?.text),
    "an argument of a function": (text) => () => repo.one(note().select(() => fn<string>("replace", text, "", ""))),
    "a subquery": (text) => () => repo.one(from(subquery(note().select(() => ({ text })))).select((s) => s.text)),
    "an update": (text) => async () => {
      await repo.updateAll(note().update({ set: { text } }));
      return repo.one(note().select((n) => n.text));
    },
    "a JSON value": (text) => async () => {
      await repo.updateAll(note().update({ set: { doc: { [text]: text, list: [text] } } }));
      return (await repo.one(note().select((n) => n.doc)))?.[text];
    },
    "a path into JSON": (text) => async () => {
      await repo.updateAll(note().update({ set: { doc: { [text]: { in: text } } } }));
      return repo.one(
        note()
          .where((n) => n.doc.path(text, "in").eq(text))
          .select((n) => n.doc.path(text, "in")),
      );
    },
    "a path that is a parameter": (text) => async () => {
      await repo.updateAll(note().update({ set: { doc: { [text]: text } } }));
      return repo.one(note().select((n) => n.doc.pathText(type(text, field.string()))));
    },
  };
  test.each(Object.entries(parameters))("%s keeps the text", async (_, run) => {
    expect(await run("plain")()).toBe("plain");
    await fc.assert(
      fc.asyncProperty(hostile, (text) => same(run(text), text)),
      { numRuns: 60, examples: NASTY.map((text): [string] => [text]) },
    );
  });

  const names: Readonly<Record<string, (text: string) => () => Promise<unknown>>> = {
    "a CTE": (text) => () =>
      repo.one(
        from(cte<{ id: number }>(text))
          .withCte(
            text,
            note().select((n) => ({ id: n.id })),
          )
          .select((c) => c.id),
      ),
    "a column of a CTE": (text) => () =>
      repo.one(
        from(cte<Record<string, number>>("c"))
          .withCte(
            "c",
            note().select((n) => ({ [text]: n.id })),
          )
          .select((c) => c[text]),
      ),
    "a named expression": (text) => () =>
      repo.one(
        note()
          .select((n) => n.id.as(text))
          .orderBy(() => selectedAs(text)),
      ),
    "a window": (text) => () =>
      repo.one(
        note()
          .windows({ [text]: {} })
          .select(() => rowNumber().over(text)),
      ),
    "a join": (text) => () =>
      repo.one(
        note()
          .join(text, Note, (n, joins) => n.id.eq((joins as unknown as Record<string, { id: never }>)[text]?.id as never))
          .select((n) => n.id),
      ),
    "a key of the result": (text) => () =>
      repo.one(note().select((n) => ({ [text]: n.id }))).then((row) => (row as Record<string, number>)[text]),
    "an identifier": (text) => async () =>
      // SQLite drops the name of a column called true, which no quotes prevent.
      /^(true|false)$/i.test(text)
        ? 1
        : repo
            .one(
              from(sql`(select 1 as ${sql.identifier(text)})`, { columns: [text] }).select((f) =>
                map(f as never, [text] as never),
              ) as never,
            )
            .then((row) => (row as unknown as Record<string, number>)[text]),
  };
  test.each(Object.entries(names))("%s may have any name", async (_, run) => {
    expect(await run("plain")()).toBe(1);
    await fc.assert(
      fc.asyncProperty(name, (text) => same(run(text), 1)),
      { numRuns: 60, examples: NASTY.map((text): [string] => [text]) },
    );
  });

  test("a table and its columns may have any name", async () => {
    await fc.assert(
      fc.asyncProperty(name, name, async (table, column) => {
        if (/[\0\ud800-\udfff]/.test(table + column) || table.startsWith("sqlite_") || column.toLowerCase() === "id") return;
        class Odd extends schema(table, { value: field.string({ source: column }) }) {}
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        await repo.query(`create table ${quoted(table)} (id integer primary key, ${quoted(column)} text)`);
        try {
          await repo.insertOrThrow(Odd.build({ id: 1, value: "it's" }));
          await repo.updateAll(
            from(Odd)
              .where({ value: "it's" })
              .update((o) => ({ set: { value: o.value.concat("!") } })),
          );
          expect(
            await repo.all(
              from(Odd)
                .where((o) => o.value.like("it%"))
                .select((o) => o.value),
            ),
          ).toEqual(["it's!"]);
          expect((await paginate(from(Odd).orderBy("value"), { repo, first: 1 })).entries).toHaveLength(1);
        } finally {
          await repo.query(`drop table ${quoted(table)}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("numbers as texts are never taken for numbers, and the table is still there", async () => {
    expect(() => from(Note).where((n) => n.id.eq("1 or 1=1" as never))).toThrow(EctypeError);
    expect(await repo.one(from(Note).select(() => count()))).toBe(1);
  });
});
