import {
  belongsTo,
  cast,
  change,
  ChangeError,
  Changeset,
  EctypeError,
  embeddedSchema,
  embedsMany,
  embedsOne,
  err,
  errorMessage,
  field,
  from,
  hasMany,
  Multi,
  ok,
  type Repo,
  schema,
  setErrorTranslator,
  toStandardSchema,
} from "ectype";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Part extends embeddedSchema({ word: field.string() }) {}
class Owner extends schema("owners", { name: field.string(), things: () => hasMany(Thing, { onReplace: "delete" }) }) {}
class Thing extends schema("things", {
  name: field.string(),
  count: field.integer(),
  tags: field.array(field.string()),
  part: embedsOne(() => Part, { onReplace: "delete" }),
  parts: embedsMany(() => Part, { onReplace: "delete" }),
  owner: () => belongsTo(Owner),
}) {}

const loop: Record<string, unknown> = {};
loop.self = loop;
/** Whatever JavaScript lets somebody write. */
const WRONG: readonly unknown[] = [undefined, null, 0, -1, Number.NaN, 1n, "", "x", true, Symbol("s"), () => 1, () => null, class {}, [], [null], [undefined], [1], ["x"], [["x"]], [{}], {}, { x: 1 }, { toString: 1 }, Object.create(null), loop, new Date(), new Date(Number.NaN), /x/, new Map(), new Set(["x"]), new Error("e"), Promise.resolve(1), new Proxy({}, {}), Thing, Part, from(Thing), Thing.build(), Part.build(), change(Thing.build())]; // biome-ignore format: a list

const raw: string[] = [];
afterEach(() => {
  expect(raw.splice(0)).toEqual([]);
});

/** An error of ectype, or none: never one that the engine threw. */
async function isOurs(what: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    // A class that is given as a function says itself that it is none.
    if (!(error instanceof EctypeError) && !String(error).startsWith("TypeError: Class constructor"))
      raw.push(
        `${what} threw a raw ${String((error as Error).stack)
          .split("\n    at ")
          .slice(0, 3)
          .join(" < ")}`,
      );
  }
}
function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

// Calls as plain JavaScript makes them.
type Loose = any;

describe("plain JavaScript gets errors that say what is wrong: changesets", () => {
  const cs = () => cast(Thing.build(), { name: "n", tags: ["a"] }, ["name", "tags"]) as Loose;
  // Functions that run what they are given throw what that throws.
  const RUNS = ["pipe", "unsafeValidateUnique", "validateWithAsync", "constructor"];
  const names = Object.getOwnPropertyNames(Changeset.prototype).filter((name) => !RUNS.includes(name));

  test.each(names)("%s", async (name) => {
    const good: Record<string, unknown[]> = { first: ["name", "tags", "part", "parts", "owner", "nope"] };
    for (const wrong of WRONG) {
      await isOurs(`${name}(${shown(wrong)})`, () => cs()[name](wrong));
      for (const first of good.first as string[]) {
        await isOurs(`${name}("${first}", ${shown(wrong)})`, () => cs()[name](first, wrong));
        await isOurs(`${name}("${first}", {}, ${shown(wrong)})`, () => cs()[name](first, {}, wrong));
      }
    }
    await isOurs(name, () => cs()[name]());
  });

  const OPTIONS: Record<string, string[]> = {
    cast: ["emptyValues", "message", "forceChanges", "trimValues"],
    validateLength: ["min", "max", "is", "count", "message"],
    validateNumber: ["lessThan", "greaterThan", "equalTo", "notEqualTo", "lessThanOrEqualTo", "greaterThanOrEqualTo", "message"],
    validateRequired: ["message", "trim"],
    uniqueConstraint: ["name", "message", "match", "errorKey"],
    foreignKeyConstraint: ["name", "message", "match"],
    checkConstraint: ["name", "message", "match"],
    validateConfirmation: ["message", "required"],
    validateAcceptance: ["message"],
    castAssoc: ["with", "required", "requiredMessage", "invalidMessage", "sortParam", "dropParam", "forceUpdateOnChange"],
    castEmbed: ["with", "required", "requiredMessage", "invalidMessage", "sortParam", "dropParam", "forceUpdateOnChange"],
  };
  test.each(Object.keys(OPTIONS))("options of %s", async (name) => {
    for (const option of OPTIONS[name] as string[])
      for (const wrong of WRONG) {
        if (typeof wrong === "function" && ["with", "message", "trimValues"].includes(option)) continue;
        const first =
          name === "castAssoc"
            ? "owner"
            : name === "castEmbed"
              ? "parts"
              : name === "cast"
                ? { name: "x", tags: ["y"] }
                : name === "validateNumber"
                  ? "count"
                  : "name";
        const args = name === "cast" ? [["name", "tags"], { [option]: wrong }] : [{ [option]: wrong }];
        const given = cast(Thing.build(), { name: "n", count: 1, nameConfirmation: "m", parts: [{}], owner: {} }, [
          "name",
          "count",
        ]) as Loose;
        await isOurs(`${name}(…, { ${option}: ${shown(wrong)} })`, () => {
          const made = given[name](first, ...args);
          if (made instanceof Changeset) (made as Loose).traverseErrors();
        });
      }
  });

  test("functions", async () => {
    for (const wrong of WRONG) {
      for (const call of [change, cast, toStandardSchema, errorMessage, err, ok] as Loose[]) {
        if (call === errorMessage) continue;
        await isOurs(`${call.name}(${shown(wrong)})`, () => call(wrong));
        await isOurs(`${call.name}(${shown(wrong)}, {})`, () => call(wrong, {}, []));
        await isOurs(`${call.name}(struct, ${shown(wrong)})`, () => call(Thing.build(), wrong, wrong));
        await isOurs(`${call.name}(struct, {}, ${shown(wrong)})`, () => call(Thing.build(), {}, wrong, wrong));
        await isOurs(`${call.name}(struct, {}, [], ${shown(wrong)})`, () => call(Thing.build(), {}, [], wrong));
        await isOurs(`${call.name}({ data, types: ${shown(wrong)} })`, () => call({ data: {}, types: { x: wrong } }, { x: 1 }, ["x"]));
      }
      await isOurs("setErrorTranslator", () => setErrorTranslator((typeof wrong === "function" ? null : wrong) as never));
      await isOurs("build", () => Thing.build(wrong as never));
      for (const name of ["owner", "part", "parts", "things"])
        await isOurs(`build({ ${name} })`, () => Thing.build({ [name]: wrong } as never));
    }
    setErrorTranslator(null);
  });
});

describe("plain JavaScript gets errors that say what is wrong: schemas", () => {
  test("definitions and options", async () => {
    for (const wrong of WRONG) {
      const resolve = (make: () => Loose) => isOurs(`a schema of ${shown(wrong)}`, () => make().schema);
      await resolve(() => class extends (schema as Loose)(wrong, {}) {});
      await resolve(() => class extends (schema as Loose)("x", wrong) {});
      await resolve(() => class extends (schema as Loose)("x", { a: wrong }) {});
      await resolve(() => class extends (schema as Loose)("x", { a: () => wrong }) {});
      await resolve(() => class extends (schema as Loose)("x", {}, wrong) {});
      await resolve(() => class extends (embeddedSchema as Loose)(wrong, wrong) {});
      await resolve(() => class extends (schema.with as Loose)(wrong)("x", {}, wrong) {});
      for (const option of ["primaryKey", "timestamps", "prefix", "columns", "foreignKeyType", "redact", "name"])
        await resolve(() => class extends (schema as Loose)("x", {}, { [option]: wrong }) {});
    }
  });

  test("an embed or a schema where an association must stand", () => {
    class It extends embeddedSchema({ word: field.string() }) {}
    const text = (make: () => { schema: unknown }) => {
      try {
        return String(make().schema);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(text(() => class A extends schema("as", { item: () => embedsOne(() => It) }) {})).toBe(
      'schema A, "item": an embed stands there itself, without a function around it: item: embedsOne(() => Other)',
    );
    expect(text(() => class A extends schema("as", { items: () => embedsMany({ a: field.string() }) }) {})).toMatch(/items: embedsMany/);
    expect(text(() => class A extends schema("as", { owner: Owner }) {})).toMatch(/"owner": a schema is no association/);
  });
});

describe.each(databases)("plain JavaScript gets errors that say what is wrong: writes on $label", (database) => {
  let repo: Repo;
  let loose: Loose;
  beforeAll(async () => {
    repo = loose = await openRepo(database);
    await createTables(repo, [Owner, Thing]);
    await repo.query("create unique index owners_name_index on owners (name)");
  });

  test.each([
    "insert",
    "update",
    "delete",
    "insertOrUpdate",
    "insertOrThrow",
    "updateOrThrow",
    "deleteOrThrow",
    "insertAll",
    "updateAll",
    "deleteAll",
    "transaction",
    "transact",
  ])("%s", async (name) => {
    const targets = name.endsWith("All") ? [Thing, "things"] : [change(Thing.build({ name: "n" }))];
    for (const wrong of WRONG) {
      // A function is run, and what it throws is its own.
      await isOurs(`${name}(${shown(wrong)})`, () => loose[name](wrong));
      for (const target of targets) {
        await isOurs(`${name}(…, ${shown(wrong)})`, () => loose[name](target, wrong));
        if (name.endsWith("All"))
          await isOurs(`${name}(…, {}, ${shown(wrong)})`, () =>
            loose[name](target, name === "insertAll" ? [{ name: "n" }] : { set: { name: "n" } }, wrong),
          );
      }
    }
    await isOurs(name, () => loose[name]());
  });

  test("options of writes", async () => {
    for (const option of [
      "onConflict",
      "conflictTarget",
      "returning",
      "prefix",
      "staleErrorField",
      "staleErrorMessage",
      "placeholders",
      "replaceChanged",
      "force",
      "allowStale",
      "savepoint",
    ]) {
      for (const wrong of WRONG) {
        const both = { [option]: wrong, ...(option === "conflictTarget" && { onConflict: "nothing" }) };
        await isOurs(`insert {${option}: ${shown(wrong)}}`, () => loose.insert(change(Owner.build({ name: "n" })), both));
        await isOurs(`insertAll {${option}: ${shown(wrong)}}`, () => loose.insertAll(Owner, [{ name: "n" }], both));
        await isOurs(`insertAll table {${option}: ${shown(wrong)}}`, () => loose.insertAll("owners", [{ name: "n" }], both));
        await isOurs(`updateAll {${option}: ${shown(wrong)}}`, () => loose.updateAll(Owner, { set: { name: "n" } }, both));
      }
    }
    for (const wrong of WRONG) {
      for (const form of ["replace", "replaceAllExcept", "set", "inc", "push", "pull"])
        await isOurs(`onConflict: { ${form}: ${shown(wrong)} }`, () =>
          loose.insert(change(Owner.build({ name: "n" })), { onConflict: { [form]: wrong }, conflictTarget: "name" }),
        );
      await isOurs(`conflictTarget: { constraint: ${shown(wrong)} }`, () =>
        loose.insert(change(Owner.build({ name: "n" })), { onConflict: "nothing", conflictTarget: { constraint: wrong } }),
      );
    }
    await expect(loose.insert(Owner.build(), { onConflict: "nothing", conflictTarget: null })).rejects.toThrow(/conflictTarget is a field/);
  });

  test("rows, values and updates", async () => {
    for (const wrong of WRONG) {
      await isOurs(`insertAll [${shown(wrong)}]`, () => loose.insertAll(Thing, [wrong]));
      await isOurs(`insertAll of a table [${shown(wrong)}]`, () => loose.insertAll("things", [wrong]));
      for (const name of ["name", "count", "tags", "part", "parts", "nope", "owner", "ownerId"]) {
        await isOurs(`insertAll { ${name}: ${shown(wrong)} }`, () => loose.insertAll(Thing, [{ [name]: wrong }]));
        await isOurs(`insertAll of a table { ${name}: ${shown(wrong)} }`, () => loose.insertAll("things", [{ [name]: wrong }]));
        await isOurs(`insert { ${name}: ${shown(wrong)} }`, () => loose.insert(Object.assign(Thing.build(), { [name]: wrong })));
        for (const op of ["set", "inc", "push", "pull"])
          await isOurs(`updateAll { ${op}: { ${name}: ${shown(wrong)} } }`, () => loose.updateAll(Thing, { [op]: { [name]: wrong } }));
      }
    }
    const refused = await loose.insert(Object.assign(Thing.build(), { count: "many" })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChangeError);
    expect([refused.action, refused.message]).toEqual([
      "insert",
      expect.stringMatching(/"count" of schema Thing cannot be dumped to type integer in insert/),
    ]);
    await expect(loose.insertAll(Thing, [{ count: "many" }])).rejects.toMatchObject({ action: "insertAll" });
  });

  test("options that a changeset carries are those of the call, and checked", async () => {
    const name = "carried";
    await repo.insertOrThrow(Owner.build({ name }));
    const again = change(Owner.build({ name })).withRepoOpts({ onConflict: "nothing" });
    expect((await repo.insert(again)).ok).toBe(true);
    await expect(repo.insert(again, { onConflict: "raise" })).rejects.toThrow(/owners_name_index/);
    expect(await repo.aggregate(from(Owner).where({ name }), "count")).toBe(1);
    await expect(repo.insert(change(Owner.build()).withRepoOpts({ onConflicts: "nothing" }))).rejects.toThrow(
      /unknown option "onConflicts"/,
    );
    expect(() => change(Owner.build()).withRepoOpts(null as never)).toThrow(/plain object/);
  });

  test("an invalid changeset's error lists the params, without what may be secret", async () => {
    const cs = cast(Owner.build(), { name: "n", password: "hunter2", things: [{ name: "t" }] }, ["name"]).addError("name", "is bad");
    const error = (await repo.insertOrThrow(cs).catch((reason) => reason)) as Error;
    expect(error.message).toContain('Params: { name: "n", password: …, things: [{ name: "t" }] }');
  });

  test("Multi", async () => {
    const names = Object.getOwnPropertyNames(Multi.prototype).filter((name) => name !== "constructor" && name !== "inspect");
    for (const name of names)
      for (const wrong of WRONG) {
        await isOurs(`Multi.${name}(${shown(wrong)})`, () => loose.transact((new Multi() as Loose)[name](wrong)));
        if (typeof wrong === "function") continue;
        await isOurs(`Multi.${name}("x", ${shown(wrong)})`, () => loose.transact((new Multi() as Loose)[name]("x", wrong)));
        await isOurs(`Multi.${name}("x", Thing, ${shown(wrong)})`, () =>
          loose.transact((new Multi() as Loose)[name]("x", Thing, wrong, wrong)),
        );
        await isOurs(`Multi.${name}("x", () => ${shown(wrong)})`, () => loose.transact((new Multi() as Loose)[name]("x", () => wrong)));
      }
  });
});
