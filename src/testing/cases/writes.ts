import assert from "node:assert/strict";
import { belongsTo, cast, change, ConstraintError, field, from, hasMany, type Repo, schema, StaleEntryError } from "../../index.ts";
import { references } from "../../migration/index.ts";
import { define, type Feature } from "./feature.ts";

class Account extends schema(
  "accounts",
  {
    email: field.string(),
    age: field.integer(),
    visits: field.integer({ default: 0 }),
    notes: () => hasMany(Note, { onReplace: "delete" }),
  },
  { timestamps: true },
) {}
class Note extends schema("notes", { text: field.string(), account: () => belongsTo(Account) }) {}

const emails = (repo: Repo) =>
  repo.all(
    from(Account)
      .orderBy("id")
      .select((a) => a.email),
  );
const isOfKind = (kind: ConstraintError["kind"]) => (error: unknown) => {
  assert.ok(error instanceof ConstraintError, String(error));
  assert.equal(error.kind, kind);
  return true;
};

function cases(list: Readonly<Record<string, (repo: Repo) => Promise<void>>>): Feature["cases"] {
  return Object.entries(list).map(([name, run]) => ({
    name,
    run: async (repo) => {
      await repo.deleteAll(Note);
      await repo.deleteAll(Account);
      await run(repo);
    },
  }));
}

/** Inserts, updates and deletes of one row and of many, with constraints and children. */
export const writes: Feature = {
  name: "writes",
  setUp: (repo) =>
    define(repo, 1, (m) => {
      m.createTable("accounts", (t) => {
        t.add("email", "string", { null: false });
        t.add("age", "integer", { check: { name: "age_is_positive", expr: "age > 0" } });
        t.add("visits", "integer");
        t.timestamps();
      });
      m.createUniqueIndex("accounts", ["email"]);
      m.createTable("notes", (t) => {
        t.add("text", "text", { null: false });
        t.add("account_id", references("accounts"));
      });
    }),
  cases: cases({
    "an insert gives the row with its key and timestamps": async (repo) => {
      const made = await repo.insertOrThrow(Account.build({ email: "a@x" }));
      assert.ok(made.insertedAt instanceof Date && made.updatedAt instanceof Date);
      const found = await repo.getOrThrow(Account, made.id);
      assert.deepEqual([found.email, found.age, found.visits], ["a@x", null, 0]);
      assert.equal(found.insertedAt.getTime(), made.insertedAt.getTime());
    },
    "an update writes what changed": async (repo) => {
      const made = await repo.insertOrThrow(Account.build({ email: "a@x", age: 3 }));
      const updated = await repo.updateOrThrow(change(made, { email: "b'x" }));
      assert.equal(updated.age, 3);
      assert.deepEqual(await emails(repo), ["b'x"]);
    },
    "a row that is gone is stale": async (repo) => {
      const made = await repo.insertOrThrow(Account.build({ email: "a@x" }));
      await repo.deleteOrThrow(made);
      assert.deepEqual(await emails(repo), []);
      await assert.rejects(repo.update(change(made, { email: "b" })), StaleEntryError);
      await assert.rejects(repo.delete(made), StaleEntryError);
    },
    "a unique violation is an error of the field that declares it": async (repo) => {
      await repo.insertOrThrow(Account.build({ email: "a@x" }));
      const second = await repo.insert(cast(Account.build({}), { email: "a@x" }, ["email"]).uniqueConstraint("email"));
      assert.ok(!second.ok);
      assert.deepEqual(
        second.error.errors.map(({ field, constraint }) => [field, constraint]),
        [["email", "unique"]],
      );
    },
    "a unique violation that is not declared is a ConstraintError": async (repo) => {
      await repo.insertOrThrow(Account.build({ email: "a@x" }));
      await assert.rejects(repo.insert(Account.build({ email: "a@x" })), isOfKind("unique"));
    },
    "a foreign key to no row is refused": async (repo) => {
      const note = () => cast(Note.build({}), { text: "t", accountId: 99 }, ["text", "accountId"]);
      const refused = await repo.insert(note().foreignKeyConstraint("accountId"));
      assert.ok(!refused.ok && refused.error.errors[0]?.constraint === "foreign");
      await assert.rejects(repo.insert(note()), isOfKind("foreignKey"));
    },
    "a row that others refer to is not deleted": async (repo) => {
      const made = await repo.insertOrThrow(Account.build({ email: "a@x", notes: [Note.build({ text: "t" })] }));
      const refused = await repo.delete(change(made).noAssocConstraint("notes"));
      assert.ok(!refused.ok && refused.error.errors[0]?.field === "notes");
    },
    "a check that fails is an error of the field that declares it": async (repo) => {
      const account = cast(Account.build({ email: "a@x" }), { age: -1 }, ["age"]).checkConstraint("age", { name: "age_is_positive" });
      const refused = await repo.insert(account);
      assert.ok(!refused.ok && refused.error.errors[0]?.constraint === "check");
    },
    "a null where there may be none is a ConstraintError": async (repo) => {
      await assert.rejects(repo.insert(Account.build({})), isOfKind("notNull"));
    },
    "children are written with their parent": async (repo) => {
      const made = await repo.insertOrThrow(
        Account.build({ email: "a@x", notes: ["one", "two", "three"].map((text) => Note.build({ text })) }),
      );
      const read = async () => (await repo.preload(await repo.getOrThrow(Account, made.id), { notes: from(Note).orderBy("id") })).notes;
      const notes = await read();
      assert.deepEqual(
        notes.map(({ text }) => text),
        ["one", "two", "three"],
      );
      const loaded = await repo.preload(await repo.getOrThrow(Account, made.id), "notes");
      await repo.updateOrThrow(change(loaded).putAssoc("notes", [{ id: notes[1]?.id, text: "TWO" }, { text: "four" }] as never));
      assert.deepEqual(
        (await read()).map(({ text }) => text),
        ["TWO", "four"],
      );
      assert.equal((await read())[0]?.id, notes[1]?.id);
    },
    "a child that is refused takes its parent back": async (repo) => {
      const wrong = Account.build({ email: "a@x", notes: [Note.build({ text: "one" }), Note.build({})] });
      await assert.rejects(repo.insert(wrong), isOfKind("notNull"));
      assert.deepEqual(await emails(repo), []);
    },
    "thousands of rows are inserted at once, and come back in their order": async (repo) => {
      const rows = Array.from({ length: 2500 }, (_, at) => ({ email: `${at}@x`, visits: at }));
      const moment = new Date("2026-01-01T00:00:00Z");
      const stamped = rows.map((row) => ({ ...row, insertedAt: moment, updatedAt: moment }));
      const made = await repo.insertAll(Account, stamped, { returning: ["visits"] });
      assert.equal(made.count, 2500);
      assert.deepEqual(
        made.rows?.map(({ visits }) => visits),
        rows.map(({ visits }) => visits),
      );
    },
    "a conflict is left alone, or replaces": async (repo) => {
      await repo.insertOrThrow(Account.build({ email: "a@x", age: 1 }));
      await repo.insertOrThrow(Account.build({ email: "a@x", age: 2 }), { onConflict: "nothing", conflictTarget: ["email"] });
      assert.deepEqual(await repo.all(from(Account).select((a) => a.age)), [1]);
      await repo.insertOrThrow(Account.build({ email: "a@x", age: 3 }), { onConflict: { replace: ["age"] }, conflictTarget: ["email"] });
      assert.deepEqual(await repo.all(from(Account).select((a) => a.age)), [3]);
    },
  }),
};
