// Schemas with redacted fields, and the search for their values in whatever a call lets out.
import { inspect as nodeInspect } from "node:util";
import {
  belongsTo,
  type Built,
  cast,
  type CustomType,
  embeddedSchema,
  embedsMany,
  embedsOne,
  err,
  Expr,
  field,
  from,
  hasMany,
  inspect,
  type LogEvent,
  manyToMany,
  type Params,
  type Repo,
  schema,
} from "ectype";
import { vi } from "vitest";
import type { TestDatabase } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

export const CANARY = "kanarienvogel";
export const NUMBER = 734219056;
export const LARGE = 7342190561;
/** Whatever of them shows, shows one of these. */
const TRACES = /kanarienvogel|734[,_]?219[,_]?056/i;

/** A type whose every word quotes the value. */
export const Quoting: CustomType<string> = {
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

export class Contact extends embeddedSchema(
  { city: field.string(), pin: field.string({ redact: true }), born: field.date({ redact: true }) },
  { primaryKey: false },
) {}
export class Tag extends schema("tags", { label: field.string({ redact: true }) }) {}
export class User extends schema("users", {
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
export class Note extends schema("notes", {
  text: field.string(),
  secret: field.string({ redact: true }),
  user: () => belongsTo(User),
}) {}
export class Plain extends schema("plain", { name: field.string(), copy: field.string() }) {}
/** Its columns are texts, so that a row may hold what its field cannot load. */
export class Odd extends schema("odd", {
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

/** A way by which a value could get out: whatever it returns, throws and logs is searched. A struct that it returns is printed and put into JSON. */
export type Road = [name: string, go: (repo: Repo, options: { log: (event: LogEvent) => void }) => unknown];

export const u = () => from(User);
export const built = (more: object = {}) => User.build({ name: "shown", ...more } as never);

/** A row whose redacted fields hold what is searched for. */
export async function insertCanary(repo: Repo): Promise<void> {
  const contact = () => Contact.build({ city: "c", pin: CANARY, born: "2026-01-02" }) as never;
  const told = { email: CANARY, code: NUMBER, token: CANARY, quoted: CANARY, words: [CANARY], doc: { a: CANARY } };
  await repo.insertOrThrow(built({ ...told, contact: contact(), contacts: [contact()] }));
}

/** A repo with the tables, and a row in two of them. */
export async function openRedacted(database: TestDatabase): Promise<Repo> {
  const repo = await openRepo(database);
  for (const statement of TABLES[database.name]) await repo.query(statement);
  await repo.query("insert into plain (name) values ('p')");
  await repo.insertOrThrow(User.build({ name: "shown", email: "first" }));
  return repo;
}

/** What goes out of a road. */
export async function traces(repo: Repo, go: Road[1]): Promise<string[]> {
  const events: LogEvent[] = [];
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  const outcome = await Promise.resolve()
    .then(() => go(repo, { log: (event) => void events.push(event) }))
    .catch((error: unknown) => error);
  const printed = told.mock.calls.flat();
  told.mockRestore();
  return [outcome, ...events, ...printed].flatMap(evidence).filter((text) => TRACES.test(text));
}

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
