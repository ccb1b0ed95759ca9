import { belongsTo, change, field, from, hasMany, MigrationError, type Repo, schema, TransactionError } from "ectype";
import { migrate } from "ectype/migration";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";
import { gate } from "../../support/waiting.ts";

class Shelf extends schema("shelves", { name: field.string({ null: false }), books: () => hasMany(Book) }) {}
class Book extends schema("books", { title: field.string({ null: false }), shelf: () => belongsTo(Shelf) }) {}
class Owner extends schema("owners", { slots: () => hasMany(Slot) }) {}
class Slot extends schema("slots", { code: field.string({ null: false }), note: field.string(), owner: () => belongsTo(Owner) }) {}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.each(databases)("many things at once on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Shelf, Book, Owner, Slot]);
    await repo.query("create unique index slots_code_index on slots (code)");
  });
  beforeEach(async () => {
    await repo.deleteAll(Slot);
    await repo.deleteAll(Owner);
    await repo.deleteAll(Book);
    await repo.deleteAll(Shelf);
  });
  const shelf = (name: string) =>
    repo.insertOrThrow(Shelf.build({ name, books: [Book.build({ title: name }), Book.build({ title: name })] }));
  const counts = () => Promise.all([repo.aggregate(Shelf, "count"), repo.aggregate(Book, "count")]);

  test("inner transactions side by side belong to the outer one", async () => {
    await repo.transaction(() => Promise.all(["a", "b", "c"].map((name) => repo.transaction(() => shelf(name)))));
    expect(await counts()).toEqual([3, 6]);
  });

  test("when one of several fails, nothing of the others is left, also of those that come later", async () => {
    const late: Promise<unknown>[] = [];
    const failing = repo.transaction(async () => {
      for (const pause of [0, 0, 1, 2, 4, 8]) late.push(sleep(pause).then(() => shelf(String(pause))));
      for (const one of late) one.catch(() => {});
      await shelf("first");
      await sleep(1);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await Promise.allSettled(late);
    expect(await counts()).toEqual([0, 0]);
  });

  test("a call that starts while its transaction ends is refused", async () => {
    let ended: Promise<unknown> = Promise.resolve();
    await repo.transaction(async () => {
      await shelf("in time");
      // After the function's own promise is settled, before the commit is answered.
      ended = (async () => {
        for (let i = 0; i < 20; i++) await null;
        return shelf("late");
      })();
      ended.catch(() => {});
    });
    await expect(ended).rejects.toThrow(TransactionError);
    expect(await counts()).toEqual([1, 2]);
  });

  test("a write of several statements that nobody awaits is not half committed", async () => {
    let forgotten: Promise<unknown> = Promise.resolve();
    const [half, ended] = [gate(), gate()];
    const transaction = repo.transaction(async () => {
      await repo.insertOrThrow(Shelf.build({ name: "awaited" }));
      forgotten = repo.transaction(async () => {
        await repo.insertOrThrow(Shelf.build({ name: "half" }));
        half.open();
        await ended.opened;
        await repo.insertOrThrow(Book.build({ title: "half" }));
      });
      forgotten.catch(() => {});
      await half.opened;
    });
    await expect(transaction).rejects.toThrow(/await everything/);
    ended.open();
    await expect(forgotten).rejects.toThrow(TransactionError);
    expect(await counts()).toEqual([0, 0]);
  });

  test("an inner rollback that is swallowed is told apart from one that was asked for", async () => {
    const transaction = repo.transaction(async () => {
      await repo
        .transaction(async () => {
          throw new Error("inner");
        })
        .catch(() => {});
    });
    await expect(transaction).rejects.toThrow(/since an inner one was rolled back/);
  });

  test("transactions and other statements of one checkout take turns", async () => {
    await repo.checkout(async () => {
      const failing = repo.transaction(async () => {
        await shelf("rolled back");
        await sleep(2);
        throw new Error("no");
      });
      const results = await Promise.allSettled([failing, shelf("a"), repo.insertOrThrow(Shelf.build({ name: "b" })), shelf("c")]);
      expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
      expect(await counts()).toEqual([3, 4]);
    });
    expect(await counts()).toEqual([3, 4]);
  });

  test("migrations are refused inside a transaction, where they would wait for it or not be in it", async () => {
    await expect(repo.transaction(() => migrate(repo, { migrations: [], quiet: true }))).rejects.toThrow(MigrationError);
  });

  test("hundreds of transactions wait for their turn", async () => {
    await Promise.all(Array.from({ length: 300 }, (_, at) => repo.transaction(() => shelf(String(at)))));
    expect(await counts()).toEqual([300, 600]);
  });

  test.runIf(database.name === "sqlite")("what is taken back of a bulk insert takes nothing along that ran beside it", async () => {
    // More rows than one statement may have parameters for.
    const many = (prefix: string) => Array.from({ length: 40_000 }, (_, at) => ({ code: `${prefix}${at}`, note: "x" }));
    const refused = (prefix: string) => [...many(prefix), { code: `${prefix}0`, note: "again" }];
    await repo.transaction(async () => {
      const outcomes = await Promise.allSettled([
        repo.insertAll(Slot, refused("a")),
        repo.insertOrThrow(Slot.build({ code: "beside" })),
        repo.insertAll(Slot, many("b")),
        repo.insertAll(Slot, refused("c")),
        repo.transaction(() => repo.insertOrThrow(Slot.build({ code: "inside" }))),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "rejected", "fulfilled"]);
    });
    expect(await repo.aggregate(Slot, "count")).toBe(40_002);
  });

  test.runIf(database.name === "sqlite")("what is taken back of children takes nothing along that ran beside them", async () => {
    const owner = (...codes: string[]) =>
      change(Owner.build({}), {}).putAssoc(
        "slots",
        codes.map((code) => change(Slot.build({}), { code }).uniqueConstraint("code")),
      );
    await repo.transaction(async () => {
      const outcomes = await Promise.all([
        repo.insert(owner("a", "b", "a")),
        repo.insert(Slot.build({ code: "beside" })),
        repo.insert(owner("c", "d", "e")),
        repo.insert(owner("f", "g", "f")),
        repo.insert(Slot.build({ code: "too" })),
      ]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, true, false, true]);
    });
    const codes = await repo.all(
      from(Slot)
        .where((s) => s.code.in(["beside", "c", "d", "e", "too"]))
        .select((s) => s.code),
    );
    expect(codes.sort()).toEqual(["beside", "c", "d", "e", "too"]);
  });
});
