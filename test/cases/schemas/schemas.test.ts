import { inspect as nodeInspect } from "node:util";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  belongsTo,
  type Built,
  cast,
  change,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  type LogEvent,
  meta,
  NoPrimaryKeyFieldError,
  type Params,
  type Repo,
  schema,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Log extends schema("logs", { text: field.string() }, { primaryKey: false }) {}
class Place extends schema("places", { label: field.string() }, { primaryKey: { hall: field.string(), no: field.integer() } }) {}
class Token extends schema("tokens", { owner: field.string() }, { primaryKey: { key: field.uuid({ autogenerate: true }) } }) {}
class Detail extends schema(
  "details",
  { text: field.string(), token: () => belongsTo(Token, { primaryKey: true }) },
  { primaryKey: false },
) {}
class Odd extends schema('order"s', { select: field.string(), from: field.integer({ source: 'gr"oup' }), camelCase: field.string() }) {}
class AsIs extends schema("as_is", { firstName: field.string() }, { columns: "asIs" }) {}
class Article extends schema("articles", {
  title: field.string(),
  body: field.text({ loadInQuery: false }),
  score: field.integer({ virtual: true }),
  slug: field.string({ writable: "insert" }),
  views: field.integer({ writable: "never" }),
  strict: field.string({ writable: "insert", onWritableViolation: "raise" }),
  pin: field.string({ redact: true }),
}) {}
class Stamped extends schema("stampeds", { name: field.string() }, { timestamps: { type: "utcDatetimeUsec" } }) {}

class Address extends embeddedSchema(
  {
    street: field.string({ source: "st" }),
    since: field.date(),
    note: field.string({ default: "none" }),
    secret: field.string({ redact: true }),
  },
  { timestamps: true },
) {
  static changeset<A extends Address | Built<Address>>(address: A, params: Params) {
    return cast(address, params, ["street", "since"]).validateRequired("street");
  }
}
class Person extends schema("people", {
  name: field.string(),
  home: embedsOne(() => Address, { onReplace: "delete" }),
  work: embedsOne(() => Address, { onReplace: "update" }),
  others: embedsMany(() => Address, { onReplace: "delete" }),
  birth: embedsOne({ city: field.string(), on: field.date() }, { primaryKey: false, onReplace: "update" }),
  lazy: embedsOne(() => Address, { loadInQuery: false }),
}) {
  static changeset<P extends Person | Built<Person>>(person: P, params: Params) {
    return cast(person, params, ["name"]).castEmbed("home").castEmbed("others");
  }
}

const all = [Log, Place, Token, Detail, Odd, AsIs, Article, Stamped, Person];

describe.each(databases)("schemas on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, all);
  });
  beforeEach(async () => {
    for (const cls of all) await repo.deleteAll(cls);
  });

  test("without a key: inserts and queries work, the rest says that there is none", async () => {
    const log = await repo.insertOrThrow(Log.build({ text: "x" }));
    expect(await repo.all(from(Log).select((l) => l.text))).toEqual(["x"]);
    for (const act of [() => repo.update(change(log, { text: "y" })), () => repo.delete(log), () => repo.reload(log)])
      await expect(act).rejects.toThrow(NoPrimaryKeyFieldError);
    await expect(async () => repo.get(Log, 1 as never)).rejects.toThrow(/primary key/);
  });

  test("a key of several fields: all of them find the row; get wants one", async () => {
    for (const no of [1, 2]) await repo.insertOrThrow(Place.build({ hall: "A", no, label: `A${no}` }));
    const [one, two] = (await repo.all(from(Place).orderBy("no"))) as [Place, Place];
    await repo.updateOrThrow(change(one, { label: "front" }));
    await repo.deleteOrThrow(two);
    expect((await repo.all(Place)).map((place) => [place.hall, place.no, place.label])).toEqual([["A", 1, "front"]]);
    await expect(async () => repo.get(Place, "A" as never)).rejects.toThrow(/primary key/);
    expect((await repo.getBy(Place, { hall: "A", no: 1 }))?.label).toBe("front");
    await expect(async () => repo.reload(one)).rejects.toThrow(/primary key of one field/);
  });

  test("a generated UUID as key, and a foreign key that is the key", async () => {
    const token = await repo.insertOrThrow(Token.build({ owner: "me" }));
    expect(token.key).toMatch(/^[0-9a-f-]{36}$/);
    const detail = await repo.insertOrThrow(Detail.build({ text: "x", token: token as unknown as Token }));
    expect(detail.tokenId).toBe(token.key);
    expect((await repo.get(Detail, token.key))?.text).toBe("x");
    const { rows } = await repo.insertAll(Token, [{ owner: "a" }, { owner: "b" }], { returning: true });
    expect(new Set((rows as Token[]).map(({ key }) => key)).size).toBe(2);
  });

  test("awkward names of tables and columns go through every statement", async () => {
    const odd = await repo.insertOrThrow(Odd.build({ select: "x", from: 1, camelCase: "c" }));
    await repo.updateOrThrow(change(odd, { from: 2 }));
    await repo.updateAll(from(Odd).where({ from: 2 }), { set: { select: "y" }, inc: { from: 1 } });
    expect(
      await repo.all(
        from(Odd)
          .where((o) => o.from.eq(3))
          .orderBy("select")
          .select((o) => [o.select, o.from, o.camelCase]),
      ),
    ).toEqual([["y", 3, "c"]]);
    await repo.deleteOrThrow((await repo.get(Odd, odd.id)) as Odd);
    await repo.insertOrThrow(AsIs.build({ firstName: "A" }));
    expect(await repo.all(from(AsIs).select((a) => a.firstName))).toEqual(["A"]);
  });

  test("a virtual field is never in SQL, and has a value where a select gives it one", async () => {
    const article = await repo.insertOrThrow(Article.build({ title: "x", score: 5 }));
    expect(article.score).toBe(5);
    expect((await repo.get(Article, article.id))?.score).toBeNull();
    await expect(async () => repo.all(from(Article).where({ score: 5 }))).rejects.toThrow(/virtual/);
    const merged = await repo.all(from(Article).selectMerge((a) => ({ score: a.id.sub(a.id).add(7) })));
    expect(merged[0]).toMatchObject({ title: "x", score: 7 });
    expect(merged[0]).toBeInstanceOf(Article);
  });

  test("a field that queries leave out comes when it is named, and with returning", async () => {
    const { id } = await repo.insertOrThrow(Article.build({ title: "x", body: "long" }));
    expect((await repo.get(Article, id))?.body).toBeNull();
    expect((await repo.one(from(Article).select(["id", "body"])))?.body).toBe("long");
    expect((await repo.one(from(Article).selectMerge(["body"])))?.body).toBe("long");
    expect((await repo.insertOrThrow(Article.build({ body: "b" }), { returning: true })).body).toBe("b");
  });

  test("what may not be written is dropped, or refused, also in bulk", async () => {
    const article = await repo.insertOrThrow(Article.build({ slug: "a", strict: "s", title: "t" }));
    const updated = await repo.updateOrThrow(change(article, { slug: "b", title: "u" }));
    expect((await repo.get(Article, article.id))?.slug).toBe("a");
    expect(updated.title).toBe("u");
    await expect(repo.update(change(article, { strict: "x" }))).rejects.toThrow(/strict/);
    await expect(repo.insertAll(Article, [{ views: 1 }])).rejects.toThrow(/views/);
    await expect(async () => repo.updateAll(Article, { set: { slug: "x" } })).rejects.toThrow(/slug/);
    await expect(
      repo.insert(Article.build({ title: "x" }), { onConflict: { replace: ["slug"] }, conflictTarget: "id" } as never),
    ).rejects.toThrow(/slug/);
  });

  test("timestamps of the type that was asked for, and the same value in both", async () => {
    const one = await repo.insertOrThrow(Stamped.build({ name: "x" }));
    expect(one.insertedAt).toBeInstanceOf(Date);
    expect(one.updatedAt).toEqual(one.insertedAt);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const two = await repo.updateOrThrow(change(one, { name: "y" }));
    expect(two.insertedAt).toEqual(one.insertedAt);
    expect((two.updatedAt as Date).getTime()).toBeGreaterThan((one.updatedAt as Date).getTime());
    const { rows } = await repo.insertAll(Stamped, [{ name: "bulk" }], { returning: true });
    expect((rows as Stamped[])[0]?.insertedAt).toBeNull();
  });

  test("a redacted value is in no error", async () => {
    await repo.query("create unique index articles_pin on articles (pin)");
    const attempts = [
      () => repo.insert(Article.build({ pin: 4711 as never })),
      () => repo.insertAll(Article, [{ pin: { n: 4711 } as never }]),
      () => repo.all(from(Article).where({ pin: 4711 as never })),
      () => repo.insertOrThrow(change(Article.build(), { pin: "open sesame" }).addError("pin", "is wrong")),
      () => repo.oneOrThrow(from(Article).where({ pin: "open sesame" })),
      () => repo.oneOrThrow(from(Article).where((one) => one.pin.in(["open sesame"]))),
      () => repo.insertOrThrow(Article.build({ pin: "open sesame" })).then(() => repo.insertOrThrow(Article.build({ pin: "open sesame" }))),
      () => repo.insertAll(Article, [{ pin: "open sesame" }, { pin: "open sesame" }]),
    ];
    for (const attempt of attempts) {
      const error = await (async () => attempt())().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(nodeInspect(error, { depth: 9 })).not.toMatch(/open sesame|4711/);
    }
    await repo.query("drop index articles_pin");
  });

  test("a value that is not of its type is an error that names type, field and schema", async () => {
    await repo.insertOrThrow(Odd.build({ select: "not a date" }));
    class Wrong extends schema('order"s', { select: field.enum(["a"]) }) {}
    await expect(repo.all(Wrong)).rejects.toThrow(/enum.*"select".*Wrong|"select".*Wrong.*enum|select.*Wrong/s);
  });

  test("a joined row of nulls is null, never a struct of nulls", async () => {
    await repo.insertOrThrow(Token.build({ owner: "me" }));
    const rows = await repo.all(
      from(Token)
        .leftJoin("d", Detail, (t, { d }) => d.tokenId.eq(t.key))
        .select((t, { d }) => ({ t, d })),
    );
    expect(rows[0]?.d).toBeNull();
    expect(rows[0]?.t).toBeInstanceOf(Token);
  });

  test("the state goes from built to loaded to deleted", async () => {
    const built = Token.build();
    const inserted = await repo.insertOrThrow(built);
    const deleted = await repo.deleteOrThrow(inserted);
    const read = await repo.insertOrThrow(Token.build()).then(({ key }) => repo.get(Token, key));
    expect([built, inserted, deleted, read as Token].map((one) => meta(one).state)).toEqual(["built", "loaded", "deleted", "loaded"]);
  });

  test.runIf(database.name === "postgres")("a prefix is in every statement, and in the meta of what comes back", async () => {
    class Tenant extends schema("tenants", { name: field.string() }, { prefix: "acme" }) {}
    await createTables(repo, [Tenant]);
    const events: LogEvent[] = [];
    const options = { log: (event: LogEvent) => events.push(event) };
    const one = await repo.insertOrThrow(Tenant.build({ name: "x" }), options);
    const [read] = await repo.all(Tenant, options);
    await repo.updateOrThrow(change(one, { name: "y" }), options);
    await repo.updateAll(Tenant, { set: { name: "z" } }, options);
    await repo.deleteOrThrow(one, options);
    expect(events.every(({ sql: text }) => text.includes('"acme"."tenants"'))).toBe(true);
    expect([meta(one).prefix, meta(read as Tenant).prefix]).toEqual(["acme", "acme"]);
  });

  describe("embeds", () => {
    const stored = async (column: string) => {
      const value = (await repo.query(`select "${column}" from people`)).rows[0]?.[0];
      return typeof value === "string" ? JSON.parse(value) : value;
    };

    test("an insert makes ids and timestamps, and stores fields under their columns", async () => {
      const person = await repo.insertOrThrow(
        Person.changeset(Person.build(), {
          name: "x",
          home: { street: "Main", since: "2026-11-22" },
          others: [{ street: "A" }, { street: "B" }],
        }),
      );
      expect(person.home?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(person.home?.insertedAt).toBeInstanceOf(Date);
      expect(await stored("home")).toEqual({
        id: person.home?.id,
        st: "Main",
        since: "2026-11-22",
        note: "none",
        secret: null,
        inserted_at: person.home?.insertedAt?.toISOString(),
        updated_at: person.home?.updatedAt?.toISOString(),
      });
      const read = (await repo.get(Person, person.id)) as Person;
      expect(read.home).toBeInstanceOf(Address);
      expect(read.home).toEqual(person.home);
      expect(read.others.map(({ street }) => street)).toEqual(["A", "B"]);
    });

    test("null loads as an empty list, missing keys have defaults, unknown ones are ignored", async () => {
      await repo.query(`insert into people (name, home, others) values ('x', '{"st": "y", "unknown": 1}', null)`);
      const [person] = await repo.all(Person);
      expect(person?.others).toEqual([]);
      expect(person?.home).toMatchObject({ street: "y", note: "none", id: null });
    });

    test("JSON that is no object is an error that names the field", async () => {
      await repo.query(`insert into people (name, home) values ('x', '[1]')`);
      await expect(repo.all(Person)).rejects.toThrow(/home.*Person/s);
    });

    test("an update of an entry keeps its id, leaves the others alone, and writes one column", async () => {
      const { id } = await repo.insertOrThrow(Person.changeset(Person.build(), { name: "x", others: [{ street: "A" }, { street: "B" }] }));
      const person = (await repo.get(Person, id)) as Person;
      const [a, b] = person.others as [Address, Address];
      const updated = await repo.updateOrThrow(Person.changeset(person, { others: [{ id: b.id, street: "B2" }, { street: "C" }] }));
      expect(updated.others.map(({ street }) => street)).toEqual(["B2", "C"]);
      expect([updated.others[0]?.id, updated.others[0]?.insertedAt]).toEqual([b.id, b.insertedAt]);
      expect(updated.others.some((one) => one.id === a.id)).toBe(false);
      expect(((await repo.get(Person, id)) as Person).others).toEqual(updated.others);
    });

    test("an invalid embed makes the changeset invalid, and nothing is written", async () => {
      const cs = Person.changeset(Person.build(), { home: {}, others: [{ street: "A" }, {}] });
      const result = await repo.insert(cs);
      expect(result.ok).toBe(false);
      expect(cs.traverseErrors()).toEqual({ home: { street: ["can't be blank"] }, others: [{}, { street: ["can't be blank"] }] });
      expect(await repo.all(Person)).toEqual([]);
    });

    test("an embed declared in place is built, put, read and updated", async () => {
      const person = await repo.insertOrThrow(
        change(Person.build({ name: "x" })).putEmbed("birth", { city: "Oslo", on: "1990-01-02" } as never),
      );
      expect(person.birth).toMatchObject({ city: "Oslo", on: "1990-01-02" });
      const read = (await repo.get(Person, person.id)) as Person;
      expect(read.birth?.city).toBe("Oslo");
      expect(nodeInspect(read)).toContain("Birth {");
      const cs = cast(read, { birth: { city: "Bergen" } }, []).castEmbed("birth", {
        with: (birth, params) => cast(birth as never, params, ["city"] as never),
      });
      expect((await repo.updateOrThrow(cs)).birth).toMatchObject({ city: "Bergen", on: "1990-01-02" });
    });

    test("an embed that queries leave out, and onReplace update and delete", async () => {
      const person = await repo.insertOrThrow(
        Person.build({
          name: "x",
          lazy: Address.build({ street: "L" }),
          work: Address.build({ street: "W" }),
          home: Address.build({ street: "H" }),
        }),
      );
      const read = (await repo.get(Person, person.id)) as Person;
      expect(read.lazy).toBeNull();
      expect((await repo.one(from(Person).select(["lazy"])))?.lazy?.street).toBe("L");
      const updated = await repo.updateOrThrow(
        change(read)
          .putEmbed("work", { street: "W2" } as never)
          .putEmbed("home", null),
      );
      expect([updated.work?.street, updated.work?.id, updated.home]).toEqual(["W2", read.work?.id, null]);
      expect(await stored("home")).toBeNull();
    });

    test("whole structs are set by updateAll", async () => {
      const { id } = await repo.insertOrThrow(Person.build({ name: "x" }));
      await repo.updateAll(Person, {
        set: {
          home: Address.build({ id: "00000000-0000-0000-0000-000000000001", street: "All" }),
          others: [Address.build({ street: "1" })],
        } as never,
      });
      const person = (await repo.get(Person, id)) as Person;
      expect([person.home?.street, person.others.map(({ street }) => street)]).toEqual(["All", ["1"]]);
      await expect(async () => repo.updateAll(Person, { set: { home: { street: "plain" } } as never })).rejects.toThrow(/"home"/);
    });

    test("redacted fields of embeds print as such, inside structs and changesets", async () => {
      const person = await repo.insertOrThrow(Person.build({ home: Address.build({ secret: "open sesame" }) }));
      expect(nodeInspect(person, { depth: 9 })).not.toContain("open sesame");
      expect(nodeInspect(change(person, { name: "y" }), { depth: 9 })).not.toContain("open sesame");
      expect((await repo.get(Person, person.id))?.home?.secret).toBe("open sesame");
    });
  });

  test("a log hides the values of redacted fields: of inserts, updates, queries and in bulk", async () => {
    const events: LogEvent[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation(() => {});
    const options = { log: (event: LogEvent) => events.push(event) };
    const article = await repo.insertOrThrow(Article.build({ title: "shown", pin: "open sesame" }), { log: true });
    const printed = spy.mock.calls.flat().join("\n");
    spy.mockRestore();
    expect(printed).toContain("shown");
    expect(printed).not.toContain("open sesame");
    await repo.insertOrThrow(Article.build({ title: "x", pin: "open sesame" }), options);
    await repo.updateOrThrow(change(article, { pin: "4712" }), options);
    await repo.all(from(Article).where({ title: "shown", pin: "open sesame" }), options);
    await repo.all(
      from(Article).where((a) => a.pin.in(["open sesame"])),
      options,
    );
    await repo.updateAll(from(Article).where({ title: "shown" }), { set: { pin: "open sesame" } }, options);
    await repo.insertAll(
      Article,
      [
        { title: "x", pin: "open sesame" },
        { title: "y", pin: "4712" },
      ],
      options,
    );
    expect(events).toHaveLength(6);
    expect(nodeInspect(events, { depth: 9 })).not.toMatch(/471[12]|open sesame/);
    expect(events[2]?.params).toEqual(["shown", "**redacted**"]);
    expect((await repo.get(Article, article.id))?.pin).toBe("open sesame");
  });
});
