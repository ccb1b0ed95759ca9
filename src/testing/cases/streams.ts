import assert from "node:assert/strict";
import { field, from, type Repo, schema } from "../../index.ts";
import { define, type Feature } from "./feature.ts";

class Step extends schema("steps", { at: field.integer() }) {}
const COUNT = 1200;
const steps = () =>
  from(Step)
    .orderBy("at")
    .select((s) => s.at);

/** Rows one after the other, more of them than are held at once. */
export const streams: Feature = {
  name: "streams",
  setUp: async (repo) => {
    await define(repo, 1, (m) => m.createTable("steps", (t) => t.add("at", "integer")));
    await repo.insertAll(
      Step,
      Array.from({ length: COUNT }, (_, at) => ({ at })),
    );
  },
  cases: [
    {
      name: "every row comes once, in the order of the query",
      run: async (repo) => {
        const found: unknown[] = [];
        for await (const at of repo.stream(steps(), { maxRows: 100 })) found.push(at);
        assert.deepEqual(
          found,
          Array.from({ length: COUNT }, (_, at) => at),
        );
      },
    },
    {
      name: "inside a transaction, other statements go on meanwhile",
      run: (repo) =>
        repo.transaction(async () => {
          let rows = 0;
          for await (const at of repo.stream(steps(), { maxRows: 500 })) {
            if (rows++ % 400 === 0) assert.equal((await repo.getBy(Step, { at: at as number }))?.at, at);
          }
          assert.equal(rows, COUNT);
        }),
    },
    { name: "a loop that is left gives its connection back", run: leave },
  ],
};

async function leave(repo: Repo): Promise<void> {
  // More often than there are connections.
  for (let time = 0; time < 50; time++) {
    for await (const at of repo.stream(steps(), { maxRows: 10 })) if ((at as number) > 15) break;
  }
  assert.equal(await repo.aggregate(Step, "count"), COUNT);
}
