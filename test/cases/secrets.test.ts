import { inspect as nodeInspect } from "node:util";
import fc from "fast-check";
import {
  and,
  belongsTo,
  type Built,
  buildAssoc,
  caseWhen,
  cast,
  type Changeset,
  change,
  ConnectionError,
  coalesce,
  column,
  cte,
  type CustomType,
  dynamic,
  embeddedSchema,
  embedsMany,
  embedsOne,
  err,
  Expr,
  exists,
  field,
  fn,
  from,
  hasMany,
  inspect,
  type LogEvent,
  manyToMany,
  Multi,
  not,
  or,
  paginate,
  type Params,
  type Repo,
  schema,
  selectedAs,
  sql,
  subquery,
  tuple,
  type,
  values,
} from "ectype";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { databases } from "../support/databases.ts";
import { openRepo } from "../support/repo.ts";

const CANARY = "kanarienvogel";
const NUMBER = 734219056;
const LARGE = 7342190561;
/** Whatever of them shows, shows one of these. */
const TRACES = /kanarienvogel|734[,_]?219[,_]?056/i;

/** A type whose every word quotes the value. */
const Quoting: CustomType<string> = {
  type: "string",
  cast: (value) => (String(value).startsWith("!") ? err({ message: `${value} begins wrongly` }) : String(value)),
  load: (value: string) => {
    if (value.startsWith("?")) throw new RangeError(`${value} cannot be loaded`);
    return value;
  },
  dump: (value) => {
    if (value.startsWith("#")) throw new RangeError(`${value} cannot be dumped`);
    return value;
  },
};

class Contact extends embeddedSchema(
  { city: field.string(), pin: field.string({ redact: true }), born: field.date({ redact: true }) },
  { primaryKey: false },
) {}
class Tag extends schema("tags", { label: field.string({ redact: true }) }) {}
class User extends schema("users", {
  name: field.string(),
  email: field.string({ redact: true }),
  code: field.integer({ redact: true }),
  token: field.string({ redact: true }),
  born: field.date({ redact: true }),
  quoted: field.of(Quoting, { redact: true }),
  words: field.array(field.string(), { redact: true }),
  doc: field.json<unknown>({ redact: true }),
  contact: embedsOne(() => Contact, { onReplace: "update" }),
  contacts: embedsMany(() => Contact, { onReplace: "delete" }),
  password: field.string({ virtual: true, redact: true }),
  notes: () => hasMany(Note, { onReplace: "delete" }),
  tags: () => manyToMany(Tag, { joinThrough: "users_tags" }),
}) {
  static changeset<U extends User | Built<User>>(user: U, params: Params) {
    return cast(user, params, ["name", "email", "code", "token", "born", "quoted", "password"]);
  }
}
class Note extends schema("notes", {
  text: field.string(),
  secret: field.string({ redact: true }),
  user: () => belongsTo(User),
}) {}
class Plain extends schema("plain", { name: field.string(), copy: field.string() }) {}
/** Of the same table, with types that its rows do not have. */
class Odd extends schema("odd", {
  code: field.integer({ redact: true }),
  born: field.date({ redact: true }),
  doc: field.json<unknown>({ redact: true }),
  quoted: field.of(Quoting, { redact: true }),
  contact: embedsOne(() => Contact),
}) {}

const TABLES = {
  sqlite: [
    `create table users (id integer primary key, name text, email text unique, code integer check (code <> 13), token text, born text,
      quoted text, words text, doc text, contact text, contacts text)`,
    "create table notes (id integer primary key, text text, secret text not null unique, user_id integer references users (id))",
    "create table odd (id integer primary key, code text, born text, doc text, quoted text, contact text)",
    "create table tags (id integer primary key, label text)",
    "create table users_tags (user_id integer references users (id), tag_id integer references tags (id))",
    "create table plain (id integer primary key, name text, copy text)",
    "create trigger told before update on notes when new.text = 'told' begin select raise(abort, 'told'); end",
  ],
  postgres: [
    `create table users (id bigserial primary key, name varchar(60), email varchar(60) unique, code integer check (code <> 13), token text, born date, quoted text, words text[], doc jsonb, contact jsonb, contacts jsonb)`,
    "create table notes (id bigserial primary key, text text, secret text not null unique, user_id bigint references users (id))",
    "create table odd (id bigserial primary key, code text, born text, doc text, quoted text, contact text)",
    "create table tags (id bigserial primary key, label text unique deferrable initially deferred)",
    "create table users_tags (user_id bigint references users (id), tag_id bigint references tags (id))",
    "create table plain (id bigserial primary key, name text, copy text)",
    `create function tell() returns trigger language plpgsql as $$ begin raise exception 'no %', new.secret using hint = new.secret, detail = new.secret; end $$`,
    "create trigger told before update on notes for each row when (new.text = 'told') execute function tell()",
    `create function check_told() returns trigger language plpgsql as $$ begin raise exception 'no %', new.secret using errcode = '23514'; end $$`,
    "create trigger checked before update on notes for each row when (new.text = 'checked') execute function check_told()",
    `create function deferred() returns trigger language plpgsql as $$ begin raise exception 'late %', new.secret; end $$`,
    `create constraint trigger late after update on notes deferrable initially deferred for each row
      when (new.text = 'late') execute function deferred()`,
  ],
};

type Road = [name: string, go: (repo: Repo, options: { log: (event: LogEvent) => void }) => unknown];

// Each road is run; whatever it returns, throws and logs is searched. A struct that it returns is printed and put into JSON.
const u = () => from(User);
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

const built = (more: object = {}) => User.build({ name: "shown", ...more } as never);
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
];

const others: Road[] = [
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
  [
    "commit, a constraint refuses",
    (repo, log) => repo.transaction(() => repo.insertAll(Tag, [{ label: CANARY }, { label: CANARY }], log), log),
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
    "a transaction that is given up",
    (repo, log) =>
      repo.transaction(async () => {
        await repo.insert(built({ token: CANARY }), log);
        throw new Error("given up");
      }),
  ],
  ["a cast", () => User.changeset(built(), { code: CANARY, born: CANARY, quoted: `!${CANARY}`, email: CANARY, password: CANARY })],
  [
    "a cast, thrown",
    (repo) => repo.insertOrThrow(User.changeset(built(), { code: CANARY, quoted: `!${CANARY}`, email: CANARY, password: CANARY }) as never),
  ],
  [
    "validations",
    () =>
      User.changeset(built(), { email: CANARY, password: CANARY, name: "x" })
        .validateLength("email", { max: 2 })
        .validateFormat("email", /@/)
        .validateInclusion("email", ["a"] as never)
        .validateExclusion("email", [CANARY] as never)
        .validateConfirmation("password", { required: true })
        .validateRequired(["code"])
        .validateChange("email", (_f: string, v: unknown) => [`${v} is taken`, { message: "%{v}", v } as never])
        .addError("password", `${CANARY} is weak`),
  ],
  [
    "validations, thrown",
    (repo) =>
      repo.insertOrThrow(
        User.changeset(built(), { email: CANARY }).validateChange("email", (_f: string, v: unknown) => [`${v} is taken`]) as never,
      ),
  ],
  [
    "a nested cast",
    (repo) =>
      repo.insertOrThrow(
        cast(built(), { notes: [{ secret: CANARY, userId: "x" }], contact: { pin: CANARY, born: CANARY } } as never, [])
          .castAssoc("notes", { with: (n, p) => cast(n, p, ["secret", "userId"]) })
          .castEmbed("contact", { with: (c: never, p: Params) => cast(c, p, ["pin", "born"]) } as never) as never,
      ),
  ],
  [
    "a changeset without a schema",
    () =>
      cast({ data: { pin: CANARY }, types: { pin: User.schema.types.email as never } } as never, { pin: `${CANARY}2` }, ["pin"] as never),
  ],
  [
    "traverseErrors",
    () =>
      User.changeset(built(), { email: CANARY, code: CANARY })
        .validateLength("email", { max: 2 } as never)
        .traverseErrors(),
  ],
  ["applyActionOrThrow", () => User.changeset(built(), { email: CANARY, code: CANARY }).applyActionOrThrow("insert")],
  [
    "a struct",
    () =>
      built({
        email: CANARY,
        code: NUMBER,
        contact: Contact.build({ pin: CANARY }),
        contacts: [Contact.build({ pin: CANARY })],
        notes: [Note.build({ secret: CANARY })],
      }),
  ],
  ["a list of structs", () => [{ users: [built({ email: CANARY })] }, new Map([[1, built({ email: CANARY })]])]],
  [
    "an expression",
    () => {
      let kept: unknown[] = [];
      u().where((x) => {
        kept = [x.email.eq(CANARY), x.email.eq(CANARY).desc(), x];
        return x.email.eq(CANARY);
      });
      return kept;
    },
  ],
  ["a source", () => [values([{ email: CANARY }], User), subquery(u().where((x) => x.email.eq(CANARY)))]],
  [
    "a binding of a subquery",
    () => {
      let kept: unknown;
      from(subquery(u().where((x) => x.email.eq(CANARY)))).where((s: any) => {
        kept = s;
        return s.id.eq(1);
      });
      return kept;
    },
  ],
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
    repo = await openRepo(database);
    for (const statement of TABLES[database.name]) await repo.query(statement);
    await repo.query("insert into plain (name) values ('p')");
    await repo.insertOrThrow(User.build({ name: "shown", email: "first" }));
  });
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  afterAll(() => told.mockRestore());

  /** What goes out of a road. */
  async function traces(go: Road[1]): Promise<string[]> {
    const events: LogEvent[] = [];
    told.mockClear();
    const outcome = await Promise.resolve()
      .then(() => go(repo, { log: (event) => void events.push(event) }))
      .catch((error: unknown) => error);
    return [outcome, ...events, ...told.mock.calls.flat()].flatMap(evidence).filter((text) => TRACES.test(text));
  }

  test.each([...writes, ...reads, ...others])("are not told: %s", async (_, go) => {
    expect(await traces(go)).toEqual([]);
  });

  test.runIf(database.name === "postgres")("are not told when the connection breaks under the statement", async () => {
    const found = await traces(async (one, log) => {
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

  test("of other fields are told, so that this search would find them", async () => {
    const found = [
      await traces((repo, log) => repo.insert(User.build({ name: CANARY }), log)),
      await traces((repo, log) =>
        repo.all(
          u().where((x) => and(x.email.eq("a"), x.name.eq(CANARY))),
          log,
        ),
      ),
      await traces((repo, log) =>
        repo.all(
          u().where((x) => sql<boolean>`lower(${x.name}) = ${CANARY}`),
          log,
        ),
      ),
      await traces((repo, log) =>
        repo.all(
          u().where((x) => x.contact.path("city").eq(CANARY)),
          log,
        ),
      ),
      await traces((repo, log) => repo.getByOrThrow(User, { name: `${CANARY}?` }, log)),
      await traces((repo) => repo.insertOrThrow(cast(built(), { name: CANARY }, ["name"]).validateLength("name", { max: 2 }) as never)),
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
        expect(await traces((repo, log) => repo.all(query(), log).then(() => null))).toEqual([]);
        expect(await traces(() => query())).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

/** Everything that somebody could get to see of a value. */
function evidence(value: unknown): string[] {
  const texts = [nodeInspect(value, { depth: 30 }), nodeInspect(value, { depth: 30, showHidden: true }), inspect(value), json(value)];
  for (let at = value; at instanceof Error; at = at.cause) texts.push(at.message, String(at.stack), ...ownTexts(at));
  return texts;
}

function ownTexts(error: Error): string[] {
  return Object.getOwnPropertyNames(error).map((name) => {
    const value: unknown = (error as unknown as Record<string, unknown>)[name];
    return typeof value === "object" ? nodeInspect(value, { depth: 30 }) : String(value);
  });
}

/** What JSON holds; an expression has no JSON, and says so. */
function json(value: unknown): string {
  if (value instanceof Expr || (Array.isArray(value) && value.some((one) => one instanceof Expr))) return "";
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)) ?? "";
}
