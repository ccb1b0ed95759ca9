import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dialects, pages, speaks } from "./page.ts";
import { runPage, typeProblems } from "./run.ts";

const examples = dialects.flatMap((dialect) =>
  pages()
    .filter((page) => speaks(page, dialect))
    .map((page) => [page, dialect] as const),
);

describe("the examples of the docs", () => {
  it.each(examples)("%s says what happens on %s", async (page, dialect) => {
    await runPage(page, dialect);
  });

  it("compile, except where the page says that they do not", () => {
    expect(typeProblems(pages())).toEqual([]);
  }, 60_000);

  it.each(dialects)("show the full-text search that is tested, as it is, on %s", (dialect) => {
    const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
    expect(read("docs/fragments-and-extension.md")).toContain(read(`test/cases/queries/search/${dialect}.ts`));
  });
});
