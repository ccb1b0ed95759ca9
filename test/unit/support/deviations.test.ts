import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DEVIATIONS } from "../../support/deviations.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cases = readdirSync(join(root, "test", "cases"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts"))
  .map((path) => ({ path: `test/cases/${path.replaceAll("\\", "/")}`, text: readFileSync(join(root, "test", "cases", path), "utf8") }));

test.each(DEVIATIONS.map(({ on, file, test: name }) => ({ on, file, name })))(
  "the deviation of $on in $file, $name, is of a case that there is",
  ({ file, name }) => {
    const text = cases
      .filter(({ path }) => file.test(path))
      .map((one) => one.text)
      .join("\n");
    expect(text).not.toBe("");
    for (const words of name.source.match(/[\w ,:]{12,}/g) ?? []) expect(text).toContain(words.trim());
  },
);
