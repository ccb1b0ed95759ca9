import { AbortedError, ArgumentError, createRepo, field, from, PoolTimeoutError, type Repo, schema, TransactionError } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";
import { gate } from "../../support/waiting.ts";

class Account extends schema("accounts", { name: field.string({ null: false }) }) {}

/** Longer than any test may take. */
const FOR_EVER = "SELECT pg_sleep(3600)";
const never = () => new Promise<never>(() => {});

describe.each(databases)("limits of time on $label", (database) => {
  let repo: Repo;
  const strays: unknown[] = [];
  const stray = (error: unknown) => void strays.push(error);
  beforeEach(async () => {
    const opened = await database.open();
    // One connection, which must come back from everything.
    repo = createRepo({
      adapter:
        opened.name === "sqlite"
          ? sqlite({ ...opened.options, poolSize: 1 })
          : postgres({ ...opened.options, pool: { size: 1, timeout: Number.POSITIVE_INFINITY } }),
    });
    await createTables(repo, [Account]);
    process.on("unhandledRejection", stray);
  });
  afterEach(async () => {
    await repo.close();
    process.off("unhandledRejection", stray);
    expect(strays.splice(0)).toEqual([]);
  });
  const insert = (name: string) => repo.insertOrThrow(Account.build({ name }));
  const names = async () => (await repo.all(from(Account).orderBy("name"))).map(({ name }) => name);

  test.each([Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 40, Number.MAX_VALUE])("%d ms are no limit", async (timeout) => {
    await repo.insertOrThrow(Account.build({ name: "a" }), { timeout });
    expect(await repo.all(Account, { timeout })).toHaveLength(1);
    expect((await repo.query("SELECT 1", [], { timeout })).rows).toEqual([[1]]);
    expect(await repo.transaction(() => names(), { timeout })).toEqual(["a"]);
    const waiting = gate();
    const first = repo.transaction(() => waiting.opened);
    const second = repo.query("SELECT 2", [], { timeout });
    waiting.open();
    await first;
    expect((await second).rows).toEqual([[2]]);
  });

  test.each([-1, Number.NaN, "5", null, Number.NEGATIVE_INFINITY])("%j is no timeout", async (timeout) => {
    const options = { timeout } as never;
    const calls = [
      () => repo.all(Account, options),
      () => repo.query("SELECT 1", [], options),
      () => insert.call(null, "x").then(() => repo.insert(Account.build({ name: "y" }), options)),
      () => repo.transaction(async () => {}, options),
      () => repo.transact(async () => ({ ok: true, value: 1 }) as const, options),
      () => repo.prepare(() => from(Account)).all({}, options),
    ];
    for (const call of calls) await expect((async () => call())()).rejects.toThrow(ArgumentError);
    expect(await names()).toEqual(["x"]);
  });

  test("a signal is an AbortSignal, not its controller", async () => {
    await expect(repo.all(Account, { signal: new AbortController() as never })).rejects.toThrow(/signal is an AbortSignal/);
    await expect(repo.transaction(async () => {}, { signal: {} as never })).rejects.toThrow(/signal is an AbortSignal/);
  });

  test("unknown words of a transaction's options are refused before it begins", async () => {
    let ran = false;
    const run = async (options: object) =>
      repo.transaction(async () => {
        ran = true;
      }, options);
    await expect(run({ isolation: "chaos" })).rejects.toThrow(/isolation cannot be "chaos"/);
    await expect(run({ isolation: "SERIALIZABLE" })).rejects.toThrow(/Did you mean "serializable"/);
    await expect(run({ mode: "imediate" })).rejects.toThrow(/Did you mean "immediate"/);
    await expect(run({ readOnly: "yes" })).rejects.toThrow(ArgumentError);
    expect(ran).toBe(false);
    for (const isolation of ["read uncommitted", "read committed", "repeatable read", "serializable"] as const)
      await repo.transaction(() => insert(isolation), { isolation });
    expect(await names()).toHaveLength(4);
  });

  test("a transaction that takes too long is rolled back, although its function goes on", async () => {
    let after: Promise<unknown> = Promise.resolve();
    const waiting = gate();
    const slow = repo.transaction(
      async () => {
        after = waiting.opened.then(() => insert("late"));
        after.catch(() => {});
        await insert("a");
        await never();
      },
      { timeout: 20 },
    );
    await expect(slow).rejects.toMatchObject({ name: "AbortedError", code: "ABORTED" });
    await expect(slow).rejects.toThrow(/longer than its timeout of 20 ms/);
    waiting.open();
    await expect(after).rejects.toThrow(/stopped and rolled back/);
    await insert("b");
    expect(await names()).toEqual(["b"]);
  });

  test("a signal stops a transaction at any time", async () => {
    const controller = new AbortController();
    const stopped = repo.transaction(
      async () => {
        await insert("a");
        controller.abort(new Error("mine"));
        await never();
      },
      { signal: controller.signal },
    );
    await expect(stopped).rejects.toThrow(AbortedError);
    await expect(stopped).rejects.toMatchObject({ cause: { message: "mine" } });
    let ran = false;
    const before = repo.transaction(
      async () => {
        ran = true;
      },
      { signal: controller.signal },
    );
    await expect(before).rejects.toThrow(AbortedError);
    expect([ran, await names()]).toEqual([false, []]);
    await expect(repo.transact(async () => never(), { signal: AbortSignal.timeout(10) })).rejects.toThrow(AbortedError);
    await insert("b");
    expect(await names()).toEqual(["b"]);
  });

  test("the wait for a connection counts, and the error tells how long it was", async () => {
    const waiting = gate();
    const holder = repo.transaction(() => waiting.opened);
    const late = repo.transaction(() => insert("a"), { timeout: 30 });
    await expect(late).rejects.toThrow(PoolTimeoutError);
    const waited = Number(/in (\d+) ms/.exec(((await late.catch((error: unknown) => error)) as Error).message)?.[1]);
    expect(waited).toBeGreaterThanOrEqual(29);
    await expect(repo.query("SELECT 1", [], { timeout: 30 })).rejects.toThrow(PoolTimeoutError);
    await expect(repo.transaction(() => insert("a"), { signal: AbortSignal.timeout(20) })).rejects.toThrow(AbortedError);
    waiting.open();
    await holder;
    expect(await names()).toEqual([]);
  });

  test("a write that needs a transaction of its own waits for it no longer than its timeout", async () => {
    const [entered, waiting] = [gate(), gate()];
    const holder = repo.transaction(async () => {
      entered.open();
      await waiting.opened;
    });
    await entered.opened;
    const rows = Array.from({ length: 70_000 }, () => ({ name: "x" }));
    await expect(repo.insertAll(Account, rows, { timeout: 20 })).rejects.toThrow(PoolTimeoutError);
    await expect(repo.insertAll(Account, rows, { signal: AbortSignal.timeout(20) })).rejects.toThrow(AbortedError);
    waiting.open();
    await holder;
    await repo.transaction(async () => {
      await expect(repo.insertAll(Account, rows, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
      await insert("a");
    });
    expect(await names()).toEqual(["a"]);
  });

  test("an inner transaction with a limit of its own takes the outer one along", async () => {
    const outer = repo.transaction(async () => {
      await insert("a");
      await expect(repo.transaction(never, { timeout: 10 })).rejects.toThrow(AbortedError);
      await expect(insert("b")).rejects.toThrow(TransactionError);
    });
    await expect(outer).rejects.toThrow(TransactionError);
    expect(await names()).toEqual([]);
    const checkout = repo.checkout(async () => {
      await expect(repo.transaction(never, { timeout: 10 })).rejects.toThrow(AbortedError);
      await insert("c");
    });
    await checkout;
    expect(await names()).toEqual(["c"]);
  });

  test("in a checkout a statement waits for the transaction before it no longer than its timeout", async () => {
    await repo.checkout(async () => {
      const waiting = gate();
      const first = repo.transaction(() => waiting.opened);
      await expect(repo.all(Account, { timeout: 10 })).rejects.toThrow(AbortedError);
      await expect(repo.all(Account, { signal: AbortSignal.timeout(10) })).rejects.toThrow(AbortedError);
      await expect(repo.transaction(never, { timeout: 10 })).rejects.toThrow(AbortedError);
      waiting.open();
      await first;
      expect(await repo.all(Account)).toEqual([]);
    });
  });

  test("one signal serves many reads without a warning", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on("warning", warned);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => repo.all(Account, { signal })));
    await Promise.all(Array.from({ length: 20 }, () => repo.transaction(() => repo.all(Account, { signal }), { signal })));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warnings.map(({ name }) => name)).toEqual([]);
  });

  if (database.name === "postgres")
    describe.each([true, false])("statements of the server, pipeline: %s", (pipeline) => {
      let url: string;
      beforeEach(async () => {
        await repo.close();
        const opened = await database.open();
        if (opened.name !== "postgres") return;
        url = opened.options.url ?? "";
        repo = createRepo({ adapter: postgres({ ...opened.options, pipeline, pool: { size: 1 } }) });
        await createTables(repo, [Account]);
      });

      test("a transaction's limit cancels the statement that runs, and those behind it", async () => {
        const settled: Promise<unknown>[] = [];
        const controller = new AbortController();
        const slow = repo.transaction(
          async () => {
            await insert("a");
            settled.push(repo.query(FOR_EVER), repo.query(FOR_EVER), insert("b"));
            for (const one of settled) one.catch(() => {});
            setTimeout(() => controller.abort(), 10);
            await Promise.all(settled);
          },
          { signal: controller.signal },
        );
        await expect(slow).rejects.toThrow(AbortedError);
        const outcomes = await Promise.allSettled(settled);
        expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
        expect(await names()).toEqual([]);
      });

      test.each(["timeout", "signal"])("a %s of a statement takes effect although another is queued behind it", async (kind) => {
        const failed = repo.transaction(async () => {
          await insert("a");
          const slow = repo.query(FOR_EVER, [], kind === "timeout" ? { timeout: 30 } : { signal: AbortSignal.timeout(30) });
          const behind = insert("b");
          behind.catch(() => {});
          await expect(slow).rejects.toThrow(AbortedError);
          await expect(behind).rejects.toThrow();
          await slow;
        });
        await expect(failed).rejects.toThrow(AbortedError);
        expect(await names()).toEqual([]);
      });

      test.each(["timeout", "signal"])("a %s of a statement takes effect although another is queued before it", async (kind) => {
        const first = new AbortController();
        const failed = repo.transaction(async () => {
          await insert("a");
          const before = repo.query(FOR_EVER, [], { signal: first.signal });
          before.catch(() => {});
          const options = kind === "timeout" ? { timeout: 30 } : { signal: AbortSignal.timeout(30) };
          await expect(repo.query(FOR_EVER, [], options)).rejects.toThrow(AbortedError);
          first.abort();
          await before;
        });
        await expect(failed).rejects.toThrow(AbortedError);
        expect(await names()).toEqual([]);
      });

      test("a statement that was given up in its queue is never committed", async () => {
        const other = createRepo({ adapter: postgres({ url }) });
        const [locked, unlock] = [gate(), gate()];
        const holding = other.checkout(async () => {
          await other.query("SELECT pg_advisory_lock(1)");
          locked.open();
          await unlock.opened;
          await other.query("SELECT pg_advisory_unlock(1)");
        });
        await locked.opened;
        const outcome = await repo
          .transaction(async () => {
            const before = repo.query("SELECT pg_advisory_xact_lock(1)");
            await expect(repo.query("INSERT INTO accounts (name) VALUES ('given up')", [], { timeout: 20 })).rejects.toThrow(AbortedError);
            unlock.open();
            await before;
          })
          .catch((error: unknown) => error);
        await holding;
        await other.close();
        const found = await names();
        expect(found).toEqual([]);
        // Where the statement had been sent already, the transaction cannot commit without it; else it never ran.
        if (pipeline) expect(outcome).toBeInstanceOf(TransactionError);
        else expect(outcome).toBeUndefined();
      });
    });
});
