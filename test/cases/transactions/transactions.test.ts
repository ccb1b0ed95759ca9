import { err, field, from, Multi, ok, type Repo, schema, TransactionError } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { gate } from "../../support/waiting.ts";

class Account extends schema("accounts", { name: field.string({ null: false }), balance: field.integer({ default: 0 }) }) {}

describe.each(databases)("transactions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Account]);
  });
  beforeEach(() => repo.deleteAll(Account));
  const insert = (name: string) => repo.insertOrThrow(Account.build({ name }));
  const names = async () => (await repo.all(from(Account).orderBy("name"))).map((one) => one.name);
  /** Repo calls in helpers join the transaction by themselves. */
  const helper = async (name: string) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return insert(name);
  };

  test("transaction returns what its function returns, and commits", async () => {
    expect(repo.inTransaction()).toBe(false);
    const result = await repo.transaction(async () => {
      expect(repo.inTransaction()).toBe(true);
      await helper("a");
      return 42;
    });
    expect([result, await names(), repo.inTransaction()]).toEqual([42, ["a"], false]);
  });

  test("a throw rolls back and goes on", async () => {
    const boom = new Error("boom");
    await expect(
      repo.transaction(async () => {
        await helper("a");
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(await names()).toEqual([]);
  });

  test("transact commits ok, rolls back an error, and returns either", async () => {
    expect(await repo.transact(async () => ok(await helper("a")))).toMatchObject({ ok: true, value: { name: "a" } });
    const refused = await repo.transact(async () => {
      await helper("b");
      return err("no" as const);
    });
    expect(refused).toEqual({ ok: false, error: "no" });
    expect(await names()).toEqual(["a"]);
    await expect(repo.transact(async () => 1 as never)).rejects.toThrow(/Result/);
  });

  test("rollback leaves with a reason", async () => {
    const result = await repo.transact(async () => {
      await helper("a");
      return repo.rollback("changed my mind");
    });
    expect(result).toEqual({ ok: false, error: "changed my mind" });
    expect(await names()).toEqual([]);
    expect(() => repo.rollback("x")).toThrow(/outside/);
  });

  test("an inner rollback poisons the outer transaction, whose later queries throw and whose result is an error", async () => {
    const seen: unknown[] = [];
    const result = await repo.transact(async () => {
      await helper("a");
      seen.push(
        await repo.transact(async () => {
          await helper("b");
          return err("inner");
        }),
      );
      await expect(helper("c")).rejects.toThrow(TransactionError);
      return ok("outer");
    });
    expect(seen).toEqual([{ ok: false, error: "inner" }]);
    expect(result).toEqual({ ok: false, error: "rollback" });
    expect(await names()).toEqual([]);
    const rescued = repo.transaction(async () => {
      await repo.transaction(async () => Promise.reject(new Error("inner"))).catch(() => {});
    });
    await expect(rescued).rejects.toThrow(TransactionError);
  });

  test("an inner transaction that succeeds is part of the outer one", async () => {
    await expect(
      repo.transaction(async () => {
        await repo.transaction(() => helper("a"));
        throw new Error("later");
      }),
    ).rejects.toThrow("later");
    expect(await names()).toEqual([]);
  });

  test("many transactions at once do not see each other's half", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        repo
          .transaction(async () => {
            await helper(`x${i}`);
            await helper(`y${i}`);
            if (i % 2 === 1) throw new Error("odd");
          })
          .catch(() => {}),
      ),
    );
    const found = await names();
    expect(found).toHaveLength(20);
    expect(found.filter((name) => name.startsWith("x")).map((name) => name.slice(1))).toEqual(
      found.filter((name) => name.startsWith("y")).map((name) => name.slice(1)),
    );
  });

  test("reads outside go on while a transaction is open, and do not see it", async () => {
    await insert("before");
    const [entered, end] = [gate(), gate()];
    const inside = repo.transaction(async () => {
      await insert("inside");
      entered.open();
      await end.opened;
    });
    await entered.opened;
    expect(await names()).toEqual(["before"]);
    end.open();
    await inside;
    expect(await names()).toEqual(["before", "inside"]);
  });

  test("a repo call after its transaction ended is an error, not a write of its own", async () => {
    let late: Promise<unknown> = Promise.resolve();
    const ended = gate();
    await repo.transaction(async () => {
      late = ended.opened.then(() => insert("late"));
      late.catch(() => {});
    });
    ended.open();
    await expect(late).rejects.toThrow(/had ended/);
    expect(await names()).toEqual([]);
  });

  test("a Multi runs in order, gives its results by name, and is undone whole", async () => {
    const multi = new Multi()
      .insert("first", Account.build({ name: "a" }))
      .insert("second", ({ first }) => Account.build({ name: `${first.name}2` }))
      .run("sum", async (_repo, { first, second }) => ok(first.id + second.id));
    const done = await repo.transact(multi);
    expect(done.ok && [done.value.first.name, done.value.second.name, done.value.sum]).toEqual([
      "a",
      "a2",
      done.ok && done.value.first.id + done.value.second.id,
    ]);
    const failed = await repo.transact(multi.run("last", async () => err("no")));
    expect(failed).toMatchObject({ ok: false, error: { operation: "last", value: "no", changes: { first: { name: "a" } } } });
    expect(await names()).toEqual(["a", "a2"]);
    expect(() => multi.put("first", 1)).toThrow(/already a member/);
    expect(await repo.transact(new Multi())).toEqual({ ok: true, value: {} });
    const odd = await repo.transact(
      new Multi().put("__proto__", 1).run("next", async (_repo, before) => ok(Object.hasOwn(before, "__proto__"))),
    );
    expect(odd.ok && Object.entries(odd.value)).toEqual([
      ["__proto__", 1],
      ["next", true],
    ]);
    const named = new Multi().put("a", 1).merge(({ a }) => new Multi().put("toString", a + 1));
    expect(await repo.transact(named)).toEqual({ ok: true, value: { a: 1, toString: 2 } });
    await expect(repo.transact(new Multi().put("a", 1).merge(() => new Multi().put("a", 2)))).rejects.toThrow(/"a" has run already/);
    for (const later of [
      new Multi().merge(() => new Multi().put("a", 1)).put("a", 2),
      new Multi().merge(() => new Multi().merge(() => new Multi().put("a", 1)).put("b", 2)).put("a", 2),
      new Multi().merge(() => new Multi().merge(() => new Multi().put("a", 1)).put("a", 2)),
    ])
      await expect(repo.transact(later as Multi)).rejects.toThrow(/"a" is the name of a later operation/);
    await expect(
      repo.transact(new Multi().merge(() => new Multi().put("a", 1)).merge(() => new Multi().put("a", 2) as never)),
    ).rejects.toThrow(/"a" has run already/);
    expect(multi.toList().map(([name, { operation }]) => `${name}:${operation}`)).toEqual(["first:insert", "second:insert", "sum:run"]);
  });

  test("a failed statement leaves the outer transaction to its owner", async () => {
    const result = await repo
      .transaction(async () => {
        await insert("a");
        await expect(repo.query("select * from nowhere")).rejects.toThrow();
        // PostgreSQL itself refuses what comes after a failure; SQLite goes on.
        return insert("b").then(
          () => "went on",
          () => "refused",
        );
      })
      .catch((error: unknown) => error);
    if (database.name === "sqlite") expect([result, await names()]).toEqual(["went on", ["a", "b"]]);
    else expect([result instanceof TransactionError, await names()]).toEqual([true, []]);
  });
});
