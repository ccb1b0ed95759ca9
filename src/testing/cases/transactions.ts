import assert from "node:assert/strict";
import { err, field, from, Multi, ok, type Repo, schema } from "../../index.ts";
import { define, type Feature } from "./feature.ts";

class Counter extends schema("counters", { name: field.string(), count: field.integer() }) {}

const counts = async (repo: Repo, name: string) =>
  repo.all(
    from(Counter)
      .where({ name })
      .select((c) => c.count),
  );

/** What belongs together is written as a whole, or not at all. */
export const transactions: Feature = {
  name: "transactions",
  setUp: (repo) =>
    define(repo, 1, (m) =>
      m.createTable("counters", (t) => {
        t.add("name", "string");
        t.add("count", "integer");
      }),
    ),
  cases: [
    {
      name: "what the function gives is given, and what it wrote stays",
      run: async (repo) => {
        const made = await repo.transaction(() => repo.insertOrThrow(Counter.build({ name: "kept", count: 1 })));
        assert.deepEqual(await counts(repo, "kept"), [1]);
        assert.equal((await repo.getOrThrow(Counter, made.id)).count, 1);
      },
    },
    {
      name: "an error takes everything back, and goes on",
      run: async (repo) => {
        const error = new Error("no");
        const failed = repo.transaction(async () => {
          await repo.insertOrThrow(Counter.build({ name: "gone", count: 1 }));
          assert.deepEqual(await counts(repo, "gone"), [1]);
          throw error;
        });
        await assert.rejects(failed, (caught) => caught === error);
        assert.deepEqual(await counts(repo, "gone"), []);
      },
    },
    {
      name: "transact takes back what ends in err",
      run: async (repo) => {
        const result = await repo.transact(async () => {
          await repo.insertOrThrow(Counter.build({ name: "err", count: 1 }));
          return err("no");
        });
        assert.deepEqual(result, err("no"));
        assert.deepEqual(await counts(repo, "err"), []);
        assert.deepEqual(await repo.transact(async () => ok(1)), ok(1));
      },
    },
    {
      name: "a transaction inside another is part of it",
      run: async (repo) => {
        const failed = repo.transaction(async () => {
          await repo.transaction(() => repo.insertOrThrow(Counter.build({ name: "inner", count: 1 })));
          throw new Error("outer");
        });
        await assert.rejects(failed, /outer/);
        assert.deepEqual(await counts(repo, "inner"), []);
      },
    },
    {
      name: "transactions at once lose nothing of each other",
      run: async (repo) => {
        const { id } = await repo.insertOrThrow(Counter.build({ name: "many", count: 0 }));
        const add = () =>
          repo.transaction(() =>
            repo.updateAll(
              from(Counter)
                .where({ id })
                .update({ inc: { count: 1 } }),
            ),
          );
        await Promise.all(Array.from({ length: 20 }, add));
        assert.deepEqual(await counts(repo, "many"), [20]);
      },
    },
    {
      name: "a Multi is undone whole",
      run: async (repo) => {
        const multi = new Multi().insert("first", Counter.build({ name: "multi", count: 1 })).run("second", async () => err("no"));
        const result = await repo.transact(multi);
        assert.ok(!result.ok);
        assert.equal(result.error.operation, "second");
        assert.deepEqual(await counts(repo, "multi"), []);
      },
    },
  ],
};
