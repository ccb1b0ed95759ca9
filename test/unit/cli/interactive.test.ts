import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { interact } from "../../../src/cli/console/interactive.ts";
import { Output } from "../../../src/cli/output.ts";
import { freshFolder } from "../../support/databases.ts";
import { until } from "../../support/waiting.ts";

/** Types lines at the console's prompt, waits for the last answer, and gives back what the terminal shows. */
async function session(typed: readonly string[], answer: string, history = ""): Promise<string> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  let shown = "";
  stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const done = interact(new Output({ stdin, stdout, stderr: stdout }, {}), { ECTYPE_HISTORY: history }, "/nowhere");
  const text = () => stripVTControlCharacters(shown).replaceAll("\r", "");
  let before = 0;
  for (const line of typed) {
    // Ctrl-C comes while something is awaited, everything else at a prompt.
    await until(() => text().length > before && (line === "\x03" ? text().endsWith("\n") : /(?:ectype> |\.\.\. |\| )$/.test(text())));
    before = text().length;
    stdin.write(line);
  }
  await until(() => text().includes(`${answer}\nectype> `));
  stdin.write(".exit\n");
  await done;
  return text();
}

test("promises are awaited, and values print as ectype prints them", async () => {
  const shown = await session(["Promise.resolve({ a: 'x' })\n"], '{ a: "x" }');
  expect(shown).toContain('\n{ a: "x" }\nectype> ');
});

test("input goes on until it is complete, and a declaration alone shows nothing", async () => {
  const shown = await session(["const consoleP = [\n", "1, 2]\n", "function consoleQ() {}\n", "consoleP.length + 40\n"], "42");
  expect(shown).toContain("\n[1, 2]\n");
  expect(shown).toContain("\n42\n");
  expect(shown).not.toContain("undefined");
});

test("lines that are pasted at once run one after the other", async () => {
  const shown = await session(["consoleR = new Promise((ok) => setTimeout(ok, 50, 7))\nconsoleR + 1\n"], "8");
  expect(shown.indexOf("\n7\n")).toBeGreaterThan(0);
});

test("an error is shown, and the prompt comes back", async () => {
  const shown = await session(["consoleNope\n", "1 +* 2\n", "6 * 7\n"], "42");
  expect(shown).toContain("** (ReferenceError) consoleNope is not defined\nectype> ");
  expect(shown).toContain("** (SyntaxError)");
  expect(shown).toContain("\n42\n");
});

test("what was typed is kept for the next time", async () => {
  const file = join(freshFolder(), "history");
  await session(["'remember me'\n"], '"remember me"', file);
  expect(readFileSync(file, "utf8")).toContain("'remember me'");
});

test("Ctrl-C gives the prompt back while a promise is awaited that never comes", async () => {
  const shown = await session(["new Promise(() => {})\n", "\x03", "6 * 8\n"], "48");
  expect(shown).toContain("interrupted");
});
