import { ArgumentError, createRepo, type Repo, schema } from "ectype";
import { migrate } from "ectype/migration";
import { sqlite } from "ectype/sqlite";
import { afterAll, describe, expect, test } from "vitest";

class Movie extends schema("movies", {}) {}

const adapter = sqlite({ database: ":memory:" });
const repo: Repo = createRepo({ adapter });
// What plain JavaScript may hand over.
const any = repo as any;
afterAll(() => repo.close());

describe("what plain JavaScript gets wrong is an ArgumentError that says so", () => {
  test.each([
    ["transaction of nothing", () => any.transaction(), /transaction takes a function/],
    ["transaction of a promise", () => any.transaction(Promise.resolve()), /transaction takes a function/],
    ["transaction with text as options", () => any.transaction(() => 1, "serializable"), /options as an object/],
    ["transaction with an unknown option", () => any.transaction(() => 1, { isolatoin: "serializable" }), /unknown option "isolatoin"/],
    ["transact of nothing", () => any.transact(null), /transact takes a function or a Multi/],
    ["checkout of text", () => any.checkout("x"), /checkout takes a function/],
    ["query of nothing", () => any.query(), /query takes SQL text/],
    ["query of an object", () => any.query({ text: "SELECT 1" }), /query takes SQL text/],
    ["query with one value for a list", () => any.query("SELECT ?", 1), /parameters as a list/],
    ["query with null for a list", () => any.query("SELECT 1", null), /parameters as a list/],
    ["query with an unknown option", () => any.query("SELECT 1", [], { timeuot: 1 }), /unknown option "timeuot"/],
    ["stream with rows that are no number", () => any.stream(Movie, { maxRows: "10" }), /maxRows is a whole number/],
    ["stream with text as options", () => any.stream(Movie, "all"), /options as an object/],
  ] as [string, () => unknown, RegExp][])("%s", async (_name, call, message) => {
    const error = await (async () => call())().then(
      () => null,
      (one: unknown) => one,
    );
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(message);
  });
});

describe("migrationConfig", () => {
  test.each([
    [{ migrationSorce: "x" }, /unknown option "migrationSorce". Did you mean "migrationSource"/],
    [{ primaryKey: { type: "uuid" } }, /unknown option "primaryKey"/],
    [{ migrationSource: 1 }, /migrationSource must be a name/],
    [{ migrationLock: "advisery" }, /migrationLock is true, false or "advisory"/],
    [{ migrationLockRetryInterval: -1 }, /milliseconds from 0 on/],
    [{ migrationLockRetryInterval: Number.NaN }, /milliseconds from 0 on/],
    [{ migrationLockMaxTries: 0 }, /from 1 on/],
    [{ migrationPrimaryKey: { typ: "uuid" } }, /migrationPrimaryKey: unknown option "typ"/],
    [{ migrationPrimaryKey: true }, /migrationPrimaryKey takes its options as an object/],
    [{ migrationForeignKey: { references: "x" } }, /migrationForeignKey: unknown option "references"/],
    [{ migrationTimestamps: { inserted_at: false } }, /unknown option "inserted_at". Did you mean "insertedAt"/],
    [{ migrationDefaultPrefix: "" }, /migrationDefaultPrefix must be a name/],
    ["db/migrations", /options as an object/],
    [[], /options as an object/],
  ] as [unknown, RegExp][])("%j is refused", async (migrationConfig, message) => {
    expect(() => createRepo({ adapter, migrationConfig: migrationConfig as never })).toThrow(ArgumentError);
    expect(() => createRepo({ adapter, migrationConfig: migrationConfig as never })).toThrow(message);
    await expect(migrate({ adapter, migrationConfig } as never, { migrations: [], quiet: true })).rejects.toThrow(message);
  });

  test("every option that there is, is taken", async () => {
    const own = createRepo({
      adapter: sqlite({ database: ":memory:" }),
      migrationConfig: {
        migrationSource: "versions",
        migrationLock: "advisory",
        migrationLockRetryInterval: Number.POSITIVE_INFINITY,
        migrationLockMaxTries: Number.POSITIVE_INFINITY,
        migrationPrimaryKey: { name: "key", type: "uuid", comment: "x" },
        migrationForeignKey: { type: "uuid", column: "key" },
        migrationTimestamps: { insertedAt: "made_at", updatedAt: false, type: "utcDatetime", null: true },
      },
    });
    expect(await migrate(own, { migrations: [], quiet: true })).toEqual([]);
    await own.close();
    createRepo({ adapter, migrationConfig: { migrationPrimaryKey: false, migrationLock: false, migrationDefaultPrefix: "a" } });
  });
});
