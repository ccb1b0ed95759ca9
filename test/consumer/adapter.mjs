// The package's cases on an adapter of somebody else's: an object of its own, which hands on to SQLite's.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRepo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { adapterCases } from "ectype/testing/cases";

const folder = mkdtempSync(join(tmpdir(), "ectype-adapter-"));
let files = 0;
const open = () => {
  const other = sqlite({ database: join(folder, `${files++}.db`) });
  return createRepo({ adapter: { ...other, open: () => other.open() } });
};

/** What SQLite does not have. */
const missing = [
  "conditions: any",
  "conditions: all",
  "joins: innerLateralJoin",
  "joins: leftLateralJoin on the same schema",
  "joins: crossLateralJoin",
  "ctes: a recursive CTE in the order and without the circles that SQL's own words say",
  "ctes: exceptAll",
  "results: distinct on",
  "results: withTies",
  "results: lock",
  "results: lock, but skip what others hold",
  "results: lock of one source's rows",
  "results: lock with a fragment",
  "aggregates: aggregates of an ordered group",
  "updateAll: where with any of a subquery",
  "updateAll: a left join that names the changed table",
  "updateAll: a lateral join that names the changed table",
  "updateAll: a left join at first",
  "updateAll: a lateral join",
  "updateAll: hints of a join",
  "updateAll: select of a joined column",
  "updateAll: an update that reads a CTE that deletes",
  "deleteAll: select of a joined column",
  "deleteAll: a delete that reads a CTE that updates",
  "CTEs that write: a CTE that deletes",
  "CTEs that write: a CTE that updates",
  "CTEs that write: a CTE that updates and returns nothing",
  "CTEs that write: two CTEs that write, joined to a read",
  "CTEs that write: a CTE that updates what another deletes",
];
const deviations = Object.fromEntries(missing.map((name) => [name, "SQLite has no such thing"]));
const cases = adapterCases({ open, deviations });
let passed = 0;
const failed = [];
for (const { feature, name, run } of cases) {
  try {
    await run();
    passed++;
  } catch (error) {
    failed.push(`${feature}: ${name}\n    ${error instanceof Error ? error.message : error}`);
  }
}
await cases.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
for (const one of failed) console.error(one);
console.log(`${passed} of ${passed + failed.length} cases pass`);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
