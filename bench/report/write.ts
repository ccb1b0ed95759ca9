import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "../store.ts";
import { chart } from "./chart.ts";
import { section, targetRuns } from "./section.ts";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";
const CHART = "docs/benchmarks.svg";

/** Puts the tables between the marks of README.md and the chart, which the package has too, into docs. @returns the files that it wrote */
export function writeReport(results: Results, root: string): string[] {
  const readme = join(root, "README.md");
  const picture = join(root, CHART);
  const text = between(readFileSync(readme, "utf8"), section(results, CHART));
  writeFileSync(picture, chartOf(results));
  writeFileSync(readme, text);
  return [readme, picture];
}

/** All that a report has, as one text. */
export function reportOf(results: Results): string {
  return section(results, CHART) + chartOf(results);
}

function chartOf(results: Results): string {
  return chart(targetRuns(results).map(({ result }) => result));
}

/** The text with another section between the marks. @throws Error where the marks are not there, each once and in their order */
export function between(text: string, content: string): string {
  const [before, rest, ...more] = text.split(START);
  const [, after, ...others] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined || more.length > 0 || others.length > 0)
    throw new Error(`README.md has no section between ${START} and ${END}`);
  return `${before}${START}\n\n${content.trim()}\n\n${END}${after}`;
}
