import { ArgumentError, EctypeError, err, ok, type Repo, TransactionError } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, setUp } from "../../support/movies.ts";

describe.each(databases)("transactions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("transaction returns what the function returns; transact wants a Result", async () => {
    expect(await repo.transaction(() => 42)).toBe(42);
    expect(await repo.transact(async () => ok(1))).toEqual({ ok: true, value: 1 });
    expect(await repo.transact(async (same) => (same === repo ? err("no") : ok(1)))).toEqual({ ok: false, error: "no" });
    expect(await caught(repo.transact(async () => 1 as never))).toBeInstanceOf(ArgumentError);
    expect(await caught(Promise.resolve().then(() => repo.transaction("x" as never)))).toBeInstanceOf(ArgumentError);
    expect(await caught(Promise.resolve().then(() => repo.transact({} as never)))).toBeInstanceOf(ArgumentError);
    expect(() => repo.rollback("x")).toThrow(EctypeError);
    expect(await caught(repo.transaction(() => repo.rollback("why")))).toBeInstanceOf(TransactionError);
    expect(repo.inTransaction()).toBe(false);
    expect(await repo.checkout(async () => [repo.inTransaction(), await repo.transaction(() => repo.inTransaction())])).toEqual([
      false,
      true,
    ]);
  });
});
