import { inspect as nodeInspect } from "node:util";
import {
  and,
  caseWhen,
  ConnectionError,
  coalesce,
  column,
  cte,
  dynamic,
  exists,
  field,
  fn,
  from,
  inspect,
  not,
  or,
  type Repo,
  selectedAs,
  sql,
  subquery,
  tuple,
  type,
  values,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { CANARY, Contact, insertCanary, Note, NUMBER, openRedacted, Plain, type Road, traces, u, User } from "./redacted.ts";

const conditions: Record<string, () => any> = {
  eq: () => u().where((x) => x.email.eq(CANARY)),
  "an object": () => u().where({ email: CANARY }),
  ne: () => u().where((x) => x.code.ne(NUMBER)),
  lt: () => u().where((x) => x.code.lt(NUMBER)),
  in: () => u().where((x) => x.email.in([CANARY, "b"])),
  "in with expressions": () => u().where((x: any) => x.email.in([sql`lower(${CANARY})`, "b"])),
  notIn: () => u().where((x) => x.code.notIn([NUMBER, 2])),
  between: () => u().where((x) => x.code.between(NUMBER, NUMBER + 1)),
  like: () => u().where((x) => x.email.like(`%${CANARY}%`)),
  ilike: () => u().where((x) => x.email.ilike(`%${CANARY}%`)),
  "and, or, not": () => u().where((x) => and(x.name.eq("shown"), or(not(x.email.eq(CANARY)), x.email.eq(CANARY)))),
  "a function of the field": () => u().where((x) => fn<string>("lower", x.email).eq(CANARY)),
  "a function with both": () => u().where((x) => fn<string>("coalesce", x.email, CANARY).eq("x")),
  coalesce: () => u().where((x) => coalesce(x.email, CANARY).eq(CANARY)),
  arithmetic: () => u().where((x) => x.code.add(NUMBER).eq(NUMBER)),
  concat: () => u().where((x) => x.email.concat(CANARY).eq(CANARY)),
  "a fragment": () => u().where((x) => sql<boolean>`${x.email} = ${CANARY}`),
  "a fragment compared": () => u().where((x) => sql<string>`lower(${x.email})`.eq(CANARY)),
  "a fragment in a fragment": () => u().where((x) => sql<boolean>`${sql`lower(${x.email})`} = ${fn("lower", CANARY)}`),
  "a fragment that names the column": () => u().where(() => sql<boolean>`email = ${CANARY}`),
  "a fragment with a splice": () => u().where((x) => sql<boolean>`${x.email} in (${sql.splice([CANARY, "b"])})`),
  "a cast": () => u().where((x) => type(x.code, "string").eq(CANARY)),
  "a case": () => u().where((x) => caseWhen(x.email.eq(CANARY), 1).else(2).eq(1)),
  "a case's values": () => u().where((x) => caseWhen(x.name.eq("a"), x.email).else(CANARY).eq(CANARY)),
  tuple: () => u().where((x) => tuple(x.name, x.email).eq(tuple("a", CANARY))),
  "tuples in": () => u().where((x) => tuple(x.name, x.email).in([tuple("a", CANARY)] as never)),
  "an embed's field": () => u().where((x) => x.contact.path("pin").eq(CANARY)),
  "an embed's text": () => u().where((x) => x.contact.pathText("pin").eq(CANARY)),
  "a list of embeds": () => u().where((x) => x.contacts.path(0, "pin").eq(CANARY)),
  "JSON below a field": () => u().where((x) => x.doc.path("a").eq(CANARY)),
  "JSON below a field, moved": () => u().where((x) => fn<string>("lower", x.doc.pathText("a")).eq(CANARY)),
  "a whole embed": () => u().where((x) => x.contact.eq(Contact.build({ pin: CANARY }) as never)),
  "an array": () => u().where((x) => x.words.eq([CANARY])),
  "a dynamic": () => u().where(dynamic((x: any) => x.email.eq(CANARY))),
  "a column by its name": () => u().where((x) => column(x, "email").eq(CANARY)),
  "a join's condition": () => from(Note).join("owner", User, (n, { owner }) => n.userId.eq(owner.id).and(owner.email.eq(CANARY))),
  "a join's field": () =>
    from(Note)
      .join("user")
      .where((_, { user }) => user.email.eq(CANARY)),
  exists: () => from(Note).where(() => exists(u().where((x) => x.email.eq(CANARY)))),
  "a subquery's value": () =>
    from(Plain).where((p) =>
      p.name.eq(
        subquery(
          u()
            .where((x) => x.email.eq(CANARY))
            .select((x) => x.name),
        ) as never,
      ),
    ),
  "beside a subquery of the field": () =>
    from(Plain).where(() =>
      (
        subquery(
          u()
            .select((x) => x.email)
            .limit(1),
        ) as any
      ).eq(CANARY),
    ),
  "a field of a subquery": () =>
    from(subquery(u().select((x) => ({ mail: fn<string>("lower", x.email) })))).where((s: any) => s.mail.eq(CANARY)),
  "a field of a subquery of a subquery": () =>
    from(subquery(from(subquery(u())).select((s: any) => ({ m: fn("lower", s.email) })))).where((s: any) => s.m.eq(CANARY)),
  "a cte": () =>
    from(cte("known"))
      .withCte(
        "known",
        u().select((x) => ({ mail: x.email })),
      )
      .where((k: any) => k.mail.eq(CANARY)),
  "a cte that a table's name reads": () =>
    from("known")
      .withCte(
        "known",
        u().select((x) => ({ mail: x.email })),
      )
      .where((k) => column<string>(k, "mail").eq(CANARY))
      .select((k) => ({ mail: column<string>(k, "mail") })),
  "a recursive cte of another": () =>
    from("more")
      .withCte(
        "known",
        u().select((x) => ({ mail: x.email })),
      )
      .withCte(
        "more",
        from("known").unionAll(from("more").where((k) => and(column<string>(k, "mail").eq(CANARY), sql<boolean>`1 = 0`))) as never,
        {
          recursive: true,
        },
      )
      .where((k) => column<string>(k, "mail").eq(CANARY))
      .select((k) => ({ mail: column<string>(k, "mail") })),
  "inside a cte": () =>
    from(cte("known"))
      .withCte(
        "known",
        u().where((x) => x.email.eq(CANARY)),
      )
      .select((k: any) => ({ name: k.name })),
  union: () =>
    u()
      .select((x) => ({ a: x.name }))
      .union(
        u()
          .where((x) => x.email.eq(CANARY))
          .select((x) => ({ a: x.name })),
      ),
  "values()": () => from(values([{ mail: CANARY }], { mail: field.string({ redact: true }) })),
  "values of a schema": () => from(values([{ email: CANARY, code: NUMBER }], User)),
  having: () =>
    u()
      .groupBy((x) => x.email)
      .having((x) => x.email.eq(CANARY))
      .select((x) => ({ n: fn<number>("count", x.id) })),
  "an alias": () =>
    u()
      .groupBy(() => selectedAs("m"))
      .select((x) => ({ m: fn<string>("lower", x.email).as("m"), n: fn<number>("count", x.id) }))
      .orderBy(() => fn("coalesce", selectedAs("m"), CANARY) as never),
  orderBy: () => u().orderBy((x) => fn("coalesce", x.email, CANARY) as never),
  groupBy: () =>
    u()
      .groupBy((x) => fn("coalesce", x.email, CANARY) as never)
      .select(() => ({ n: fn<number>("count") })),
  "a select": () => u().select((x) => ({ same: x.email.eq(CANARY), id: x.id })),
  "a window": () =>
    u()
      .windows({ w: { partitionBy: sql`coalesce(email, ${CANARY})` as never } } as never)
      .select((x) => ({ id: x.id })),
};

const reads: Road[] = Object.entries(conditions).flatMap(([name, make]): Road[] => [
  [`all: ${name}`, async (repo, log) => void (await repo.all(make(), log))],
  [`print: ${name}`, () => [inspect(make()), nodeInspect(make(), { depth: 20, showHidden: true }), JSON.stringify(make()), `${make()}`]],
  [`toSql: ${name}`, (repo) => repo.toSql("all", make())],
  [`explain: ${name}`, (repo, log) => repo.explain("all", make(), log)],
  [
    `stream: ${name}`,
    async (repo, log) => {
      for await (const _ of repo.stream(make(), log));
    },
  ],
  [`oneOrThrow: ${name}`, async (repo, log) => void (await repo.oneOrThrow(make().where(sql<boolean>`1 = 0`), log))],
  [`exists: ${name}`, (repo, log) => repo.exists(make(), log)],
  [`no such column: ${name}`, async (repo, log) => void (await repo.all(make().where(sql<boolean>`nothing_of_that_name = 1`), log))],
  [
    `server's own error: ${name}`,
    async (repo, log) =>
      void (await repo.all(make().where(sql<boolean>`cast('x' as integer) = 1 and abs(-9223372036854775807 - 1) = 1`), log)),
  ],
]);

describe.each(databases)("redacted values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRedacted(database);
    await insertCanary(repo);
  });

  test.each(reads)("are not told: %s", async (_, go) => {
    expect(await traces(repo, go)).toEqual([]);
  });

  test.runIf(database.name === "postgres")("are not told when the connection breaks under the statement", async () => {
    const found = await traces(repo, async (one, log) => {
      const sleeping = one
        .all(
          u().where((x) => and(x.email.eq(CANARY).or(x.id.gt(0)), sql<boolean>`pg_sleep(60) is null`)),
          log,
        )
        .catch((error: unknown) => error);
      for (let killed = 0; killed === 0; ) {
        const { rows } = await one.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
        );
        killed = rows.length;
      }
      const error = await sleeping;
      expect(error).toBeInstanceOf(ConnectionError);
      return error;
    });
    expect(found).toEqual([]);
  });
});
