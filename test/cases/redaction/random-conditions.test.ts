import fc from "fast-check";
import { and, caseWhen, cast, coalesce, cte, exists, fn, from, inspect, not, or, type Repo, sql, subquery, tuple, type } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { built, CANARY, Contact, openRedacted, traces, u, User } from "./redacted.ts";

describe.each(databases)("redacted values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRedacted(database);
  });

  test("of other fields are told, so that this search would find them", async () => {
    const found = [
      await traces(repo, (repo, log) => repo.insert(User.build({ name: CANARY }), log)),
      await traces(repo, (repo, log) =>
        repo.all(
          u().where((x) => and(x.email.eq("a"), x.name.eq(CANARY))),
          log,
        ),
      ),
      await traces(repo, (repo, log) =>
        repo.all(
          u().where((x) => sql<boolean>`lower(${x.name}) = ${CANARY}`),
          log,
        ),
      ),
      await traces(repo, (repo, log) =>
        repo.all(
          u().where((x) => x.contact.path("city").eq(CANARY)),
          log,
        ),
      ),
      await traces(repo, (repo, log) => repo.getByOrThrow(User, { name: `${CANARY}?` }, log)),
      await traces(repo, (repo) =>
        repo.insertOrThrow(cast(built(), { name: CANARY }, ["name"]).validateLength("name", { max: 2 }) as never),
      ),
    ];
    expect(found.map((texts) => texts.length > 0)).toEqual(found.map(() => true));
  });

  test("are stored, read and found as they are", async () => {
    const contact = Contact.build({ city: "c", pin: "p", born: "2026-01-02" });
    const { id } = await repo.insertOrThrow(
      User.build({
        email: "e",
        code: 7,
        token: "t",
        quoted: "q",
        words: ["w"],
        doc: { d: 1 },
        contact: contact as never,
        contacts: [contact] as never,
      }),
    );
    const found = await repo.getByOrThrow(User, { email: "e", code: 7, token: "t", quoted: "q" });
    expect({ ...found, contact: { ...found.contact }, contacts: found.contacts.map((one) => ({ ...one })) }).toMatchObject({
      id,
      email: "e",
      code: 7,
      token: "t",
      quoted: "q",
      words: ["w"],
      doc: { d: 1 },
      contact: { city: "c", pin: "p", born: "2026-01-02" },
      contacts: [{ city: "c", pin: "p", born: "2026-01-02" }],
    });
    expect((await repo.all(u().where((x) => x.contact.pathText("pin").eq("p")))).map((one) => one.id)).toEqual([id]);
    const { sql: text, params } = repo.toSql(
      "all",
      u()
        .where((x) => x.email.eq("e"))
        .select((x) => x.id),
    );
    expect([inspect(params), JSON.stringify(params)]).toEqual(['["**redacted**"]', '["**redacted**"]']);
    expect(params[0]).toBe("e");
    expect((await repo.query(text, params)).rows.map(([one]) => Number(one))).toEqual([id]);
  });

  test("are not told of any condition that is made at random", async () => {
    const leaf = fc.constantFrom<(x: any) => any>(
      (x) => x.email,
      (x) => x.name,
      (x) => fn("lower", x.email),
      (x) => x.email.concat("a"),
      (x) => sql`trim(${x.email})`,
      (x) => coalesce(x.token, "z"),
      (x) => type(x.email, "string"),
      (x) => x.contact.pathText("pin"),
      (x) => x.contact.pathText("city"),
      (x) => caseWhen(x.name.eq("a"), x.email).else("b"),
    );
    const moved = fc.constantFrom<(e: any) => any>(
      (e) => e,
      (e) => fn("lower", e),
      (e) => sql`trim(${e})`,
      (e) => coalesce(e, "y"),
      (e) => e,
    );
    const compared = fc.constantFrom<(e: any, value: string) => any>(
      (e, value) => fn<string>("lower", e).eq(value),
      (e, value) => fn<string>("lower", e).in([value, "b"]),
      (e, value) => fn<string>("lower", e).between(value, "z"),
      (e, value) => sql<boolean>`${e} = ${value}`,
      (e, value) => sql<boolean>`${e} in (${sql.splice([value])})`,
      (e, value) => tuple(e, e).eq(tuple("a", value)),
      (e, value) => coalesce(fn<string>("lower", e), value).isNotNull(),
      (e, value) => caseWhen(sql<boolean>`${e} = ${value}`, 1).else(2).eq(1),
    );
    const { tree } = fc.letrec<{ tree: (x: any, value: string) => any }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.tuple(leaf, moved, compared).map(
          ([make, move, compare]) =>
            (x: any, value: string) =>
              compare(move(make(x)), /email|token|pin/.test(String(make)) ? value : "shown"),
        ),
        fc.tuple(tie("tree"), tie("tree")).map(
          ([a, b]) =>
            (x: any, value: string) =>
              or(a(x, value), not(b(x, value))),
        ),
        tie("tree").map((inner) => (x: any, value: string) => and(x.name.eq("shown"), inner(x, value))),
        tie("tree").map(
          (inner) => (x: any, value: string) =>
            exists(
              u()
                .as("inner")
                .where((y) => inner(y, value))
                .where(() => x.id.gt(0)),
            ),
        ),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 0, max: 2 }), async (condition, way) => {
        const query = [
          () => u().where((x) => condition(x, CANARY)),
          () => from(subquery(u())).where((x: any) => condition(x, CANARY)),
          () =>
            from(cte("c", User))
              .withCte("c", u())
              .where((x: any) => condition(x, CANARY)),
        ][way] as () => any;
        expect(await traces(repo, (repo, log) => repo.all(query(), log).then(() => null))).toEqual([]);
        expect(await traces(repo, () => query())).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
