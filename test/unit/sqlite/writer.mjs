// The second process of a test: writes 200 rows in transactions of its own, as any other program would.
import { createRequire } from "node:module";

const [file, driver] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const db = driver === "node" ? new (require("node:sqlite").DatabaseSync)(file) : new (require("better-sqlite3"))(file);
db.exec("PRAGMA busy_timeout = 1000000");
process.send?.("ready");
for (let i = 0; i < 200; i++) {
  db.exec("BEGIN IMMEDIATE");
  db.exec("INSERT INTO t (a) VALUES ('child')");
  if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  db.exec("COMMIT");
}
db.close();
