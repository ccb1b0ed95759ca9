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

const cases = adapterCases({ open });
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
