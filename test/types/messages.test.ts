import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const file = fileURLToPath(new URL("messages/mistakes.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

// Each mistake stands below the part of the message that it must give.
test("the compiler's messages name the schema, the field and the fix", () => {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([file], { ...options, noEmit: true });
  const said = program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ start = 0, messageText }) => ({
    start,
    text: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
  const text = readFileSync(file, "utf8");
  const wanted = [...text.matchAll(/^\/\/ (.+)$/gm)].slice(1);
  expect(wanted.length).toBeGreaterThan(10);
  wanted.forEach((match, at) => {
    const end = wanted[at + 1]?.index ?? text.length;
    const here = said.filter(({ start }) => start > match.index && start < end);
    expect(here.map((one) => one.text).join("\n")).toContain(match[1]);
  });
  // Each call has one signature, of which the compiler says what is wrong; a changeset without a schema alone has another.
  const walls = said.filter((one) => one.text.includes("No overload matches") && !one.text.includes("TypedData<"));
  expect(walls.map((one) => text.slice(one.start).split("\n")[0])).toEqual([]);
});
