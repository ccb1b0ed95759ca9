import { buildAssoc, type Changeset, change, from, Multi, type Repo, sql } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { built, CANARY, Contact, LARGE, Note, NUMBER, openRedacted, Plain, type Road, Tag, traces, u, User } from "./redacted.ts";

const unique = (cs: any): Changeset<User> => cs.uniqueConstraint("email");

const writes: Road[] = [
  ["insert", (repo, log) => repo.insert(built({ email: CANARY, code: NUMBER, words: [CANARY], doc: { a: CANARY }, quoted: CANARY }), log)],
  [
    "insert of embeds",
    (repo, log) =>
      repo.insert(built({ contact: Contact.build({ pin: CANARY, city: "x" }), contacts: [Contact.build({ pin: CANARY })] }), log),
  ],
  ["insert, twice", (repo, log) => repo.insert(built({ email: CANARY }), log)],
  ["insert, twice, declared", (repo, log) => repo.insert(unique(change(built(), { email: CANARY })), log)],
  ["insertOrThrow, twice, declared", (repo, log) => repo.insertOrThrow(unique(change(built(), { email: CANARY })), log)],
  ["insert, a check refuses", (repo, log) => repo.insert(built({ email: `${CANARY} 2`, code: 13 }), log)],
  ["insert, null refused", (repo, log) => repo.insert(Note.build({ text: "a", secret: null }), log)],
  ["insert, a foreign key refuses", (repo, log) => repo.insert(Note.build({ secret: CANARY, userId: 999 }), log)],
  ["insert, too long", (repo, log) => repo.insert(built({ email: CANARY.repeat(9) }), log)],
  ["insert, out of range", (repo, log) => repo.insert(built({ code: LARGE }), log)],
  ["insert, wrong type", (repo, log) => repo.insert(built({ code: CANARY, born: CANARY }), log)],
  ["insert, wrong embed", (repo, log) => repo.insert(built({ contact: { pin: CANARY } }), log)],
  ["insert, wrong field of an embed", (repo, log) => repo.insert(built({ contact: Contact.build({ born: CANARY }) }), log)],
  ["insert, wrong json", (repo, log) => repo.insert(built({ doc: { a: new Date(), b: CANARY } }), log)],
  ["insert, wrong list", (repo, log) => repo.insert(built({ words: [1, CANARY] }), log)],
  ["insert, a type that quotes", (repo, log) => repo.insert(built({ quoted: `#${CANARY}` }), log)],
  ["insert, NUL", (repo, log) => repo.insert(built({ email: `${CANARY}\0` }), log)],
  ["insert, half a character", (repo, log) => repo.insert(built({ email: `${CANARY}\ud800` }), log)],
  [
    "upsert",
    (repo, log) =>
      repo.insert(built({ email: CANARY }), { ...log, onConflict: { set: { token: CANARY } } as never, conflictTarget: "email" }),
  ],
  [
    "upsert by a query",
    (repo, log) =>
      repo.insert(built({ email: CANARY }), {
        ...log,
        onConflict: u().update({ set: { token: CANARY } }) as never,
        conflictTarget: "email",
      }),
  ],
  [
    "insertAll",
    (repo, log) =>
      repo.insertAll(
        User,
        [
          { name: "a", email: `${CANARY}1` },
          { name: "b", email: `${CANARY}2` },
        ],
        { ...log, returning: true },
      ),
  ],
  [
    "insertAll of embeds",
    (repo, log) => repo.insertAll(User, [{ contact: Contact.build({ pin: CANARY }) as never }], { ...log, returning: true }),
  ],
  ["insertAll, twice", (repo, log) => repo.insertAll(User, [{ email: `${CANARY}1` }], log)],
  ["insertAll, wrong type", (repo, log) => repo.insertAll(User, [{ code: CANARY as never }], log)],
  ["insertAll, out of range", (repo, log) => repo.insertAll(User, [{ code: LARGE }], log)],
  [
    "insertAll, upsert",
    (repo, log) =>
      repo.insertAll(User, [{ name: "a" }], { ...log, onConflict: { set: { token: CANARY } } as never, conflictTarget: "email" }),
  ],
  [
    "insertAll from a query",
    (repo, log) =>
      repo.insertAll(
        Plain,
        u()
          .where((x) => x.email.eq(CANARY))
          .select((x) => ({ name: x.name })) as never,
        log,
      ),
  ],
  [
    "insertAll from a query, into the field",
    (repo, log) => repo.insertAll(User, from(Plain).select(() => ({ token: sql<string>`${CANARY}` })) as never, log),
  ],
  [
    "insertAll from a query, a constant",
    (repo, log) => repo.insertAll(User, from(Plain).select((p) => ({ name: p.name, token: CANARY as never })) as never, log),
  ],
  [
    "insertAll into a table by its name",
    (repo, log) =>
      repo.insertAll(
        "plain",
        u()
          .where((x) => x.email.eq(CANARY))
          .select((x) => ({ name: x.name })) as never,
        log,
      ),
  ],
  [
    "insertAll with a query in a cell",
    (repo, log) =>
      repo.insertAll(
        Plain,
        [
          {
            name: u()
              .where((x) => x.email.eq(CANARY))
              .select((x) => x.name) as never,
          },
        ],
        log,
      ),
  ],
  [
    "insertAll with a placeholder",
    async (repo, log) => {
      const { placeholder } = await import("ectype");
      return repo.insertAll(User, [{ token: placeholder("t") as never }], { ...log, placeholders: { t: CANARY } });
    },
  ],
  [
    "update",
    async (repo, log) =>
      repo.update(change(await repo.insertOrThrow(built()), { token: CANARY, contact: Contact.build({ pin: CANARY }) as never }), log),
  ],
  [
    "update of a stale row",
    async (repo, log) => {
      const user = await repo.insertOrThrow(built({ token: CANARY }));
      await repo.delete(user);
      return repo.update(change(user, { token: `${CANARY}!` }), log);
    },
  ],
  [
    "update, locked by a redacted field",
    async (repo, log) => {
      const user = await repo.insertOrThrow(built({ code: NUMBER }));
      await repo.updateAll(
        u().where((x) => x.id.eq(user.id)),
        { set: { code: 1 } },
      );
      return repo.update(change(user, { name: "x" }).optimisticLock("code"), log);
    },
  ],
  [
    "update, the trigger tells",
    async (repo, log) =>
      repo.update(change(await repo.insertOrThrow(Note.build({ text: "a", secret: `${CANARY}${Math.random()}` })), { text: "told" }), log),
  ],
  [
    "update, the trigger tells as a constraint",
    async (repo, log) =>
      repo.update(
        change(await repo.insertOrThrow(Note.build({ text: "a", secret: `${CANARY}${Math.random()}` })), { text: "checked" }),
        log,
      ),
  ],
  [
    "commit, the trigger tells",
    (repo, log) =>
      repo.transaction(async () => {
        const note = await repo.insertOrThrow(Note.build({ text: "a", secret: `${CANARY}${Math.random()}` }));
        await repo.updateOrThrow(change(note, { text: "late" }), log);
      }),
  ],
  [
    "delete, still referred to",
    async (repo, log) => {
      const user = await repo.insertOrThrow(built({ token: CANARY }));
      await repo.insertOrThrow(Note.build({ secret: `${CANARY}${user.id}`, userId: user.id }));
      return repo.delete(user, log);
    },
  ],
  [
    "updateAll",
    (repo, log) =>
      repo.updateAll(
        u().where((x) => x.email.eq(CANARY)),
        { set: { token: CANARY } },
        log,
      ),
  ],
  [
    "updateAll by a fragment",
    (repo, log) => repo.updateAll(u().update(() => ({ set: { token: sql<string>`lower(${CANARY})` } })) as never, undefined as never, log),
  ],
  [
    "updateAll of an embed",
    (repo, log) =>
      repo.updateAll(
        u().where((x) => x.email.eq(CANARY)),
        { set: { contact: Contact.build({ pin: CANARY }) as never } },
        log,
      ),
  ],
  ["updateAll, twice", (repo, log) => repo.updateAll(u(), { set: { email: CANARY } }, log)],
  [
    "updateAll, push",
    (repo, log) =>
      repo.updateAll(
        u().where((x) => x.email.eq(CANARY)),
        { push: { words: CANARY as never } },
        log,
      ),
  ],
  [
    "updateAll, inc",
    (repo, log) =>
      repo.updateAll(
        u().where((x) => x.email.eq(CANARY)),
        { inc: { code: NUMBER } },
        log,
      ),
  ],
  ["updateAll, wrong type", (repo, log) => repo.updateAll(u(), { set: { code: CANARY as never } }, log)],
  ["updateAll, out of range", (repo, log) => repo.updateAll(u(), { set: { code: LARGE } }, log)],
  [
    "updateAll, the database casts",
    (repo, log) =>
      repo.updateAll(u().update((x) => ({ set: { code: sql<number>`cast(${x.email} as integer)` } })) as never, undefined as never, log),
  ],
  [
    "deleteAll",
    (repo, log) =>
      repo.deleteAll(
        u()
          .where((x) => x.email.eq(CANARY))
          .select((x) => x),
        log,
      ),
  ],
  ["deleteAll, still referred to", (repo, log) => repo.deleteAll(u(), log)],
  [
    "an association",
    async (repo, log) =>
      repo.insert(
        change(built(), { notes: [{ secret: `${CANARY}a` }, { secret: `${CANARY}a` }], tags: [{ label: CANARY }] } as never),
        log,
      ),
  ],
  ["buildAssoc", async (repo, log) => repo.insert(buildAssoc(await repo.insertOrThrow(built()), "notes", { secret: CANARY }), log)],
  [
    "Multi",
    (repo) =>
      repo.transact(
        new Multi()
          .insert("user", built({ token: CANARY }))
          .insert("again", built({ email: CANARY }))
          .inspect(),
      ),
  ],
  [
    "Multi, refused",
    (repo) =>
      repo.transact(new Multi().insert("user", built({ token: CANARY })).insert("again", unique(change(built(), { email: CANARY })))),
  ],
  ["Multi, printed", () => new Multi().insert("user", built({ token: CANARY })).put("x", built({ token: CANARY }))],
  [
    "commit, a constraint refuses",
    (repo, log) => repo.transaction(() => repo.insertAll(Tag, [{ label: CANARY }, { label: CANARY }], log), log),
  ],
  [
    "a transaction that is given up",
    (repo, log) =>
      repo.transaction(async () => {
        await repo.insert(built({ token: CANARY }), log);
        throw new Error("given up");
      }),
  ],
];

describe.each(databases)("redacted values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRedacted(database);
  });

  test.each(writes)("are not told: %s", async (_, go) => {
    expect(await traces(repo, go)).toEqual([]);
  });
});
