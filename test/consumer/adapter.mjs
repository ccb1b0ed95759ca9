// The package's cases on an adapter of somebody else's: SQLite's under another name, of which ectype knows nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRepo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { adapterCases } from "ectype/testing/cases";

const folder = mkdtempSync(join(tmpdir(), "ectype-adapter-"));
let files = 0;
const open = () => createRepo({ adapter: { ...sqlite({ database: join(folder, `${files++}.db`) }), name: "mine" } });

const lock = "SQLite locks the whole database";
const lateral = "SQLite has no lateral joins";
const changing = "SQLite changes no rows in a CTE";
const deviations = {};

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
process.exitCode = failed.length === 0 && passed > 300 ? 0 : 1;
