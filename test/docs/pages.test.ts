import { describe, expect, it } from "vitest";
import { pages, runPage, typeProblems } from "./run.ts";

describe("the examples of the docs", () => {
  it.each(pages())("%s says what happens", async (page) => {
    await runPage(page);
  });

  it("compile, except where the page says that they do not", () => {
    expect(typeProblems(pages())).toEqual([]);
  }, 60_000);
});
