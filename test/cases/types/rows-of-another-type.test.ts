import { embeddedSchema, embedsOne, field, from, LoadError, placeholder, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Inner extends embeddedSchema({ name: field.string(), count: field.integer(), day: field.date() }, { primaryKey: false }) {}
class Loose extends schema("loose", {
  string: field.string(),
  uuid: field.uuid(),
  duration: field.duration(),
  bits: field.bitstring(),
  words: field.array(field.string()),
  secret: field.uuid({ redact: true }),
  inner: embedsOne(() => Inner),
}) {}

describe.each(databases)("rows that are not of the schema's type on $label", (database) => {
  let repo: Repo;
  const pg = database.name === "postgres";
  beforeAll(async () => {
    repo = await openRepo(database);
    const names = "string uuid duration bits words secret inner".split(" ").map((name) => `"${name}" ${pg ? "text" : "blob"}`);
    await repo.query(`create table loose (id ${pg ? "bigserial" : "integer"} primary key, ${names.join(", ")})`);
  });

  const refused = async (name: string, value: string, why: RegExp) => {
    await repo.query("delete from loose");
    await repo.query(`insert into loose ("${name}") values (${value})`);
    const error = await repo.all(from(Loose).select([name] as never)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error, `${name} ${value}`).toBeInstanceOf(LoadError);
    expect(error).toMatchObject({ code: "LOAD", name: "LoadError", field: name, schema: "Loose" });
    expect((error as Error).message).toMatch(why);
    return error as LoadError;
  };

  test.skipIf(pg)("SQLite: any text, number or bytes", async () => {
    await refused("string", "5", /cannot load field "string" of schema Loose as string: it is 5, not text/);
    await refused("string", "1.5", /not text/);
    await refused("string", "x'00ff'", /it is bytes, not text/);
    await refused("uuid", "'nonsense'", /not a UUID/);
    await refused("uuid", "7", /not a UUID/);
    await refused("uuid", "x'00'", /not a UUID/);
    await refused("duration", "'soon'", /not an ISO 8601 duration/);
    await refused("bits", "'012'", /not a text of 0 and 1/);
    await refused("words", "'[1]'", /not text/);
  });

  test.skipIf(!pg)("PostgreSQL: a field on a column of another type", async () => {
    await refused("uuid", "'nonsense'", /it is "nonsense", not a UUID/);
    await refused("duration", "'soon'", /not an interval/);
    await refused("bits", "'012'", /not bits/);
    class Wrong extends schema("wrong", { title: field.string(), flag: field.boolean(), bytes: field.binary() }) {}
    await repo.query("create table wrong (id bigserial primary key, title bigint, flag bigint, bytes text)");
    await repo.query("insert into wrong (title, flag, bytes) values (1, 1, 'x')");
    for (const name of ["title", "flag", "bytes"] as const)
      await expect(repo.all(from(Wrong).select((w) => w[name]))).rejects.toThrow(LoadError);
    await expect(repo.all(Wrong)).rejects.toThrow(/field "title" of schema Wrong as string: it is 1, not text/);
  });

  test("a redacted value is not told", async () => {
    expect((await refused("secret", "'hunter2'", /secret/)).message).not.toContain("hunter2");
  });

  test("a value in an embed is of its field's type, too", async () => {
    for (const json of ['{"name": 5}', '{"count": "many"}', '{"day": "2026-02-30"}', '{"name": {"a": 1}}']) {
      await repo.query("delete from loose");
      await repo.query(`insert into loose ("inner") values ('${json}')`);
      if (pg) continue;
      await expect(repo.all(Loose), json).rejects.toThrow(/\("(name|count|day)" of Inner\)/);
    }
  });
});

describe.each(databases)("defaults and placeholders on $label", (database) => {
  class Post extends schema("posts", {
    title: field.string({ default: "new" }),
    tags: field.array(field.string(), { default: ["a"] }),
    data: field.json<{ list: number[] }>({ default: { list: [1] } }),
    at: field.utcDatetime({ default: new Date("2026-11-22T00:00:00Z") }),
    bytes: field.binary({ default: new Uint8Array([1]) }),
    notes: field.array(field.string(), { virtual: true, default: [] }),
  }) {}

  test("each struct has its own list, object, Date and bytes", async () => {
    const one = Post.build();
    one.tags?.push("b");
    one.data?.list.push(2);
    one.at?.setUTCFullYear(2000);
    one.bytes?.fill(9);
    one.notes?.push("x");
    expect(Post.build()).toMatchObject({
      tags: ["a"],
      data: { list: [1] },
      at: new Date("2026-11-22T00:00:00Z"),
      bytes: new Uint8Array([1]),
      notes: [],
    });
    const repo = await openRepo(database);
    await createTables(repo, [Post]);
    for (let at = 0; at < 2; at++) await repo.insertOrThrow(Post.build());
    const [first, second] = await repo.all(Post);
    first?.notes?.push("mine");
    expect([first?.tags, second?.notes, (await repo.all(Post))[0]?.notes]).toEqual([["a"], [], []]);
  });

  test("placeholders in more rows than one statement takes", async () => {
    const repo = await openRepo(database);
    await createTables(repo, [Post]);
    const rows = Array.from({ length: 20_000 }, (_, at) => ({
      title: at % 2 === 0 ? placeholder("same") : `t${at}`,
      tags: placeholder("tags"),
      data: placeholder("data"),
    }));
    const { count } = await repo.insertAll(Post, rows, { placeholders: { same: "shared", tags: ["x"], data: { list: [] } } });
    expect(count).toBe(20_000);
    expect(await repo.aggregate(from(Post).where({ title: "shared" }), "count")).toBe(10_000);
    expect((await repo.all(from(Post).orderBy({ id: "desc" }).limit(1)))[0]).toMatchObject({
      title: "t19999",
      tags: ["x"],
      data: { list: [] },
    });
  });
});
