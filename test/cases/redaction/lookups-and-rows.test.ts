import { change, coalesce, fn, from, paginate, type Repo, sql, subquery, type, values } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { built, CANARY, insertCanary, Note, Odd, openRedacted, type Road, traces, u, User } from "./redacted.ts";

const lookups: Road[] = [
  ...(["integer", "decimal", "date", "uuid", "json", "utcDatetime", "boolean"] as const).flatMap((like): Road[] => [
    [
      `a field selected as ${like}`,
      async (repo, log) =>
        void (await repo.all(
          u().select((x) => type(x.email, like)),
          log,
        )),
    ],
    [
      `a field of a subquery selected as ${like}`,
      async (repo, log) =>
        void (await repo.all(
          from(subquery(u().select((x) => ({ mail: type(x.email, like) })))).select((s: any) => s.mail),
          log,
        )),
    ],
    [
      `an embed's field selected as ${like}`,
      async (repo, log) =>
        void (await repo.all(
          u().select((x) => [type(x.contact.path("pin"), like)]),
          log,
        )),
    ],
  ]),
  ["get by a wrong key", (repo) => repo.get(u(), CANARY as never).catch((e: Error) => e.name)],
  ["getBy", (repo, log) => repo.getBy(User, { email: CANARY }, log)],
  ["getBy, wrong type", (repo, log) => repo.getBy(User, { code: CANARY as never }, log)],
  ["getByOrThrow", (repo, log) => repo.getByOrThrow(User, { email: `${CANARY}?` }, log)],
  ["allBy", (repo, log) => repo.allBy(User, { email: CANARY }, log)],
  [
    "aggregate",
    (repo, log) =>
      repo.aggregate(
        u().where((x) => x.email.eq(CANARY)),
        "count",
        log as never,
      ),
  ],
  [
    "one of several",
    async (repo, log) =>
      repo.one(
        u().where((x) => x.email.ne(CANARY).or(x.id.gt(0))),
        log,
      ),
  ],
  ["comparing with null", () => u().where((x) => x.email.eq(null as never))],
  ["a value of the wrong type", () => u().where((x) => x.code.eq(CANARY as never))],
  ["a list of the wrong type", () => u().where((x) => x.code.in([CANARY] as never))],
  ["a pair of the wrong type", () => u().where((x) => x.code.between(CANARY as never, CANARY as never))],
  ["a sum of the wrong type", () => u().where((x) => x.code.add(CANARY as never).eq(1))],
  ["a fallback of the wrong type", () => u().where((x) => coalesce(x.code, CANARY as never).eq(1))],
  ["a cast field of the wrong type", () => u().where((x) => type(fn("lower", x.email), "integer").eq(CANARY as never))],
  ["an embed of the wrong type", () => u().where((x) => x.contact.eq({ pin: CANARY } as never))],
  [
    "a type that quotes",
    (repo, log) =>
      repo.all(
        u().where((x) => x.quoted.eq(`#${CANARY}`)),
        log,
      ),
  ],
  ["a type that quotes, cast", () => u().where((x) => x.quoted.eq(`!${CANARY}`))],
  ["an update of the wrong type", () => u().update({ set: { code: CANARY as never } })],
  ["values of the wrong type", () => values([{ code: CANARY }], User)],
  [
    "a prepared query",
    (repo, log) => repo.prepare((p: any) => u().where((x) => x.email.eq(p.mail)), log as never).all({ mail: CANARY } as never),
  ],
  [
    "a prepared query of the wrong type",
    (repo, log) => repo.prepare((p: any) => u().where((x) => x.code.eq(p.code)), log as never).all({ code: CANARY } as never),
  ],
  [
    "a prepared fragment",
    async (repo, log) =>
      void (await repo
        .prepare((p: any) => u().where((x) => sql<boolean>`${x.email} = ${p.mail}`), log as never)
        .all({ mail: CANARY } as never)),
  ],
  [
    "a page",
    async (repo) => {
      const logged = { all: (query: never) => repo.all(query) };
      const query = u().where((x) => x.email.isNotNull());
      const first = await paginate(query, { repo: logged as never, first: 1, orderBy: "email" });
      const next = await paginate(query, { repo: logged as never, first: 1, orderBy: "email", after: first.endCursor });
      return [first.entries, next.entries];
    },
  ],
  [
    "a page behind a cursor of the wrong type",
    async (repo) => {
      const page = await paginate(
        u().where((x) => x.email.isNotNull()),
        { repo, first: 1, orderBy: "email" },
      );
      return paginate(u(), { repo, first: 1, orderBy: "code", after: page.endCursor });
    },
  ],
  ["a row of the wrong type: a number", (repo, log) => odd(repo, log, { code: CANARY })],
  ["a row of the wrong type: a date", (repo, log) => odd(repo, log, { born: CANARY })],
  ["a row of the wrong type: JSON", (repo, log) => odd(repo, log, { doc: `{${CANARY}` })],
  ["a row of the wrong type: one that quotes", (repo, log) => odd(repo, log, { quoted: `?${CANARY}` })],
  ["a row of the wrong type: an embed", (repo, log) => odd(repo, log, { contact: `{${CANARY}` })],
  ["a row of the wrong type: a field of an embed", (repo, log) => odd(repo, log, { contact: `{"born":{"${CANARY}":1}}` })],
  ["a row of the wrong type: no embed", (repo, log) => odd(repo, log, { contact: `"${CANARY}"` })],
  [
    "a row of the wrong type, given back",
    (repo, log) => repo.updateAll(from(Odd), { set: { id: 1 } } as never, { ...log, returning: true }),
  ],
  ["preload where", (repo, log) => repo.all(from(User).preload({ notes: from(Note).where((n) => n.secret.eq(CANARY)) }), log)],
  [
    "preload out of a join",
    (repo, log) =>
      repo.all(
        from(User)
          .join("notes")
          .where((_, { notes }) => notes.secret.like(`${CANARY}%`))
          .preload({ notes: "notes" }),
        log,
      ),
  ],
  [
    "repo.preload",
    async (repo, log) =>
      repo.preload(await repo.all(u()), { notes: from(Note).where((n) => n.secret.eq(CANARY)), tags: true } as never, log),
  ],
  ["reload", async (repo, log) => repo.reload(await repo.insertOrThrow(built({ token: CANARY })), log)],
  [
    "an aborted statement",
    (repo, log) =>
      repo.all(
        u().where((x) => x.email.eq(CANARY)),
        { ...log, signal: AbortSignal.abort() } as never,
      ),
  ],
];

/** Puts a value into the table that its field cannot load, and loads it on every road. */
async function odd(repo: Repo, log: object, row: Record<string, string>): Promise<unknown> {
  await repo.query("delete from odd");
  const [name, value] = Object.entries(row)[0] as [string, string];
  await repo.query(`insert into odd (id, ${name}) values (1, $1)`, [value]);
  // What is selected by name is given as it is; only of a failure nothing may be told.
  const plain = async (select: (o: any) => unknown) => void (await repo.all(from(Odd).select(select as never), log));
  const roads = [
    () => repo.all(Odd, log),
    () => plain((o) => ({ it: o[name] })),
    () => plain((o) => [o[name]]),
    () => repo.get(Odd, 1),
    async () => {
      for await (const _ of repo.stream(from(Odd), log)) void _;
    },
    () => repo.update(change(Odd.build({ id: 1 }), {}), { ...log, force: true, returning: true } as never),
    () =>
      repo.deleteAll(
        from(Odd).select((o) => o),
        log,
      ),
  ];
  const told: unknown[] = [];
  for (const road of roads) told.push(await Promise.resolve(road()).catch((error: unknown) => error));
  return told;
}

describe.each(databases)("redacted values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRedacted(database);
    await insertCanary(repo);
  });

  test.each(lookups)("are not told: %s", async (_, go) => {
    expect(await traces(repo, go)).toEqual([]);
  });
});
